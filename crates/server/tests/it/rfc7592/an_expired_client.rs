//! A client whose time is over is as good as deleted. RFC 7591 §5 (limited life time).

use domain::client::metadata::AuthMethod;

use crate::world::World;

both! {
    async fn an_expired_client_gets_no_more_tokens_and_what_it_has_is_dead(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        let code = alice.consented(&client).await.code();
        expire(&world).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        client.exchange(&code).await.refuses("invalid_client");
        client.client_credentials("openid").await.refuses("invalid_client");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        world.userinfo(&tokens.text("access_token")).await.is(401);
    }

    async fn people_who_come_for_an_expired_client_learn_that_it_must_register_again(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200);
        expire(&world).await;
        alice.allow().await.page().is(400).shows("This app must register again");
        alice.authorize(&client).await.page().is(400).shows("This app must register again");
    }
}

async fn expire(world: &World) {
    let past = server::clock::now().millis() - 1;
    world.sql("UPDATE clients SET expires_at = $1", [past.into()]).await;
}
