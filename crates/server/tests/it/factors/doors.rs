//! Where a password was enough and is no more, and what applications hear.

use domain::directory::sign_in::{ACR_PASSWORD, ACR_PHISHING_RESISTANT, ACR_SECOND_FACTOR};
use serde_json::{Value, json};

use super::*;
use crate::world::{Client, Form, jwt};

/// The claims of the ID token that `browser`, where somebody is signed in, gets for this request.
async fn id_token(client: &Client, browser: &mut Browser, request: Form) -> Value {
    let code = browser.consented(request).await.code();
    jwt::claims(&client.exchange(&code).await.is(200).text("id_token"))
}

fn essential(client: &Client, acr: &str) -> Form {
    let claims = json!({ "id_token": { "acr": { "essential": true, "values": [acr] } } });
    client.request().with("claims", &claims.to_string())
}

both! {
    async fn management_by_password_is_refused_with_a_hint_when_codes_are_asked_for(world: World) {
        let (alice, _) = world.alice_with_a_phone().await;
        let management = world.jmap_of("alice", PASSWORD);
        let wrong = world.jmap_of("alice", "wrong password").get_from("/jmap/session").await.is(401).json.clone();
        let refused = management.get_from("/jmap/session").await.is(401).json.clone();
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("API key")), "{refused}");
        // Whether the password was right is not said.
        assert_eq!(refused, wrong);
        second_factors::remove_totp(Means::of(&world.app()), &just_signed_in(&alice)).await.expect("removed");
        management.get_from("/jmap/session").await.is(200);
    }

    async fn management_by_password_is_refused_with_the_same_hint_when_there_is_none(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        world.device_of(&alice).await;
        world.jmap_of("alice", PASSWORD).get_from("/jmap/session").await.is(200);
        world.sql("UPDATE accounts SET password_hash = NULL WHERE name = 'alice'", []).await;
        let refused = world.jmap_of("alice", PASSWORD).get_from("/jmap/session").await.is(401).json.clone();
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("API key")), "{refused}");
    }

    async fn the_id_token_says_how_somebody_signed_in(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let client = world.public_client().await;
        let mut browser = half_way(&world).await;
        type_code(&mut browser, &phone.code()).await;
        let claims = id_token(&client, &mut browser, client.request()).await;
        assert_eq!((&claims["amr"], claims.get("acr")), (&json!(["pwd", "otp", "mfa"]), None));
        let asked = client.request().with("acr_values", &format!("gold {ACR_PASSWORD}"));
        assert_eq!(id_token(&client, &mut browser, asked).await["acr"], ACR_PASSWORD);
        let asked = client.request().with("acr_values", "gold");
        assert_eq!(id_token(&client, &mut browser, asked).await["acr"], ACR_SECOND_FACTOR);
    }

    async fn whoever_signed_in_with_a_password_is_asked_for_more_when_an_app_needs_it(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let client = world.public_client().await;
        let mut browser = world.browser();
        browser.sign_in("alice", PASSWORD).await;
        let phone = world.phone_of(&alice).await;
        let asked = essential(&client, ACR_SECOND_FACTOR);
        browser.authorize(asked).await.page().shows("User name");
        browser.sign_in("alice", PASSWORD).await.page().shows("One more step");
        type_code(&mut browser, &phone.code()).await;
        let claims = jwt::claims(&client.exchange(&browser.allow().await.code()).await.is(200).text("id_token"));
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!(ACR_SECOND_FACTOR), &json!(["pwd", "otp", "mfa"])));
    }

    async fn whoever_has_no_more_than_a_password_is_not_asked_for_ever(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(essential(&client, ACR_PHISHING_RESISTANT)).await.page().shows("User name");
        let answer = alice.sign_in("alice", PASSWORD).await.redirect();
        assert_eq!(answer.param("error"), "access_denied");
    }

    async fn the_metadata_name_what_can_be_asked_for(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await.is(200).json.clone();
        assert_eq!(metadata["acr_values_supported"], json!([ACR_PHISHING_RESISTANT, ACR_SECOND_FACTOR, ACR_PASSWORD]));
        assert!(metadata["claims_supported"].as_array().is_some_and(|claims| claims.contains(&json!("amr"))));
    }

    async fn checks_are_counted(world: World) {
        let (_, phone) = world.alice_with_a_phone().await;
        let mut browser = half_way(&world).await;
        type_code(&mut browser, &phone.wrong_code()).await;
        type_code(&mut browser, &phone.code()).await;
        let text = world.app().metrics.render();
        for outcome in ["accepted", "refused"] {
            let line = format!("wayleave_second_factors_total{{factor=\"totp\",outcome=\"{outcome}\"}} 1");
            assert!(text.contains(&line), "{line}");
        }
    }
}
