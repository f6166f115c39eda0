//! The store gives no answer: the server says so, and blames neither the client nor its credential.

use crate::world::{Form, World};

both! {
    async fn tk42_without_its_store_the_token_endpoint_is_unavailable_and_blames_nobody(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        world.app().store.clone().close().await;
        let answer = client.token(Form::refresh(&tokens.text("refresh_token"))).await;
        answer.refuses("temporarily_unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }

    async fn i12_a_revocation_that_was_not_stored_is_503_and_not_200(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        world.app().store.clone().close().await;
        client.revoke(&tokens.text("refresh_token")).await.refuses("temporarily_unavailable");
    }

    async fn a_page_without_its_store_is_503_and_grants_nothing(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200);
        world.app().store.clone().close().await;
        alice.allow().await.page().is(503);
    }
}
