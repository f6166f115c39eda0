//! What a client hears when it is registered. RFC 7591 §3.2.1, OpenID Connect Registration §3.2.

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};

use super::{base, open, with};
use crate::world::World;

both! {
    async fn a_registration_is_201_json_that_nobody_may_keep(world: World) {
        let answer = world.register_with(&world.registration_key().await, base()).await;
        answer.is(201);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        assert!(answer.header("x-request-id").is_some());
    }

    async fn the_echo_is_all_that_is_in_force_defaults_included(world: World) {
        let sent = json!({ "redirect_uris": ["https://app.example/callback"], "client_name": "An app", "client_name#de": "Eine App", "unknown": 1 });
        let mut echo = world.register_with(&world.registration_key().await, sent).await.is(201).json.clone();
        let members = echo.as_object_mut().expect("an object");
        for issued in ISSUED {
            assert!(members.remove(issued).is_some(), "{issued}");
        }
        let effective = json!({
            "redirect_uris": ["https://app.example/callback"], "client_name": "An app", "client_name#de": "Eine App", "application_type": "web",
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic",
        });
        assert_eq!(echo, effective);
    }

    async fn no_member_of_an_echo_is_null_or_empty(world: World) {
        open(&world).await;
        let said_nothing = json!({ "client_name": null, "logo_uri": "", "contacts": [], "jwks": {}, "scope": "", "grant_types": null });
        let key = world.registration_key().await;
        for answer in [world.register(with(&said_nothing)).await, world.register_with(&key, with(&said_nothing)).await] {
            let members = answer.is(201).json.as_object().expect("an object").clone();
            let empty = |value: &Value| [json!(null), json!(""), json!([]), json!({})].contains(value);
            assert!(!members.values().any(empty), "{members:?}");
        }
    }

    async fn the_issued_id_and_secret_are_good_at_the_token_endpoint(world: World) {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt] {
            let client = world.confidential_client(method).await;
            client.client_credentials("read").await.is(200);
            assert_eq!(client.secret.is_some(), method != AuthMethod::PrivateKeyJwt);
        }
    }

    async fn a_secret_comes_with_its_expiry_and_no_two_clients_share_one(world: World) {
        let one = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let other = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        assert_ne!(one.secret, other.secret);
        assert_eq!(one.registration["client_secret_expires_at"], 0);
        assert!(one.secret.is_some_and(|secret| secret.starts_with("wls_") && secret.len() == 73));
    }

    async fn a_public_client_gets_no_secret(world: World) {
        let client = world.public_client().await;
        assert!(client.registration.get("client_secret").is_none());
        assert!(client.registration.get("client_secret_expires_at").is_none());
    }

    async fn the_moment_of_issue_is_in_seconds(world: World) {
        let before = server::clock::now().seconds();
        let issued = world.public_client().await.registration["client_id_issued_at"].as_i64().expect("a number");
        assert!((before..=server::clock::now().seconds()).contains(&issued), "{issued}");
    }

    async fn r63_a_client_cannot_choose_what_the_server_issues(world: World) {
        let chosen = json!({
            "client_id": "mine", "client_secret": "mine", "registration_access_token": "mine", "registration_client_uri": "mine",
            "client_id_issued_at": 1, "client_secret_expires_at": 1, "token_endpoint_auth_method": "client_secret_post",
        });
        let answer = world.register_with(&world.registration_key().await, with(&chosen)).await;
        for issued in ISSUED {
            assert_ne!(answer.is(201).json[issued], chosen[issued], "{issued}");
        }
        assert!(world.rows("SELECT id FROM clients WHERE client_id = $1", ["mine".into()]).await.is_empty());
    }

    async fn r62_what_only_an_administrator_may_say_is_not_stored(world: World) {
        let claims = json!({ "skip_consent": true, "trusted": true, "is_admin": true, "is_verified": true, "tenant_id": "other",
            "ssf.enabled": true, "metadata": {"role": "admin"}, "state": "verified", "expires_at": 0 });
        let echo = world.register_with(&world.registration_key().await, with(&claims)).await.is(201).json.clone();
        assert!(claims.as_object().expect("an object").keys().all(|name| echo.get(name).is_none()), "{echo}");
        let row = &world.rows("SELECT metadata, is_verified FROM clients", []).await[0];
        let metadata = row.text(0).expect("a text");
        assert!(!metadata.contains("trusted") && !metadata.contains("role"), "{metadata}");
        assert!(!row.bool(1).expect("a flag"));
    }
}

/// What comes from the server and from nobody else.
const ISSUED: [&str; 6] = [
    "client_id",
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];
