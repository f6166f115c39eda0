//! `nonce`, `login_hint`, `id_token_hint`, `claims`, `acr_values`, `ui_locales` and `display`. §3.1.2.1, §5.5.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::world::{Browser, Client, Form, PASSWORD, World, jwt};

/// The claims of the ID token that the request leads to.
async fn id_token(client: &Client, alice: &mut Browser, request: Form) -> Value {
    let code = alice.consented(request).await.code();
    jwt::claims(&client.exchange(&code).await.is(200).text("id_token"))
}

/// An ID token of alice.
async fn hint(client: &Client, alice: &mut Browser) -> String {
    client.tokens(alice).await.text("id_token")
}

/// A token like `token` that nobody signed, with one claim changed.
fn forged(token: &str, algorithm: &str, name: &str, value: &str) -> String {
    let mut claims = jwt::claims(token);
    claims[name] = json!(value);
    let mut header = jwt::header(token);
    header["alg"] = json!(algorithm);
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = if algorithm == "none" { "" } else { token.rsplit('.').next().unwrap_or_default() };
    format!("{}.{}.{signature}", encode(&header), encode(&claims))
}

both! {
    async fn the_nonce_comes_back_exactly_and_only_if_it_was_sent(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let nonce = "n-0S6_WzA2Mj <\"&%";
        assert_eq!(id_token(&client, &mut alice, client.request().with("nonce", nonce)).await["nonce"], nonce);
        assert!(id_token(&client, &mut alice, client.request().without("nonce")).await["nonce"].is_null());
    }

    async fn login_hint_fills_in_the_name(world: World) {
        let client = world.public_client().await;
        let page = world.browser().authorize(client.request().with("login_hint", "alice\"><b>")).await.page();
        assert_eq!(page.forms[0].fields.get("username"), Some("alice\"><b>"));
        assert!(!page.html.contains("<b>"));
    }

    async fn an_id_token_hint_of_the_one_who_is_signed_in_changes_nothing(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        let hint = hint(&client, &mut alice).await;
        alice.authorize(client.request().with("id_token_hint", &hint).with("prompt", "none")).await.code();
    }

    async fn a35_an_id_token_hint_of_somebody_else_asks_that_one_to_sign_in(world: World) {
        let client = world.verified_client().await;
        let hint = hint(&client, &mut world.alice().await).await;
        world.account("bob", "password of bob").await;
        let mut bob = world.browser();
        bob.sign_in("bob", "password of bob").await;
        let request = client.request().with("id_token_hint", &hint);
        let silent = bob.authorize(request.clone().with("prompt", "none")).await.redirect();
        assert_eq!(silent.param("error"), "login_required");
        bob.authorize(request.clone()).await.page().shows("Password");
        assert_eq!(bob.sign_in("bob", "password of bob").await.redirect().param("error"), "login_required");
        bob.authorize(request).await.page();
        bob.sign_in("alice", PASSWORD).await.code();
    }

    async fn a35_an_id_token_hint_that_is_not_ours_is_an_invalid_request(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        let hint = hint(&client, &mut alice).await;
        let access_token = client.tokens(&mut alice).await.text("access_token");
        for wrong in [
            "x".to_owned(),
            access_token,
            format!("{}AAAA", &hint[..hint.len() - 4]),
            forged(&hint, "none", "sub", "x"),
            forged(&hint, "RS256", "iss", "https://other.example"),
        ] {
            let redirect = alice.authorize(client.request().with("id_token_hint", &wrong)).await.redirect();
            assert_eq!(redirect.param("error"), "invalid_request", "{wrong}");
        }
    }

    async fn acr_values_are_answered_with_what_there_is(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let asked = client.request().with("acr_values", "urn:example:gold urn:example:silver");
        assert_eq!(id_token(&client, &mut alice, asked).await["acr"], "urn:wayleave:acr:password");
        assert!(id_token(&client, &mut alice, client.request()).await["acr"].is_null());
    }

    async fn an_essential_acr_that_is_not_there_is_refused_and_one_that_is_there_is_met(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        let claims = |acr: &str| json!({ "id_token": { "acr": { "essential": true, "values": [acr] } } }).to_string();
        let gold = client.request().with("claims", &claims("urn:example:gold"));
        assert_eq!(alice.authorize(gold).await.redirect().param("error"), "access_denied");
        let password = client.request().with("claims", &claims("urn:wayleave:acr:password"));
        assert_eq!(id_token(&client, &mut alice, password).await["acr"], "urn:wayleave:acr:password");
    }

    async fn claims_that_nobody_knows_are_no_error(world: World) {
        let client = world.public_client().await;
        let claims = r#"{"userinfo":{"shoe_size":{"essential":true}},"id_token":{"moon":null},"other":{}}"#;
        let answered = id_token(&client, &mut world.alice().await, client.request().with("claims", claims)).await;
        assert!(answered["moon"].is_null());
    }

    async fn single_claims_come_to_userinfo_without_their_scope(world: World) {
        let client = world.public_client().await;
        let claims = r#"{"userinfo":{"preferred_username":null}}"#;
        let code = world.alice().await.consented(client.request().with("claims", claims)).await.code();
        let tokens = client.exchange(&code).await;
        let userinfo = world.userinfo(&tokens.text("access_token")).await;
        assert_eq!(userinfo.is(200).json["preferred_username"], "alice");
    }

    async fn languages_and_display_are_no_errors_whatever_they_say(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        for (name, value) in [
            ("ui_locales", "de-CH de en"), ("ui_locales", "../../x <b>"), ("claims_locales", "ja"), ("display", "popup"),
            ("display", "unknown"),
        ] {
            alice.consented(client.request().with(name, value)).await.code();
        }
    }
}
