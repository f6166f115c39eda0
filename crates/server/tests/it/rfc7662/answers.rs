//! What is told. RFC 7662 §2.2.

use domain::{client::metadata::AuthMethod, directory::permission::Permission};
use serde_json::json;
use server::clock;

use crate::world::{Form, World, jwt};

/// What introspection says of a token that is not active, and not one byte more.
const INACTIVE: &[u8] = br#"{"active":false}"#;

both! {
    async fn an_active_access_token_is_described_by_its_own_claims(world: World) {
        let client = world.public_client().await;
        let access = client.tokens(&mut world.alice().await).await.text("access_token");
        let answer = world.introspect(&access).await;
        let claims = jwt::claims(&access);
        for name in ["iss", "sub", "client_id", "aud", "iat", "exp", "jti", "scope"] {
            assert_eq!(answer.is(200).json[name], claims[name], "{name}");
        }
        assert_eq!((answer.text("username"), answer.text("token_type")), ("alice".into(), "Bearer".into()));
        assert_eq!(answer.json.as_object().map(serde_json::Map::len), Some(11), "{}", answer.json);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }

    async fn an_active_refresh_token_says_whose_it_is_and_until_when(world: World) {
        let client = world.public_client().await;
        let refresh = client.tokens(&mut world.alice().await).await.text("refresh_token");
        let answer = world.introspect(&refresh).await;
        assert_eq!(answer.is(200).json["client_id"], client.id);
        assert_eq!((answer.text("username"), answer.text("scope")), ("alice".into(), "openid".into()));
        assert!(answer.json["exp"].as_i64().is_some_and(|end| end > clock::now().seconds()));
        assert!(!answer.json.as_object().expect("an object").values().any(serde_json::Value::is_null));
    }

    async fn a_client_credentials_token_names_no_person(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.client_credentials("").await.is(200).text("access_token");
        let answer = world.introspect(&token).await;
        assert_eq!((&answer.is(200).json["active"], &answer.json["sub"]), (&json!(true), &json!(client.id)));
        assert!(!answer.has("username") && !answer.has("scope"));
    }

    async fn i03_what_is_not_active_is_told_exactly_that(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let revoked = client.tokens(&mut alice).await;
        client.revoke(&revoked.text("refresh_token")).await.is(200);
        let code = alice.consented(&client).await.code();
        let good = client.exchange(&code).await;
        let spent = good.text("refresh_token");
        client.refresh(&spent).await.is(200);
        let wrong = [revoked.text("access_token"), revoked.text("refresh_token"), spent, good.text("id_token"), code, world.registration_key().await,
            "x".into(), "wlr_x".into(), "a.b.c".into(), "a".repeat(9000), "é".into()];
        for token in wrong {
            let answer = world.introspect(&token).await;
            assert_eq!(answer.is(200).body, INACTIVE, "{token}");
        }
    }

    async fn i03_an_expired_access_token_is_inactive(world: World) {
        world.sql("INSERT INTO settings (name, value) VALUES ('OidcProvider.accessTokenExpiry', '1')", []).await;
        world.app().refresh().await.expect("the settings in force");
        let client = world.public_client().await;
        let access = client.tokens(&mut world.alice().await).await.text("access_token");
        assert_eq!(world.introspect(&access).await.is(200).body, INACTIVE);
        world.userinfo(&access).await.refuses("invalid_token");
    }

    async fn i04_a_signed_answer_is_not_spoken_and_json_comes_instead(world: World) {
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate, Permission::TokenIntrospect]).await;
        let call = world.post("/introspect").bearer(&key).header("accept", "application/token-introspection+jwt");
        assert_eq!(call.form(&Form::of(&[("token", "x")])).send().await.is(200).body, INACTIVE);
    }

    async fn i06_a_wrong_hint_finds_the_token_all_the_same(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        for (kind, hint) in [("access_token", "refresh_token"), ("refresh_token", "access_token"), ("refresh_token", "foo"), ("access_token", "")] {
            let form = Form::of(&[("token", &tokens.text(kind)), ("token_type_hint", hint)]);
            assert_eq!(client.post("/introspect", form).await.is(200).json["active"], true, "{kind} {hint}");
        }
    }

    async fn the_alias_of_the_reference_product_is_the_same_endpoint(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.client_credentials("").await.is(200).text("access_token");
        let answer = client.post("/auth/introspect", Form::of(&[("token", &token)])).await;
        assert_eq!(answer.is(200).json["active"], true);
    }
}
