//! By default, with `requireClientRegistration` false, any client id is accepted without registration.

use crate::world::{Client, World};

/// What an id that nobody registered may not do.
const TOO_MUCH: [&str; 4] =
    ["http://app.example/callback", "javascript:alert(1)", "myapp:/callback", "https://app.example/#x"];

both! {
    async fn a_client_that_nobody_registered_gets_tokens_through_the_consent_page(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let mut alice = world.alice().await;
        let page = alice.authorize(&client).await.page();
        page.is(200).shows("anything-at-all").shows("app.example");
        let tokens = client.exchange(&alice.allow().await.code()).await;
        world.userinfo(&tokens.is(200).text("access_token")).await.is(200);
    }

    async fn it_signs_its_person_in_on_the_way(world: World) {
        world.account("alice", "password of alice").await;
        let client = world.unregistered_client("anything-at-all");
        let mut browser = world.browser();
        browser.authorize(&client).await.page().is(200).shows("Sign in");
        browser.sign_in("alice", "password of alice").await.page().is(200);
        client.exchange(&browser.allow().await.code()).await.is(200);
    }

    async fn it_refreshes_like_any_public_client(world: World) {
        let client = world.unregistered_client("https://app.example/client");
        let tokens = client.tokens(&mut world.alice().await).await;
        let renewed = client.refresh(&tokens.text("refresh_token")).await;
        assert_ne!(renewed.is(200).text("refresh_token"), tokens.text("refresh_token"));
    }

    async fn it_may_be_an_app_on_this_computer_or_on_a_phone(world: World) {
        let mut alice = world.alice().await;
        for redirect_uri in ["http://127.0.0.1:49152/", "http://[::1]:49152/", "com.example.app:/callback"] {
            let client = Client { redirect_uri: redirect_uri.to_owned(), ..world.unregistered_client("an-app") };
            client.tokens(&mut alice).await;
        }
    }

    async fn the_person_is_asked_every_time(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let mut alice = world.alice().await;
        for _ in 0..2 {
            alice.authorize(&client).await.page().is(200);
            alice.allow().await.code();
        }
        let silent = alice.authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!(silent.param("error"), "consent_required");
    }

    async fn where_it_may_send_people_is_limited(world: World) {
        let mut alice = world.alice().await;
        for redirect_uri in TOO_MUCH {
            let client = Client { redirect_uri: redirect_uri.to_owned(), ..world.unregistered_client("an-app") };
            alice.authorize(&client).await.page().is(400).shows("redirect_uri");
        }
    }

    async fn it_must_use_pkce(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let request = client.request().without("code_challenge").without("code_challenge_method");
        world.alice().await.authorize(request).await.page().is(400).shows("code_challenge is missing");
    }

    async fn it_cannot_act_for_itself_or_prove_anything(world: World) {
        let client = world.unregistered_client("anything-at-all");
        assert_eq!(client.client_credentials("").await.status / 100, 4);
        let basic = world.post("/token").basic("anything-at-all", "a secret").form(&client.code_form("a code"));
        basic.send().await.refuses("invalid_client");
    }

    async fn its_refresh_token_lives_a_day(world: World) {
        let client = world.unregistered_client("anything-at-all");
        client.tokens(&mut world.alice().await).await;
        let rows = world.rows("SELECT expires_at - created_at FROM refresh_tokens", []).await;
        assert_eq!(rows[0].int(0), Ok(24 * 60 * 60 * 1000));
    }
}
