//! Who is signed in in which browser, and for how long.

use crate::world::{PASSWORD, World};

const SESSION: &str = "wayleave-session";

both! {
    async fn w10_every_login_brings_a_new_session_and_ends_the_old_one(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let before = alice.cookies[SESSION].clone();
        alice.sign_in("alice", PASSWORD).await;
        assert_ne!(alice.cookies[SESSION], before);
        alice.authorize(&client).await.page().shows("Signed in as alice");
        alice.cookies.insert(SESSION.to_owned(), before);
        alice.authorize(&client).await.page().shows("Password");
    }

    async fn w10_a_session_that_somebody_planted_is_not_taken_over(world: World) {
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.cookies.insert(SESSION.to_owned(), "planted".to_owned());
        browser.sign_in("alice", PASSWORD).await;
        assert_ne!(browser.cookies[SESSION], "planted");
    }

    async fn sessions_and_open_requests_survive_a_restart(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        world.restart().await;
        client.exchange(&alice.allow().await.code()).await.is(200);
        alice.authorize(&client).await.page().shows("Signed in as alice");
    }

    async fn a_login_page_survives_a_restart(world: World) {
        let client = world.public_client().await;
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.authorize(&client).await.page();
        world.restart().await;
        browser.sign_in("alice", PASSWORD).await.page().shows("wants access");
    }

    async fn an_account_that_is_disabled_loses_its_session_at_once(world: World) {
        let client = world.verified_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        world.enable_account("alice", false).await;
        alice.allow().await.page().is(403);
        alice.authorize(&client).await.page().shows("Password");
        let silent = alice.authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!(silent.param("error"), "login_required");
    }

    async fn a_session_ends_when_its_time_is_over(world: World) {
        let mut alice = world.alice().await;
        world.sql("UPDATE sessions SET expires_at = $1", [1_i64.into()]).await;
        alice.authorize(&world.public_client().await).await.page().shows("Password");
    }

    async fn the_database_does_not_hold_what_the_cookie_says(world: World) {
        let alice = world.alice().await;
        let rows = world.rows("SELECT id, secret_hash FROM sessions", []).await;
        let cookie = &alice.cookies[SESSION];
        let stored = [rows[0].text(0).expect("an id"), rows[0].text(1).expect("a hash")];
        assert!(cookie.len() > 43 && stored.iter().all(|text| text != cookie));
        let (_, secret) = cookie.split_at(cookie.len() - 40);
        assert!(stored.iter().all(|text| !text.contains(secret)));
    }
}
