//! Refreshing: what comes out, and for whom. RFC 6749 §6.

use domain::client::metadata::AuthMethod;
use serde_json::json;
use server::clock;

use crate::world::{Answer, Browser, Client, Form, World, jwt};

both! {
    async fn a_public_clients_token_rotates_with_every_use(world: World) {
        let client = world.public_client().await;
        let mut token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        for _ in 0..3 {
            let answer = client.refresh(&token).await;
            let next = answer.is(200).text("refresh_token");
            assert_ne!(next, token);
            world.userinfo(&answer.text("access_token")).await.is(200);
            token = next;
        }
    }

    async fn a_confidential_client_keeps_its_token_until_renewal_is_due(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        assert_eq!(client.refresh(&token).await.is(200).text("refresh_token"), token);
        world.settings("OidcProvider.refreshTokenRenewal", json!("31d")).await;
        let next = client.refresh(&token).await.is(200).text("refresh_token");
        assert_ne!(next, token);
        assert!(world.is_active(&next).await && !world.is_active(&token).await);
    }

    async fn tk22_what_is_no_refresh_token_is_refused(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
        let token = tokens.text("refresh_token");
        let wrong = ["x", "wlr_", &token[..token.len() - 1], &token[1..], &format!("{token}A"), &token.to_uppercase(), &tokens.text("access_token"), &tokens.text("id_token"), &code];
        for wrong in wrong {
            client.refresh(wrong).await.refuses("invalid_grant");
        }
        client.refresh("").await.refuses("invalid_request");
        client.token(Form::refresh(&token).also("refresh_token", &token)).await.refuses("invalid_request");
        client.refresh(&token).await.is(200);
        client.exchange(&code).await.is(200);
    }

    async fn tk23_another_clients_token_is_refused_and_its_family_untouched(world: World) {
        let mut alice = world.alice().await;
        let thieves = [world.public_client().await, world.confidential_client(AuthMethod::ClientSecretBasic).await, world.unregistered_client("thief")];
        for owner in [world.public_client().await, world.confidential_client(AuthMethod::ClientSecretBasic).await] {
            let token = client_token(&owner, &mut alice).await;
            for thief in &thieves {
                thief.refresh(&token).await.refuses("invalid_grant");
            }
            owner.refresh(&token).await.is(200);
        }
    }

    async fn tk26_wider_scope_is_refused_and_the_token_not_spent(world: World) {
        let client = world.public_client().await;
        let token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        for scope in ["openid email", "profile", "openid nothing"] {
            client.token(Form::refresh(&token).with("scope", scope)).await.refuses("invalid_scope");
        }
        client.refresh(&token).await.is(200);
    }

    async fn tk27_narrower_scope_is_for_one_access_token_and_the_grant_stays(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(client.request().with("scope", "openid profile email")).await.code();
        let token = client.exchange(&code).await.is(200).text("refresh_token");
        let narrow = client.token(Form::refresh(&token).with("scope", "profile openid")).await;
        assert_eq!(jwt::claims(&narrow.is(200).text("access_token"))["scope"], narrow.text("scope"));
        assert_eq!(narrow.text("scope"), "openid profile");
        let wide = client.refresh(&narrow.text("refresh_token")).await;
        assert_eq!(wide.is(200).text("scope"), "email openid profile");
        client.token(Form::refresh(&wide.text("refresh_token")).with("scope", "openid offline_access")).await.refuses("invalid_scope");
    }

    async fn tk27_without_openid_there_is_no_id_token(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(client.request().with("scope", "openid profile")).await.code();
        let token = client.exchange(&code).await.is(200).text("refresh_token");
        let narrow = client.token(Form::refresh(&token).with("scope", "profile")).await;
        assert!(!narrow.is(200).has("id_token"));
        world.userinfo(&narrow.text("access_token")).await.refuses("insufficient_scope");
    }

    async fn tk28_a_disabled_account_has_no_tokens_and_gets_none_back_when_it_is_enabled(world: World) {
        let (client, mut alice) = (world.public_client().await, world.alice().await);
        let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
        for is_enabled in [false, true] {
            world.enable_account("alice", is_enabled).await;
            is_over(&world, &client, &tokens).await;
            client.exchange(&code).await.refuses("invalid_grant");
        }
    }

    async fn tk28_the_row_of_the_account_alone_is_enough(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        world.sql("UPDATE accounts SET is_enabled = FALSE WHERE name = 'alice'", []).await;
        is_over(&world, &client, &tokens).await;
    }

    async fn tk28_a_new_password_ends_what_the_old_one_began(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        world.set_password("alice", "another password of alice").await;
        is_over(&world, &client, &tokens).await;
    }

    async fn tk29_an_expired_token_is_refused(world: World) {
        let client = world.public_client().await;
        let token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        world.sql("UPDATE refresh_tokens SET expires_at = $1", [clock::now().into()]).await;
        let answer = client.refresh(&token).await;
        assert!(answer.refuses("invalid_grant").text("error_description").contains("expired"));
        assert!(!world.is_active(&token).await);
    }

    async fn tk29_a_grant_that_has_ended_gives_nothing(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        world.sql("UPDATE grants SET expires_at = $1", [clock::now().into()]).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
        world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
    }

    async fn tk29_an_unregistered_clients_token_lives_a_day_and_a_registered_ones_as_set(world: World) {
        world.settings("OidcProvider.refreshTokenExpiry", json!("20d")).await;
        let mut alice = world.alice().await;
        for (client, days) in [(world.unregistered_client("app"), 1), (world.public_client().await, 20)] {
            let token = client_token(&client, &mut alice).await;
            let end = world.introspect(&token).await.json["exp"].as_i64().expect("an end");
            let left = end - clock::now().seconds();
            assert!((days * 86_400 - 60..=days * 86_400).contains(&left), "{left}");
        }
    }

    async fn tk29_an_unregistered_client_asks_again_thirty_days_after_it_was_allowed(world: World) {
        const DAY: i64 = 86_400_000;
        let mut alice = world.alice().await;
        for (client, has_end) in [(world.unregistered_client("app"), true), (world.public_client().await, false)] {
            let token = client_token(&client, &mut alice).await;
            world.sql("UPDATE grants SET created_at = created_at - $1", [(30 * DAY - 60_000).into()]).await;
            let next = client.refresh(&token).await.is(200).text("refresh_token");
            let end = world.introspect(&next).await.json["exp"].as_i64().expect("an end");
            assert_eq!(end - clock::now().seconds() <= 60, has_end);
            world.sql("UPDATE grants SET created_at = created_at - $1", [60_000_i64.into()]).await;
            world.sql("UPDATE refresh_tokens SET expires_at = expires_at - $1", [60_000_i64.into()]).await;
            let answer = client.refresh(&next).await;
            assert_eq!(answer.status, if has_end { 400 } else { 200 });
            assert_eq!(answer.json["error"] == "invalid_grant", has_end);
        }
    }
}

async fn client_token(client: &Client, person: &mut Browser) -> String {
    client.tokens(person).await.text("refresh_token")
}

/// Nothing of these tokens is good any more, wherever it is shown.
async fn is_over(world: &World, client: &Client, tokens: &Answer) {
    client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
    world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
    for kind in ["access_token", "refresh_token"] {
        assert!(!world.is_active(&tokens.text(kind)).await, "{kind}");
    }
}
