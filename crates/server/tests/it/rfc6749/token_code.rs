//! Redeeming a code: by its client, with its verifier, in time. RFC 6749 §4.1.3, RFC 7636 §4.6.

use domain::client::metadata::AuthMethod;
use serde_json::json;

use crate::world::{Client, World};

/// A client of each kind that holds codes.
async fn two_clients(world: &World) -> [Client; 2] {
    [world.public_client().await, world.confidential_client(AuthMethod::ClientSecretBasic).await]
}

both! {
    async fn tk12_a_missing_verifier_is_refused(world: World) {
        let mut alice = world.alice().await;
        for client in two_clients(&world).await {
            let code = alice.consented(&client).await.code();
            let answer = client.token(client.code_form(&code).without("code_verifier")).await;
            assert!(answer.refuses("invalid_grant").text("error_description").contains("code_verifier"));
            client.exchange(&code).await.is(200);
        }
    }

    async fn tk13_tk14_a_wrong_verifier_is_refused_whatever_its_form(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(100)).await;
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let right = client.code_form(&code).get("code_verifier").expect("a verifier").to_owned();
        let wrong = [client.challenge(), "a".repeat(42), "a".repeat(129), right[1..].to_owned(), format!("{right}="), format!("{right} "), "ü".repeat(43)];
        for verifier in wrong {
            client.token(client.code_form(&code).with("code_verifier", &verifier)).await.refuses("invalid_grant");
        }
        client.exchange(&code).await.is(200);
    }

    async fn tk15_a_parameter_twice_is_refused_and_costs_no_attempt(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(1)).await;
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let form = client.code_form(&code);
        for name in ["code_verifier", "code", "redirect_uri", "client_id"] {
            let answer = client.token(form.clone().with("client_id", &client.id).also(name, "x")).await;
            if name == "client_id" { answer.is(200); } else { answer.refuses("invalid_request"); }
        }
    }

    async fn tk16_a_verifier_without_a_challenge_is_refused(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        world.sql("UPDATE authorization_codes SET code_challenge = NULL", []).await;
        client.exchange(&code).await.refuses("invalid_grant");
    }

    async fn tk17_after_the_allowed_attempts_even_the_right_verifier_is_refused(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let wrong = client.code_form(&code).with("code_verifier", &"a".repeat(43));
        for _ in 0..3 {
            client.token(wrong.clone()).await.refuses("invalid_grant");
        }
        let answer = client.exchange(&code).await;
        assert!(answer.refuses("invalid_grant").text("error_description").contains("too often"));
    }

    async fn tk17_wrong_attempts_of_strangers_cost_the_owner_nothing(world: World) {
        let (client, stranger) = (world.public_client().await, world.unregistered_client("stranger"));
        let code = world.alice().await.consented(&client).await.code();
        for _ in 0..5 {
            stranger.exchange(&code).await.refuses("invalid_grant");
        }
        client.exchange(&code).await.is(200);
    }

    async fn tk18_a_code_that_is_none_is_refused(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        for missing in [client.code_form("").without("code"), client.code_form("")] {
            client.token(missing).await.refuses("invalid_request");
        }
        let last = if code.ends_with('A') { "B" } else { "A" };
        let changed = format!("{}{last}", &code[..code.len() - 1]);
        for wrong in ["x", "wlc_", &changed, &code[1..], &code[..code.len() - 1], &code.repeat(2), &code.to_uppercase(), &"a".repeat(10 * 1024)] {
            client.exchange(wrong).await.refuses("invalid_grant");
        }
        client.exchange(&code).await.is(200);
    }

    async fn tk19_an_expired_code_is_refused(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        world.sql("UPDATE authorization_codes SET expires_at = $1", [server::clock::now().into()]).await;
        let answer = client.exchange(&code).await;
        assert!(answer.refuses("invalid_grant").text("error_description").contains("expired"));
    }

    async fn tk19_a_code_lives_as_long_as_the_setting_says(world: World) {
        world.settings("OidcProvider.authCodeExpiry", json!("90s")).await;
        let client = world.public_client().await;
        let before = server::clock::now().millis();
        world.alice().await.consented(&client).await.code();
        let rows = world.rows("SELECT expires_at FROM authorization_codes", []).await;
        let left = rows[0].int(0).expect("a number") - before;
        assert!((90_000..100_000).contains(&left), "{left}");
    }

    async fn tk21_a_code_of_another_client_is_refused_and_not_consumed(world: World) {
        let owner = world.public_client().await;
        let code = world.alice().await.consented(&owner).await.code();
        for thief in two_clients(&world).await {
            thief.token(owner.code_form(&code)).await.refuses("invalid_grant");
        }
        owner.exchange(&code).await.is(200);
    }

    async fn tk21_another_redirect_uri_is_refused_and_the_code_not_consumed(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        for other in ["https://app.example/callback/", "https://app.example/callback?", "https://app.example/", "HTTPS://app.example/callback"] {
            client.token(client.code_form(&code).with("redirect_uri", other)).await.refuses("invalid_grant");
        }
        client.exchange(&code).await.is(200);
    }

    async fn tk21_the_redirect_uri_may_be_left_out_where_a_challenge_binds_the_code(world: World) {
        let mut alice = world.alice().await;
        for client in two_clients(&world).await {
            let code = alice.consented(&client).await.code();
            client.token(client.code_form(&code).without("redirect_uri")).await.is(200);
        }
    }

    async fn tk21_without_a_challenge_the_redirect_uri_is_required(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let request = client.request().without("code_challenge").without("code_challenge_method");
        let code = world.alice().await.consented(request).await.code();
        let form = client.code_form(&code).without("code_verifier");
        client.token(form.clone().without("redirect_uri")).await.refuses("invalid_grant");
        client.exchange(&code).await.refuses("invalid_grant");
        client.token(form).await.is(200);
    }

    async fn tk34_a_client_that_registered_no_refresh_token_gets_none(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] })).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        assert!(!tokens.has("refresh_token"));
        client.refresh("wlr_x").await.refuses("invalid_grant");
    }
}
