//! The console and the portal have no way in but OAuth: they are an ordinary client of this server, `webadmin`.

use serde_json::json;

use crate::world::{ADMIN_PASSWORD, Arrival, Browser, PASSWORD, World};

/// Opens `path` as somebody who is signed in nowhere, signs in, and allows what is asked.
async fn visit(world: &World, path: &str, name: &str, password: &str) -> Browser {
    let mut browser = world.browser();
    browser.get(path).await.page().is(200).shows("Sign in");
    browser.sign_in(name, password).await.page().is(200).shows("This server’s console");
    browser.allow().await.page().is(200);
    browser
}

both! {
    async fn who_opens_the_console_signs_in_and_allows_it_as_any_other_app(world: World) {
        let console = visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        console.page().shows("Overview").shows("OAuth clients");
    }

    async fn who_has_no_permission_gets_the_portal_and_not_the_console(world: World) {
        world.account("alice", PASSWORD).await;
        let mut alice = visit(&world, "/account", "alice", PASSWORD).await;
        alice.page().shows("alice");
        assert!(!alice.page().text.contains("Console"));
        alice.get("/admin").await.page().is(403).shows("Your account may not do this");
    }

    async fn the_tokens_are_of_the_client_webadmin_and_never_leave_the_server(world: World) {
        let console = visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        let grants = world.rows("SELECT client_id, scope FROM grants", []).await;
        assert_eq!(grants[0].text(0).expect("a client"), "webadmin");
        assert!(console.cookies.values().all(|value| !value.contains("eyJ") && !value.contains("wlr_")));
        assert!(!console.page().html.contains("eyJ"));
        let stored = world.rows("SELECT access_token, refresh_token FROM visits", []).await;
        assert!(!stored[0].text(0).expect("a token").contains("eyJ"));
        assert!(!stored[0].text(1).expect("a token").contains("wlr_"));
    }

    async fn who_denies_it_is_told_so_and_gets_nothing(world: World) {
        let mut browser = world.browser();
        browser.get("/admin").await.page();
        browser.sign_in("admin", ADMIN_PASSWORD).await.page();
        browser.deny().await.page().is(403).shows("You did not allow it");
        assert!(world.rows("SELECT 1 FROM visits", []).await.is_empty());
    }

    async fn a_first_party_webadmin_asks_nobody_and_any_other_does(world: World) {
        let jmap = world.admin_jmap().await;
        let callbacks = ["admin", "account"].map(|part| format!("{}/{part}/oauth/callback", world.issuer()));
        let uris = json!({ &callbacks[0]: true, &callbacks[1]: true });
        let made = jmap.create("x:OAuthClient/set", json!({ "clientId": "webadmin", "redirectUris": uris })).await;
        visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        let id = made["id"].as_str().expect("an id");
        jmap.update("x:OAuthClient/set", id, json!({ "isFirstParty": true })).await;
        let mut browser = world.browser();
        browser.get("/account").await.page();
        browser.sign_in("admin", ADMIN_PASSWORD).await.page().is(200).shows("Profile");
    }

    async fn an_expired_access_token_is_renewed_without_a_word(world: World) {
        let mut console = visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        let before = world.rows("SELECT access_token FROM visits", []).await[0].text(0).expect("a token");
        world.sql("UPDATE visits SET access_expires_at = 0", []).await;
        console.get("/admin").await.page().is(200).shows("Overview");
        assert_ne!(world.rows("SELECT access_token FROM visits", []).await[0].text(0).expect("a token"), before);
    }

    async fn what_is_taken_back_ends_the_visit_at_once(world: World) {
        let mut console = visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        world.sql("UPDATE grants SET revoked_at = 1", []).await;
        console.get("/admin").await.page().is(200).shows("wants access");
    }

    async fn signing_out_ends_session_visit_and_grant(world: World) {
        let mut console = visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        let stolen = console.cookies.clone();
        console.press("sign-out", &[]).await.page().is(200).shows("signed out");
        console.cookies = stolen;
        console.get("/admin").await.page().is(200).shows("Sign in");
        assert!(world.rows("SELECT 1 FROM visits", []).await.is_empty());
        assert_eq!(world.rows("SELECT 1 FROM grants WHERE revoked_at IS NULL", []).await.len(), 0);
    }

    async fn an_answer_that_another_browser_asked_for_makes_no_visit(world: World) {
        let mut thief = world.browser();
        thief.sign_in("admin", ADMIN_PASSWORD).await.page();
        thief.get("/admin").await.page();
        let answer = {
            let submission = thief.submission("consent-allow", &[]);
            submission.send().await
        };
        let callback = answer.header("location").expect("a redirect").replace(&world.origin(), "");
        world.account("alice", PASSWORD).await;
        let mut victim = world.browser();
        victim.sign_in("alice", PASSWORD).await.page();
        victim.get(&callback).await.page().is(200).shows("alice").shows("wants access");
        assert!(world.rows("SELECT 1 FROM visits", []).await.is_empty());
    }

    async fn a_callback_that_nobody_asked_for_is_a_page(world: World) {
        for query in ["", "?code=x", "?code=x&state=y", "?error=access_denied&state=%00", "?state=a&state=b"] {
            let arrival = world.browser().get(&format!("/admin/oauth/callback{query}")).await;
            assert!(matches!(arrival, Arrival::Page(page) if (400..500).contains(&page.status)), "{query}");
        }
    }

    async fn a_form_after_the_visit_ended_changes_nothing_and_says_so(world: World) {
        let console = visit(&world, "/admin", "admin", ADMIN_PASSWORD).await;
        world.sql("DELETE FROM sessions", []).await;
        let form = world.post("/account").form(&crate::world::Form::of(&[("csrf", "x")]));
        let answer = form.send().await;
        assert!([403, 405].contains(&answer.status), "{}", answer.status);
        drop(console);
    }
}
