//! A name and a password: what is wrong is not said.

use crate::world::{PASSWORD, World};

/// The page without what a device is asked, which is another question every time.
fn without_question(html: &str) -> String {
    let (before, rest) =
        html.split_once("<form method=\"post\" action=\"/login/passkey\"").expect("the form");
    [before, rest.split_once("</form>").expect("its end").1].concat()
}

both! {
    async fn w08_an_unknown_name_a_wrong_password_and_a_disabled_account_look_alike(world: World) {
        world.account("alice", PASSWORD).await;
        world.account("carol", PASSWORD).await;
        world.enable_account("carol", false).await;
        let mut browser = world.browser();
        let mut seen = Vec::new();
        for (name, password) in [("alice", "another password"), ("carol", PASSWORD), ("nobody", PASSWORD), ("a b", PASSWORD), ("", "")] {
            let page = browser.sign_in(name, password).await.page();
            let mut headers = page.headers.clone();
            for volatile in ["x-request-id", "date", "content-length"] {
                headers.remove(volatile);
            }
            seen.push((page.is(403).status, headers, without_question(&page.html).replace(&format!("value=\"{name}\""), "value=\"\"")));
        }
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
        assert!(world.rows("SELECT id FROM sessions", []).await.is_empty());
    }

    async fn w13_whatever_is_typed_as_a_password_is_wrong_and_no_fault(world: World) {
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        let long = "x".repeat(1025);
        for password in [long.as_str(), "", "pass\u{30a}", "e\u{301}", &"😀".repeat(300)] {
            browser.sign_in("alice", password).await.page().is(403).shows("The user name or password is not right.");
        }
        for (password, status) in [("x".repeat(1 << 20), 413), ("a\0b".to_owned(), 400)] {
            browser.get("/login").await;
            let call = browser.submission("login-submit", &[("username", "alice"), ("password", &password)]);
            call.send().await.is(status);
        }
    }

    async fn w13_the_longest_password_is_1024_bytes(world: World) {
        let longest = "é".repeat(512);
        world.account("alice", &longest).await;
        let mut browser = world.browser();
        browser.sign_in("alice", &format!("{longest}x")).await.page().is(403);
        browser.sign_in("alice", &longest).await.page().is(200);
    }

    async fn a_name_is_found_in_any_case(world: World) {
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.sign_in(" Alice ", PASSWORD).await;
        browser.authorize(&world.public_client().await).await.page().shows("Signed in as alice");
    }

    async fn w06_nothing_in_the_address_says_where_a_login_leads(world: World) {
        world.account("alice", PASSWORD).await;
        for target in ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example", "/%09/evil.example"] {
            let mut browser = world.browser();
            let query = format!("return_to={target}&next={target}&interaction={target}");
            browser.get(&format!("/login?{query}")).await.page().is(200);
            let call = browser.submission("login-submit", &[("username", "alice"), ("password", PASSWORD), ("return_to", target)]);
            assert_eq!(call.send().await.is(303).header("location"), Some("/"), "{target}");
        }
    }
}
