//! A form counts only when it comes from the very page that was shown in this browser.

use crate::world::{Browser, Form, PASSWORD, World};

async fn asked(world: &World) -> Browser {
    let mut alice = world.alice().await;
    alice.authorize(&world.public_client().await).await.page().is(200);
    alice
}

/// The address of the consent form, and its fields.
fn consent_form(browser: &Browser) -> (String, Form) {
    let (form, _) = browser.page().button("consent-allow");
    (form.action.clone(), form.fields.clone().with("decision", "allow"))
}

fn cookies(browser: &Browser) -> String {
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

both! {
    async fn w01_a_consent_without_the_right_token_is_refused(world: World) {
        let mut alice = asked(&world).await;
        let of_another_request = consent_form(&alice).1.get("csrf").map(str::to_owned);
        alice.authorize(&world.public_client().await).await.page();
        let (action, fields) = consent_form(&alice);
        let account = alice.page().button("consent-other-account").0.fields.get("csrf").map(str::to_owned);
        for token in [Some(String::new()), Some("x".repeat(43)), account, of_another_request] {
            let form = fields.clone().with("csrf", &token.expect("a token"));
            let call = world.post(&action).form(&form).header("sec-fetch-site", "same-origin");
            alice.follow(call).await.page().is(403).shows("This form did not come from here");
        }
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn w01_a_consent_that_comes_from_another_site_is_refused(world: World) {
        let alice = asked(&world).await;
        let (action, fields) = consent_form(&alice);
        let call = world.post(&action).form(&fields).header("cookie", &cookies(&alice));
        for (name, value) in [
            ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("sec-fetch-site", "none"),
            ("origin", "https://evil.example"), ("origin", "null"),
        ] {
            call.clone().header(name, value).send().await.is(403);
        }
        call.header("origin", &world.issuer()).send().await.is(303);
    }

    async fn w01_a_consent_without_the_cookie_is_refused(world: World) {
        let (action, fields) = consent_form(&asked(&world).await);
        world.post(&action).form(&fields).send().await.is(403);
    }

    async fn w02_w12_the_request_of_another_browser_is_refused_with_its_own_token(world: World) {
        let (action, fields) = consent_form(&asked(&world).await);
        world.account("bob", "password of bob").await;
        let mut bob = world.browser();
        bob.sign_in("bob", "password of bob").await;
        bob.follow(world.post(&action).form(&fields)).await.page().is(403);
        let page = action.strip_suffix("/consent").expect("the page of the form");
        bob.get(page).await.page().is(403).shows("began in another browser");
        world.browser().get(page).await.page().is(403);
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn w12_the_account_page_is_not_skipped_with_its_token(world: World) {
        let mut alice = world.alice().await;
        let client = world.public_client().await;
        alice.authorize(client.request().with("prompt", "select_account")).await.page();
        let (form, _) = alice.page().button("account-current");
        let action = form.action.replace("/account", "/consent");
        let call = world.post(&action).form(&form.fields.clone().with("decision", "allow"));
        alice.follow(call).await.page().is(403);
    }

    async fn w01_a_login_needs_the_token_and_the_cookie_of_the_page(world: World) {
        world.account("alice", PASSWORD).await;
        let (mut browser, mut other) = (world.browser(), world.browser());
        browser.get("/login").await;
        other.get("/login").await;
        let right = [("username", "alice"), ("password", PASSWORD)];
        let foreign = other.page().forms[0].fields.get("csrf").unwrap_or_default().to_owned();
        for token in ["", &"x".repeat(43), &foreign] {
            browser.get("/login").await;
            let fields = [right[0], right[1], ("csrf", token)];
            browser.press("login-submit", &fields).await.page().is(403).shows("did not come from here");
        }
        let without_cookie = other.submission("login-submit", &right).header("cookie", "a=b");
        without_cookie.send().await.is(403);
        assert!(world.rows("SELECT id FROM sessions", []).await.is_empty());
    }

    async fn w01_a_login_that_comes_from_another_site_is_refused(world: World) {
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.get("/login").await;
        let call = browser.submission("login-submit", &[("username", "alice"), ("password", PASSWORD)]);
        for site in ["cross-site", "same-site", "none"] {
            call.clone().header("sec-fetch-site", site).send().await.is(403);
        }
        call.send().await.is(303);
    }

    async fn w01_a_logout_with_a_foreign_token_is_refused(world: World) {
        let mut alice = world.alice().await;
        alice.get("/logout").await.page().is(200);
        alice.press("logout-confirm", &[("csrf", &"x".repeat(43))]).await.page().is(403);
        alice.authorize(&world.public_client().await).await.page().shows("Signed in as alice");
    }

    async fn a_request_that_was_altered_on_the_login_page_is_refused(world: World) {
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.authorize(&world.public_client().await).await.page();
        let sealed = browser.page().forms[0].fields.get("interaction").expect("a seal").to_owned();
        let altered = sealed.char_indices().map(|(at, c)| if at == 50 { if c == 'A' { 'B' } else { 'A' } } else { c }).collect::<String>();
        let fields = [("username", "alice"), ("password", PASSWORD), ("interaction", altered.as_str())];
        browser.press("login-submit", &fields).await.page().is(403).shows("no longer valid");
    }
}
