//! The request is validated; if acceptable it is answered with a client id and, when applicable, a client secret.

use serde_json::{Value, json};

use crate::world::{Answer, World};

async fn registered_by(world: &World, method: &str, more: Value) -> Answer {
    let mut metadata =
        json!({ "redirect_uris": ["https://app.example/callback"], "token_endpoint_auth_method": method });
    let members = metadata.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    world.register_with(&world.registration_key().await, metadata).await
}

/// What is wrong, and what a client hears of it.
fn unacceptable() -> Vec<(&'static str, Value)> {
    vec![
        ("invalid_redirect_uri", json!({ "redirect_uris": ["https://app.example/#fragment"] })),
        ("invalid_redirect_uri", json!({ "redirect_uris": ["http://app.example/callback"] })),
        ("invalid_redirect_uri", json!({ "redirect_uris": ["javascript:alert(1)"] })),
        ("invalid_redirect_uri", json!({ "redirect_uris": "https://app.example/callback" })),
        ("invalid_redirect_uri", json!({})),
        ("invalid_client_metadata", json!([])),
        (
            "invalid_client_metadata",
            json!({ "redirect_uris": ["https://a.example/"], "grant_types": ["implicit"] }),
        ),
        (
            "invalid_client_metadata",
            json!({ "redirect_uris": ["https://a.example/"], "response_types": ["token"] }),
        ),
        (
            "invalid_client_metadata",
            json!({ "redirect_uris": ["https://a.example/"], "client_name": "a\u{202e}b" }),
        ),
        (
            "invalid_client_metadata",
            json!({ "redirect_uris": ["https://a.example/"], "token_endpoint_auth_method": "hope" }),
        ),
    ]
}

both! {
    async fn a_client_with_a_secret_method_gets_an_id_and_a_secret_that_never_expires(world: World) {
        for method in ["client_secret_basic", "client_secret_post"] {
            let answer = registered_by(&world, method, json!({})).await;
            assert!(!answer.is(201).text("client_id").is_empty());
            assert!(answer.text("client_secret").len() >= 43, "256 bits");
            assert_eq!(answer.json["client_secret_expires_at"], 0);
            assert!(answer.json["client_id_issued_at"].as_i64().is_some_and(|seconds| seconds > 1_700_000_000));
        }
    }

    async fn a_public_client_gets_an_id_and_no_secret(world: World) {
        let answer = registered_by(&world, "none", json!({})).await;
        assert!(!answer.is(201).text("client_id").is_empty());
        assert!(!answer.has("client_secret") && !answer.has("client_secret_expires_at"));
    }

    async fn a_client_with_its_own_key_gets_no_secret(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "private_key_jwt" })).await;
        assert!(client.registration.get("client_secret").is_none());
        assert_eq!(client.registration["jwks"]["keys"][0]["kty"], "EC");
    }

    async fn no_member_of_the_answer_is_null_or_empty(world: World) {
        let answer = registered_by(&world, "none", json!({ "client_name": null, "contacts": [], "logo_uri": "" })).await;
        let members = answer.is(201).json.as_object().expect("an object");
        let is_nothing = |value: &&Value| value.is_null() || **value == json!("") || **value == json!([]);
        assert_eq!(members.values().filter(is_nothing).count(), 0, "{members:?}");
    }

    async fn what_is_not_acceptable_is_refused_by_the_code_that_says_why_and_leaves_nothing_behind(world: World) {
        let key = world.registration_key().await;
        for (code, metadata) in unacceptable() {
            world.register_with(&key, metadata).await.refuses(code);
        }
        assert!(world.rows("SELECT id FROM clients", []).await.is_empty());
    }

    async fn what_is_no_json_or_too_much_of_it_is_refused(world: World) {
        let key = world.registration_key().await;
        let post = || world.post("/register").bearer(&key);
        post().body("application/json", "{").send().await.refuses("invalid_client_metadata");
        post().body("text/plain", "{}").send().await.is(415);
        post().body("application/json", vec![b' '; 40_000]).send().await.is(413);
    }
}
