//! Where somebody is signed in, and the end of it.

use domain::journal::EventKind;

use super::{alice, visit};
use crate::{
    journal::{of_kind, one},
    world::{Browser, PASSWORD, World},
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";

/// Whoever has copied the cookies of a browser.
fn thief(world: &World, of: &Browser) -> Browser {
    let mut thief = world.browser();
    thief.cookies.clone_from(&of.cookies);
    thief
}

both! {
    async fn w10_a_stolen_cookie_dies_with_end_all_sessions(world: World) {
        let mut alice = alice(&world).await;
        let mut thief = thief(&world, &alice);
        thief.get("/account/sessions").await.page().is(200).shows("This one");
        let late = thief.submission("end-all", &[]);
        alice.get("/account/sessions").await.page();
        alice.press("end-all", &[]).await.page().is(200).shows("signed out");
        thief.get("/account").await.page().shows("Password");
        thief.follow(late).await.page().is(403);
        assert!(!alice.cookies.contains_key("wayleave-session") && !alice.cookies.contains_key("wayleave-visit"));
        assert!(world.rows("SELECT id FROM visits", []).await.is_empty());
        assert!(world.rows("SELECT id FROM grants WHERE revoked_at IS NULL", []).await.is_empty());
    }

    async fn all_but_this_one_end(world: World) {
        let mut alice = alice(&world).await;
        let mut other = visit(&world, "/account", "alice", PASSWORD).await;
        alice.get("/account/sessions").await.page();
        alice.press("end-others", &[]).await.page().is(200).shows("Nobody is signed in there any more");
        alice.get("/account").await.page().shows("Profile");
        other.get("/account").await.page().shows("Password");
        let told = of_kind(&world, EventKind::SessionsEnded).await;
        assert!(one(&told).event.before.as_ref().is_some_and(|before| before["allBut"].is_string()));
    }

    async fn one_is_told_from_the_others_and_ends_alone(world: World) {
        let mut alice = alice(&world).await;
        let mut other = visit(&world, "/account", "alice", PASSWORD).await;
        world.sql("UPDATE sessions SET user_agent = $1, from_address = '203.0.113.9' WHERE id = (SELECT MAX(id) FROM sessions)", [FIREFOX.into()]).await;
        let page = alice.get("/account/sessions").await.page();
        page.shows("Firefox on Linux").shows("203.0.113.9").shows("with the password").shows("does not say what it is");
        assert_eq!(page.text.matches("This one").count(), 1);
        let newest = world.rows("SELECT MAX(id) FROM sessions", []).await[0].text(0).expect("an id");
        alice.press(&format!("end-{newest}"), &[]).await.page().is(200);
        other.get("/account").await.page().shows("Password");
        alice.get("/account").await.page().shows("Profile");
    }

    async fn ending_this_one_signs_out(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/sessions").await.page();
        let this = world.rows("SELECT id FROM sessions", []).await[0].text(0).expect("an id");
        alice.press(&format!("end-{this}"), &[]).await.page().shows("signed out");
        alice.get("/account").await.page().shows("Password");
    }

    async fn nobody_ends_the_session_of_another(world: World) {
        let mut alice = alice(&world).await;
        let of_alice = world.rows("SELECT id FROM sessions", []).await[0].text(0).expect("an id");
        world.account("bob", PASSWORD).await;
        let mut bob = visit(&world, "/account/sessions", "bob", PASSWORD).await;
        let page = bob.get("/account/sessions").await.page();
        assert!(!page.html.contains(&of_alice));
        let button = page.html.split("id=\"end-").nth(1).expect("a button").chars().take(26).collect::<String>();
        bob.press(&format!("end-{button}"), &[("session", &of_alice)]).await.page().is(404);
        alice.get("/account").await.page().shows("Profile");
        assert!(world.rows("SELECT id FROM grants WHERE revoked_at IS NOT NULL", []).await.is_empty());
    }

    async fn where_somebody_signed_in_for_an_app_is_known_too(world: World) {
        let mut phone = world.browser();
        world.account("alice", PASSWORD).await;
        phone.get("/login").await.page();
        let sent = phone.submission("login-submit", &[("username", "alice"), ("password", PASSWORD)]);
        phone.follow(sent.header("user-agent", FIREFOX)).await.page();
        let mut alice = visit(&world, "/account/sessions", "alice", PASSWORD).await;
        alice.get("/account/sessions").await.page().shows("Firefox on Linux").shows("127.0.0.1");
    }

    async fn a_browser_that_calls_itself_markup_is_text(world: World) {
        let mut alice = alice(&world).await;
        world.sql("UPDATE sessions SET user_agent = '<script>alert(1)</script>'", []).await;
        let page = alice.get("/account/sessions").await.page();
        assert!(!page.shows("<script>alert(1)</script>").html.contains("<script"));
    }
}
