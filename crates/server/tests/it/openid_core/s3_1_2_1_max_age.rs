//! `max_age`, and `auth_time` that shows it was heeded. §2, §3.1.2.1.

use serde_json::{Value, json};

use crate::world::{Browser, Client, Form, PASSWORD, World, jwt};

/// The ID token that the request leads to; whoever is asked for a password is alice.
async fn id_token(client: &Client, alice: &mut Browser, request: Form) -> Value {
    let mut arrival = alice.authorize(request).await;
    for _ in 0..2 {
        if let crate::world::Arrival::Page(page) = &arrival {
            arrival = if page.has_button("login-submit") {
                alice.sign_in("alice", PASSWORD).await
            } else {
                alice.allow().await
            };
        }
    }
    jwt::claims(&client.exchange(&arrival.code()).await.is(200).text("id_token"))
}

/// As if everybody had signed in an hour ago.
async fn an_hour_passes(world: &World) {
    world.sql("UPDATE sessions SET authenticated_at = authenticated_at - $1", [3_600_000_i64.into()]).await;
}

both! {
    async fn a34_zero_asks_for_the_password_again(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(client.request().with("max_age", "0")).await.page().is(200).shows("Password");
        alice.sign_in("alice", PASSWORD).await.page().shows("wants access");
        alice.allow().await.code();
    }

    async fn a_session_that_is_older_asks_again_and_a_younger_does_not(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        an_hour_passes(&world).await;
        alice.authorize(client.request().with("max_age", "3500")).await.page().shows("Password");
        alice.authorize(client.request().with("max_age", "3700")).await.page().shows("wants access");
    }

    async fn auth_time_is_that_of_the_login_and_not_of_the_code(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        an_hour_passes(&world).await;
        let old = id_token(&client, &mut alice, client.request().with("max_age", "7200")).await;
        let age = old["iat"].as_i64().expect("a time") - old["auth_time"].as_i64().expect("a time");
        assert!((3600..3660).contains(&age), "{old}");
        let new = id_token(&client, &mut alice, client.request().with("max_age", "60")).await;
        assert!(new["auth_time"].as_i64() >= old["iat"].as_i64(), "{new}");
    }

    async fn auth_time_is_there_only_when_it_is_asked_for(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        assert!(id_token(&client, &mut alice, client.request()).await["auth_time"].is_null());
        let claims = r#"{"id_token":{"auth_time":{"essential":true}}}"#;
        assert!(id_token(&client, &mut alice, client.request().with("claims", claims)).await["auth_time"].is_i64());
    }

    async fn a_client_may_ask_for_both_when_it_registers(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "default_max_age": 60, "require_auth_time": true,
        })).await;
        let mut alice = world.alice().await;
        an_hour_passes(&world).await;
        alice.authorize(&client).await.page().shows("Password");
        assert!(id_token(&client, &mut alice, client.request()).await["auth_time"].is_i64());
        // What the request says wins.
        an_hour_passes(&world).await;
        alice.authorize(client.request().with("max_age", "7200")).await.page().shows("wants access");
    }
}
