//! A client that turns into something else is asked about again. RFC 7592 §5; M15.

use serde_json::json;

use super::{Owner, replacement, replacement_with};
use crate::world::World;

both! {
    async fn m15_a_verified_client_that_adds_a_redirect_uri_is_verified_no_more_and_asked_about_again(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.code();
        let uris = json!({ "redirect_uris": [client.redirect_uri, "https://other.example/cb"] });
        Owner::of(&world, &client.registration).put(&replacement_with(&client.registration, &uris)).await.is(200);
        alice.authorize(&client).await.page().is(200).shows("app.example");
        assert!(!world.rows("SELECT is_verified FROM clients", []).await[0].bool(0).expect("a flag"));
        assert!(world.rows("SELECT client_id FROM consents", []).await.is_empty());
    }

    async fn a_verified_client_that_says_the_same_again_stays_verified(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        Owner::of(&world, &client.registration).put(&replacement(&client.registration)).await.is(200);
        alice.authorize(&client).await.code();
    }

    async fn a_redirect_uri_that_was_taken_back_gets_no_answer(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let moved = json!({ "redirect_uris": ["https://other.example/cb"] });
        Owner::of(&world, &client.registration).put(&replacement_with(&client.registration, &moved)).await.is(200);
        alice.authorize(&client).await.page().is(400).shows("did not register");
        alice.authorize(client.request().with("redirect_uri", "https://other.example/cb")).await.page().is(200);
    }
}
