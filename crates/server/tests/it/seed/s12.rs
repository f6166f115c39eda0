//! An account with the permission `oauth-client-override` uses any client id regardless of the registration requirement; regular
//! accounts do not have it.

use domain::directory::permission::Permission;
use serde_json::json;

use crate::world::{ADMIN_PASSWORD, Browser, World};

const REASON: &str = "This app has to register first";

/// The administrator, signed in, on a server that requires registration.
async fn privileged(world: &World) -> Browser {
    world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
    let mut browser = world.browser();
    browser.sign_in("admin", ADMIN_PASSWORD).await;
    browser
}

both! {
    async fn an_account_with_the_override_uses_an_id_that_nobody_registered(world: World) {
        let mut admin = privileged(&world).await;
        let client = world.unregistered_client("anything-at-all");
        admin.authorize(&client).await.page().is(200).shows("anything-at-all");
        let tokens = client.exchange(&admin.allow().await.code()).await;
        let renewed = client.refresh(&tokens.is(200).text("refresh_token")).await;
        world.userinfo(&renewed.is(200).text("access_token")).await.is(200);
    }

    async fn a_regular_account_does_not(world: World) {
        privileged(&world).await;
        let alice = world.account("bob", "password of bob").await;
        assert!(!alice.holds(Permission::OauthClientOverride));
        let client = world.unregistered_client("anything-at-all");
        world.alice().await.authorize(&client).await.page().is(400).shows(REASON);
    }

    async fn what_the_override_obtained_ends_with_the_override(world: World) {
        let mut admin = privileged(&world).await;
        let client = world.unregistered_client("anything-at-all");
        let tokens = client.tokens(&mut admin).await;
        world.sql("UPDATE accounts SET roles = $1", ["user".into()]).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        admin.authorize(&client).await.page().is(400).shows(REASON);
    }

    async fn the_override_lifts_no_other_rule(world: World) {
        let mut admin = privileged(&world).await;
        let client = world.unregistered_client("anything-at-all");
        let request = client.request().with("redirect_uri", "http://app.example/");
        admin.authorize(request).await.page().is(400);
        let request = client.request().without("code_challenge").without("code_challenge_method");
        admin.authorize(request).await.page().is(400).shows("code_challenge");
    }

    async fn a_registered_client_is_held_to_its_registration_also_for_the_override(world: World) {
        let mut admin = privileged(&world).await;
        let client = world.public_client().await;
        let request = client.request().with("redirect_uri", "https://elsewhere.example/");
        admin.authorize(request).await.page().is(400).shows("https://elsewhere.example/");
    }

    async fn one_persons_override_does_not_help_another_at_the_token_endpoint(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let tokens = client.tokens(&mut world.alice().await).await;
        client.tokens(&mut privileged(&world).await).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
    }
}
