//! Who the token's person is. OpenID Connect Core §5.3, RFC 6750.

use domain::client::metadata::AuthMethod;
use http::Method;
use serde_json::json;

use crate::world::{Form, World, jwt};

/// What a request without a credential hears: how to send one, and no error. RFC 6750 §3.1.
const BARE: &str = "Bearer realm=\"wayleave\"";

async fn access_token(world: &World) -> String {
    let client = world.public_client().await;
    client.tokens(&mut world.alice().await).await.text("access_token")
}

both! {
    async fn get_post_and_a_token_in_the_body_give_the_same_answer(world: World) {
        let token = access_token(&world).await;
        let form = Form::of(&[("access_token", &token)]);
        let calls = [world.get("/userinfo").bearer(&token), world.post("/userinfo").bearer(&token), world.post("/userinfo").form(&form), world.post("/userinfo").bearer(&token).form(&Form::default()), world.get("/auth/userinfo").bearer(&token)];
        for call in calls {
            let answer = call.send().await;
            assert_eq!(answer.is(200).json, json!({ "sub": jwt::claims(&token)["sub"] }));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
    }

    async fn a_body_that_is_no_form_says_nothing(world: World) {
        let token = access_token(&world).await;
        let in_json = json!({ "access_token": token });
        for call in [world.post("/userinfo").json(&json!({})), world.post("/userinfo").json(&in_json), world.post("/userinfo").body("text/plain", "x")] {
            call.clone().bearer(&token).send().await.is(200);
            assert_eq!(call.send().await.refuses("invalid_token").header("www-authenticate"), Some(BARE));
        }
    }

    async fn claims_follow_the_scope_and_what_is_not_known_is_left_out(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let code = alice.consented(client.request().with("scope", "openid profile email")).await.code();
        let token = client.exchange(&code).await.is(200).text("access_token");
        let sub = jwt::claims(&token)["sub"].clone();
        assert_eq!(world.userinfo(&token).await.is(200).json, json!({ "sub": sub, "preferred_username": "alice" }));
        world.sql("UPDATE accounts SET emails = $1, description = $2, locale = $3 WHERE name = 'alice'", ["a@b.example".into(), "Alice".into(), "de".into()]).await;
        let all = json!({ "sub": sub, "preferred_username": "alice", "name": "Alice", "locale": "de", "email": "a@b.example", "email_verified": false });
        assert_eq!(world.userinfo(&token).await.is(200).json, all);
    }

    async fn a_claim_asked_for_by_name_is_there_without_its_scope(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let claims = r#"{"userinfo":{"preferred_username":null,"unknown":{"essential":true}}}"#;
        let code = alice.consented(client.request().with("claims", claims)).await.code();
        let token = client.exchange(&code).await.is(200).text("access_token");
        assert_eq!(world.userinfo(&token).await.is(200).json["preferred_username"], "alice");
    }

    async fn i14_without_a_token_the_challenge_carries_no_error(world: World) {
        for call in [world.get("/userinfo"), world.post("/userinfo"), world.post("/userinfo").form(&Form::default())] {
            let answer = call.send().await;
            assert_eq!(answer.refuses("invalid_token").header("www-authenticate"), Some(BARE));
        }
    }

    async fn i15_a_bad_token_is_401_and_the_challenge_says_why(world: World) {
        for header in ["Bearer x", "Bearer a.b.c", "bearer wlk_x", "Bearer", "Bearer a b", "Basic YTpi", "DPoP x", "Bearer \u{e9}"] {
            let answer = world.get("/userinfo").header("authorization", header).send().await;
            let challenge = answer.refuses("invalid_token").header("www-authenticate").expect("a challenge");
            assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""), "{challenge}");
        }
    }

    async fn i15_an_api_key_is_nobodys_access_token(world: World) {
        let key = world.registration_key().await;
        world.userinfo(&key).await.refuses("invalid_token");
    }

    async fn i16_without_openid_in_the_scope_it_is_403(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let code = alice.consented(client.request().with("scope", "profile").without("nonce")).await.code();
        let answer = world.userinfo(&client.exchange(&code).await.is(200).text("access_token")).await;
        let challenge = answer.refuses("insufficient_scope").header("www-authenticate").expect("a challenge");
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    }

    async fn i16_a_token_without_a_person_is_403(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.client_credentials("").await.is(200).text("access_token");
        world.userinfo(&token).await.refuses("insufficient_scope");
    }

    async fn i17_a_token_in_two_places_is_refused(world: World) {
        let token = access_token(&world).await;
        let form = Form::of(&[("access_token", &token)]);
        world.post("/userinfo").bearer(&token).form(&form).send().await.refuses("invalid_request");
        world.get("/userinfo").bearer(&token).also_header("authorization", "Bearer x").send().await.refuses("invalid_request");
        world.post("/userinfo").form(&form.also("access_token", &token)).send().await.refuses("invalid_request");
    }

    async fn i18_a_token_in_the_query_counts_for_nothing(world: World) {
        let token = access_token(&world).await;
        for call in [world.get(&format!("/userinfo?access_token={token}")), world.post(&format!("/userinfo?access_token={token}"))] {
            assert_eq!(call.send().await.refuses("invalid_token").header("www-authenticate"), Some(BARE));
        }
    }

    async fn i19_every_strict_prefix_and_suffix_of_a_good_token_is_refused(world: World) {
        let token = access_token(&world).await;
        world.userinfo(&token).await.is(200);
        for at in 1..token.len() {
            world.userinfo(&token[..at]).await.refuses("invalid_token");
            world.userinfo(&token[at..]).await.refuses("invalid_token");
        }
        world.userinfo(&format!("{token}A")).await.refuses("invalid_token");
    }

    async fn i20_an_id_token_or_a_client_assertion_is_no_access_token(world: World) {
        let client = world.confidential_client(AuthMethod::PrivateKeyJwt).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        for token in [tokens.text("id_token"), client.assertion(&json!({})), tokens.text("refresh_token")] {
            world.userinfo(&token).await.refuses("invalid_token");
        }
    }

    async fn tk39_a_token_for_another_resource_server_is_refused(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let issuer = world.issuer();
        let request = client.request().with("resource", "https://api.example").also("resource", &issuer);
        let code = alice.consented(request).await.code();
        let tokens = client.exchange(&code).await;
        world.userinfo(&tokens.is(200).text("access_token")).await.is(200);
        for (resource, status) in [("https://api.example", 401), (issuer.as_str(), 200)] {
            let token = client.token(Form::refresh(&tokens.text("refresh_token")).with("resource", resource)).await.is(200).text("access_token");
            world.userinfo(&token).await.is(status);
        }
    }

    async fn browsers_of_other_sites_may_ask(world: World) {
        let preflight = world.call(Method::OPTIONS, "/userinfo").header("origin", "https://app.example").send().await;
        assert_eq!(preflight.is(204).header("access-control-allow-origin"), Some("*"));
        let answer = world.get("/userinfo").header("origin", "https://app.example").send().await;
        assert_eq!(answer.is(401).header("access-control-allow-origin"), Some("*"));
    }
}
