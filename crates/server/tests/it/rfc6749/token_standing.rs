//! Who is served at the token endpoint: the registered, the tolerated, the overridden. RFC 6749 §5.2.

use domain::client::metadata::AuthMethod;
use serde_json::json;
use server::admin::first_start::ADMIN;

use crate::world::{ADMIN_PASSWORD, Answer, World};

const REQUIRE: &str = "OidcProvider.requireClientRegistration";

/// What a client hears that must register, or register again.
#[track_caller]
fn must_register(answer: &Answer) {
    assert!(
        answer.refuses("invalid_client").text("error_description").contains("register"),
        "{}",
        answer.json
    );
    assert!(answer.header("www-authenticate").is_some_and(|text| text.starts_with("Basic")));
}

both! {
    async fn an_unregistered_id_without_a_good_credential_is_unknown(world: World) {
        let client = world.unregistered_client("anything");
        must_register(&client.exchange("wlc_x").await);
        must_register(&client.refresh("wlr_x").await);
    }

    async fn an_unregistered_id_is_known_by_its_own_code_and_refresh_token(world: World) {
        let client = world.unregistered_client("anything at all");
        let tokens = client.tokens(&mut world.alice().await).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn an_unregistered_id_with_a_secret_is_unknown(world: World) {
        let client = world.unregistered_client("anything");
        let code = world.alice().await.consented(&client).await.code();
        client.token(client.code_form(&code).with("client_secret", "x")).await.refuses("invalid_client");
        client.exchange(&code).await.is(200);
    }

    async fn an_unregistered_id_with_an_expired_code_of_its_own_hears_that_it_expired(world: World) {
        let client = world.unregistered_client("anything");
        let code = world.alice().await.consented(&client).await.code();
        world.sql("UPDATE authorization_codes SET expires_at = $1", [1_i64.into()]).await;
        client.exchange(&code).await.refuses("invalid_grant");
    }

    async fn s05_when_registration_becomes_required_a_tolerated_clients_credentials_are_refused(world: World) {
        let client = world.unregistered_client("tolerated");
        let mut alice = world.alice().await;
        let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
        world.settings(REQUIRE, json!(true)).await;
        must_register(&client.refresh(&tokens.text("refresh_token")).await);
        must_register(&client.exchange(&code).await);
        world.settings(REQUIRE, json!(false)).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
        client.exchange(&code).await.is(200);
    }

    async fn s05_an_access_token_of_a_tolerated_client_lives_out_its_hour_and_is_not_renewed(world: World) {
        let client = world.unregistered_client("tolerated");
        let tokens = client.tokens(&mut world.alice().await).await;
        world.settings(REQUIRE, json!(true)).await;
        world.userinfo(&tokens.text("access_token")).await.is(200);
        assert!(world.is_active(&tokens.text("access_token")).await);
        assert!(!world.is_active(&tokens.text("refresh_token")).await);
        must_register(&client.refresh(&tokens.text("refresh_token")).await);
    }

    async fn s12_the_override_of_the_account_keeps_a_tolerated_client_going(world: World) {
        let client = world.unregistered_client("tolerated");
        let mut admin = world.browser();
        admin.sign_in(ADMIN, ADMIN_PASSWORD).await;
        world.settings(REQUIRE, json!(true)).await;
        let tokens = client.tokens(&mut admin).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn s05_a_registered_client_does_not_notice(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        world.settings(REQUIRE, json!(true)).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn tk28_a_disabled_client_is_refused_and_its_tokens_are_dead(world: World) {
        let mut alice = world.alice().await;
        for method in [AuthMethod::None, AuthMethod::ClientSecretBasic] {
            let client = world.client_with(method).await;
            let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
            world.enable_client(&client.id, false).await;
            client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
            client.exchange(&code).await.refuses("invalid_client");
            world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
            assert!(!world.is_active(&tokens.text("access_token")).await);
            assert!(!world.is_active(&tokens.text("refresh_token")).await);
        }
    }

    async fn a_deleted_client_is_told_to_register_again_and_its_tokens_are_dead(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        world.delete_client(&client.id).await;
        must_register(&client.refresh(&tokens.text("refresh_token")).await);
        world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn tk34_a_grant_type_that_was_registered_away_is_refused(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
        world.sql(r#"UPDATE clients SET metadata = replace(metadata, '"authorization_code","refresh_token"', '"client_credentials"')"#, []).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("unauthorized_client");
        client.exchange(&code).await.refuses("unauthorized_client");
    }

    async fn one_accounts_end_is_not_anothers(world: World) {
        world.account("bob", "password of bob").await;
        let (client, mut bob) = (world.public_client().await, world.browser());
        bob.sign_in("bob", "password of bob").await;
        let (hers, his) = (client.tokens(&mut world.alice().await).await, client.tokens(&mut bob).await);
        world.enable_account("bob", false).await;
        client.refresh(&his.text("refresh_token")).await.refuses("invalid_grant");
        client.refresh(&hers.text("refresh_token")).await.is(200);
    }
}
