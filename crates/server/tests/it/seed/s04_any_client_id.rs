//! By default any client id is accepted without registration.

use crate::world::World;

both! {
    async fn a_client_that_nobody_registered_gets_tokens_through_the_consent_page(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200).shows("anything-at-all");
        let code = alice.allow().await.code();
        let tokens = client.exchange(&code).await;
        tokens.is(200);
        world.userinfo(&tokens.text("access_token")).await.is(200);
    }
}
