//! What an owner sends takes the place of what was there; nothing is merged. RFC 7592 §2.2.

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};

use super::{Owner, replacement, replacement_with};
use crate::world::{Client, World};

both! {
    async fn p01_putting_back_what_was_read_changes_nothing_but_the_token(world: World) {
        for method in [AuthMethod::None, AuthMethod::ClientSecretBasic, AuthMethod::PrivateKeyJwt] {
            let client = world.client_with(method).await;
            let mut owner = Owner::of(&world, &client.registration);
            let read = owner.get().await.json;
            let mut put = owner.put(&replacement(&read)).await.is(200).json.clone();
            assert_ne!(put["registration_access_token"], read["registration_access_token"]);
            assert_eq!(owner.get().await.is(200).json, put);
            put["registration_access_token"] = read["registration_access_token"].clone();
            assert_eq!(put, read);
        }
    }

    async fn a_replacement_is_200_json_that_nobody_may_keep(world: World) {
        let client = world.public_client().await;
        let answer = Owner::of(&world, &client.registration).put(&replacement(&client.registration)).await;
        assert_eq!(answer.is(200).header("content-type"), Some("application/json"));
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
    }

    async fn m03_m04_m05_m06_what_was_issued_must_agree_and_cannot_be_chosen(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        for (row, members) in [
            ("m03", json!({ "client_id": null })), ("m04", json!({ "client_id": "another" })), ("m05", json!({ "client_secret": "chosen" })),
            ("m06", json!({ "registration_access_token": "chosen" })), ("m06", json!({ "registration_client_uri": "https://c.example" })),
            ("m06", json!({ "client_id_issued_at": client.registration["client_id_issued_at"] })), ("m06", json!({ "client_secret_expires_at": 0 })),
        ] {
            refused(row, &world, &client, &members, "invalid_client_metadata").await;
        }
    }

    async fn m05_the_current_secret_may_be_repeated_or_left_out(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretPost).await;
        let mut owner = Owner::of(&world, &client.registration);
        for secret in [json!(client.secret), json!(null)] {
            let body = replacement_with(&client.registration, &json!({ "client_secret": secret }));
            assert_eq!(Some(owner.put(&body).await.is(200).text("client_secret")), client.secret);
        }
    }

    async fn m07_what_is_left_out_is_deleted_and_defaults_apply(world: World) {
        let first = json!({ "client_name": "A", "contacts": ["a@c.example"], "scope": "openid", "grant_types": ["authorization_code"] });
        let client = world.client(first.clone()).await;
        let mut owner = Owner::of(&world, &client.registration);
        let least = json!({ "client_id": client.id, "redirect_uris": [client.redirect_uri], "client_uri": null, "logo_uri": "" });
        let echo = owner.put(&least).await.is(200).json.clone();
        assert_eq!(echo["grant_types"], json!(["authorization_code", "refresh_token"]));
        assert!(["client_name", "contacts", "scope", "client_uri", "logo_uri"].iter().all(|name| echo.get(name).is_none()), "{echo}");
        assert_eq!(owner.get().await.json, echo);
    }

    async fn m08_a_replacement_is_held_to_the_rules_of_a_registration(world: World) {
        let client = world.public_client().await;
        for (row, members, code) in [
            ("r20", json!({ "redirect_uris": ["https://c.example/cb#f"] }), "invalid_redirect_uri"),
            ("r22", json!({ "redirect_uris": ["http://c.example/cb"] }), "invalid_redirect_uri"),
            ("r23", json!({ "redirect_uris": ["javascript:alert(1)"] }), "invalid_redirect_uri"),
            ("r40", json!({ "grant_types": ["password"] }), "invalid_client_metadata"),
            ("r51", json!({ "jwks_uri": "https://169.254.169.254/" }), "invalid_client_metadata"),
            ("r54", json!({ "logo_uri": "data:image/svg+xml,a" }), "invalid_client_metadata"),
            ("r64", json!({ "software_statement": "a" }), "invalid_software_statement"),
        ] {
            refused(row, &world, &client, &members, code).await;
        }
    }

    async fn m09_a_client_that_becomes_confidential_gets_a_secret_and_needs_it(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let basic = replaced(&world, &client, &json!({ "token_endpoint_auth_method": "client_secret_basic" })).await;
        assert!(basic.secret.is_some());
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        basic.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn m09_a_client_that_becomes_public_loses_its_secret_for_good(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "client_secret_basic" })).await;
        let public = replaced(&world, &client, &json!({ "token_endpoint_auth_method": "none", "client_secret": null })).await;
        assert_eq!(public.secret, None);
        let again = replaced(&world, &public, &json!({ "token_endpoint_auth_method": "client_secret_basic" })).await;
        assert!(again.secret.is_some() && again.secret != client.secret);
        let code = world.alice().await.consented(&again).await.code();
        client.exchange(&code).await.refuses("invalid_client");
        again.exchange(&code).await.is(200);
    }

    async fn m09_a_client_that_takes_to_keys_must_bring_some_and_its_secret_is_dead(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretPost).await;
        refused("m09", &world, &client, &json!({ "token_endpoint_auth_method": "private_key_jwt" }), "invalid_client_metadata").await;
        let jwks = world.confidential_client(AuthMethod::PrivateKeyJwt).await.registration["jwks"].clone();
        let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks, "client_secret": null });
        assert_eq!(replaced(&world, &client, &keys).await.secret, None);
        client.client_credentials("openid").await.refuses("invalid_client");
    }

    async fn a_body_is_read_as_that_of_a_registration(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        let put = || owner.call(http::Method::PUT);
        put().body("text/plain", replacement(&client.registration).to_string()).send().await.is(415);
        put().body("application/json", " ".repeat(32 * 1024 + 1)).send().await.is(413);
        put().body("application/json", "[]").send().await.is(400).refuses("invalid_client_metadata");
        assert_eq!(owner.get().await.is(200).json, client.registration);
    }
}

/// The replacement is refused and everything is as it was, the token too. `row` names the vector.
async fn refused(row: &str, world: &World, client: &Client, members: &Value, code: &str) {
    let mut owner = Owner::of(world, &client.registration);
    let answer = owner.put(&replacement_with(&client.registration, members)).await;
    assert_eq!((row, answer.text("error").as_str()), (row, code), "{members}");
    answer.is(400).refuses(code);
    assert_eq!(owner.get().await.is(200).json, client.registration);
}

/// The client after its registration was replaced.
async fn replaced(world: &World, client: &Client, members: &Value) -> Client {
    let mut owner = Owner::of(world, &client.registration);
    let answer = owner.put(&replacement_with(&client.registration, members)).await;
    let method = serde_json::from_value(answer.is(200).json["token_endpoint_auth_method"].clone());
    let mut replaced = client.clone();
    replaced.secret = answer.json["client_secret"].as_str().map(str::to_owned);
    replaced.method = method.expect("a method");
    replaced.registration = answer.json.clone();
    replaced
}
