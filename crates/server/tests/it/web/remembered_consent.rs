//! What was allowed to a verified client is remembered, as far as it was allowed. OAuth 2.1 §7.3.1.

use serde_json::json;

use crate::world::{Client, World};

async fn verified(world: &World, metadata: serde_json::Value) -> Client {
    let client = world.client(metadata).await;
    world.verify_client(&client.id, true).await;
    client
}

both! {
    async fn the_same_or_less_is_not_asked_again(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(client.request().with("scope", "openid profile")).await.code();
        alice.authorize(client.request().with("scope", "openid profile")).await.code();
        alice.authorize(client.request().with("scope", "openid")).await.code();
    }

    async fn more_is_asked_again(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(client.request().with("scope", "openid email")).await.page().is(200);
        alice.authorize(client.request().with("resource", "https://api.example/")).await.page().is(200);
    }

    async fn another_address_is_asked_again(world: World) {
        let client = verified(&world, json!({
            "token_endpoint_auth_method": "none", "redirect_uris": ["https://a.example/cb", "https://b.example/cb"],
        })).await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(client.request().with("redirect_uri", "https://b.example/cb")).await.page().is(200);
    }

    async fn what_any_program_on_this_computer_could_pass_for_is_asked_every_time(world: World) {
        let mut alice = world.alice().await;
        for uri in ["http://127.0.0.1/cb", "http://localhost:4711/cb", "https://localhost/cb", "com.example.app:/cb"] {
            let client = verified(&world, json!({ "token_endpoint_auth_method": "none", "redirect_uris": [uri] })).await;
            alice.consented(&client).await.code();
            alice.authorize(&client).await.page().is(200).shows("Verified app");
            let silent = alice.authorize(client.request().with("prompt", "none")).await.redirect();
            assert_eq!(silent.param("error"), "consent_required", "{uri}");
        }
        assert!(world.rows("SELECT client_id FROM consents", []).await.is_empty());
    }

    async fn an_app_on_this_computer_that_proves_itself_is_remembered_on_any_port(world: World) {
        let client = verified(&world, json!({ "redirect_uris": ["http://127.0.0.1/cb"] })).await;
        let mut alice = world.alice().await;
        for port in [50_001, 50_002] {
            let uri = format!("http://127.0.0.1:{port}/cb");
            let request = client.request().with("redirect_uri", &uri);
            match port {
                50_001 => alice.consented(request).await.code(),
                _ => alice.authorize(request).await.code(),
            };
        }
        assert_eq!(world.rows("SELECT client_id FROM consents", []).await.len(), 1);
    }

    async fn what_one_allowed_another_is_asked(world: World) {
        let client = world.verified_client().await;
        world.alice().await.consented(&client).await.code();
        world.account("bob", "password of bob").await;
        let mut bob = world.browser();
        bob.sign_in("bob", "password of bob").await;
        bob.authorize(&client).await.page().is(200);
    }

    async fn m15_another_name_or_address_of_the_client_is_asked_again_and_nobody_vouches_for_it_any_more(world: World) {
        let mut alice = world.alice().await;
        for change in [json!({ "client_name": "Bank" }), json!({ "redirect_uris": ["https://app.example/callback", "https://new.example/"] })] {
            let client = verified(&world, json!({ "token_endpoint_auth_method": "none", "client_name": "Mail" })).await;
            alice.consented(&client).await.code();
            client.replace(change).await.is(200);
            alice.authorize(&client).await.page().is(200).shows("Unverified app");
            world.verify_client(&client.id, true).await;
            alice.authorize(&client).await.page().is(200).shows("Verified app");
        }
    }

    async fn a_client_that_is_verified_no_more_is_asked_about_again(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        world.verify_client(&client.id, false).await;
        alice.authorize(&client).await.page().is(200).shows("Unverified app");
    }
}
