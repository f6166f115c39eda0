//! `prompt`: what the person must be asked, or may not be. §3.1.2.1, §3.1.2.6.

use crate::world::{Arrival, Client, PASSWORD, World};

async fn alice_who_allowed(world: &World, client: &Client) -> crate::world::Browser {
    let mut alice = world.alice().await;
    alice.consented(client).await.code();
    alice
}

both! {
    async fn a28_none_without_a_session_is_login_required(world: World) {
        let client = world.verified_client().await;
        let redirect = world.browser().authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!((redirect.param("error"), redirect.param("state")), ("login_required", "state of a test"));
    }

    async fn a29_none_without_consent_is_consent_required(world: World) {
        let client = world.verified_client().await;
        let redirect = world.alice().await.authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!(redirect.param("error"), "consent_required");
    }

    async fn none_gives_a_code_to_a_verified_client_that_was_allowed_before(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice_who_allowed(&world, &client).await;
        let code = alice.authorize(client.request().with("prompt", "none")).await.code();
        client.exchange(&code).await.is(200);
    }

    async fn none_is_interrupted_by_a_login_that_is_too_old(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice_who_allowed(&world, &client).await;
        let redirect = alice.authorize(client.request().with("prompt", "none").with("max_age", "0")).await.redirect();
        assert_eq!(redirect.param("error"), "login_required");
    }

    async fn login_asks_for_the_password_again_and_then_goes_on(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice_who_allowed(&world, &client).await;
        alice.authorize(client.request().with("prompt", "login")).await.page().is(200).shows("Password");
        alice.sign_in("alice", PASSWORD).await.code();
    }

    async fn login_may_bring_another_person(world: World) {
        let client = world.public_client().await;
        let mut browser = world.alice().await;
        let bob = world.account("bob", "password of bob").await;
        browser.authorize(client.request().with("prompt", "login")).await.page();
        browser.sign_in("bob", "password of bob").await.page().shows("Signed in as bob");
        let tokens = client.exchange(&browser.allow().await.code()).await;
        assert_eq!(crate::world::jwt::claims(&tokens.text("id_token"))["sub"], bob.id.as_str());
    }

    async fn consent_asks_again_what_was_allowed(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice_who_allowed(&world, &client).await;
        alice.authorize(client.request().with("prompt", "consent")).await.page().is(200).shows("wants access");
        alice.allow().await.code();
    }

    async fn select_account_offers_the_one_that_is_signed_in(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice_who_allowed(&world, &client).await;
        alice.authorize(client.request().with("prompt", "select_account")).await.page().is(200).shows("Continue as alice");
        alice.press("account-current", &[]).await.code();
    }

    async fn select_account_lets_another_sign_in(world: World) {
        let client = world.verified_client().await;
        let mut browser = alice_who_allowed(&world, &client).await;
        world.account("bob", "password of bob").await;
        browser.authorize(client.request().with("prompt", "select_account")).await.page();
        browser.press("account-other", &[]).await.page().shows("Password");
        browser.sign_in("bob", "password of bob").await.page().shows("Signed in as bob");
    }

    async fn not_you_on_the_consent_page_lets_another_sign_in(world: World) {
        let client = world.public_client().await;
        let mut browser = world.alice().await;
        world.account("bob", "password of bob").await;
        browser.authorize(&client).await.page();
        browser.press("consent-other-account", &[]).await.page().shows("Password");
        browser.sign_in("bob", "password of bob").await.page().shows("Signed in as bob");
        browser.allow().await.code();
    }

    async fn all_together_ask_for_everything(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice_who_allowed(&world, &client).await;
        let request = client.request().with("prompt", "login consent select_account");
        alice.authorize(request).await.page().shows("Password");
        let asked = alice.sign_in("alice", PASSWORD).await;
        assert!(matches!(asked, Arrival::Page(ref page) if page.has_button("consent-allow")), "{asked:?}");
    }

    async fn a_wrong_password_on_the_way_keeps_the_request(world: World) {
        let client = world.public_client().await;
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.authorize(&client).await.page();
        browser.sign_in("alice", "another password").await.page().is(403).shows("app.example");
        browser.sign_in("alice", PASSWORD).await.page().is(200);
        client.exchange(&browser.allow().await.code()).await.is(200);
    }
}
