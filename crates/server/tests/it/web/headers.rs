//! What every page says to the browser. RFC 9700 §4.16, §4.2.4.

use serde_json::json;

use crate::world::{PASSWORD, Page, World};

#[track_caller]
fn is_guarded(page: &Page) {
    let expected = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(
            page.headers.get(name).and_then(|value| value.to_str().ok()),
            Some(value),
            "{name}: {}",
            page.text
        );
    }
    let policy = page.headers["content-security-policy"].to_str().expect("a text");
    for directive in ["default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(directive), "{policy}");
    }
    // Only a page that asks a device has a script, which is ours.
    let own = page.html.contains("src=\"/assets/passkey.js\"");
    assert_eq!(
        (policy.contains("script-src 'self';"), policy.matches("script-src").count()),
        (own, usize::from(own))
    );
    assert!(!policy.contains("unsafe") && !policy.contains("connect-src"), "{policy}");
}

both! {
    async fn w03_every_page_of_the_flow_is_framed_sniffed_cached_and_scripted_by_nobody(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        is_guarded(&world.browser().authorize(&client).await.page());
        is_guarded(&alice.authorize(client.request().with("prompt", "select_account")).await.page());
        is_guarded(&alice.authorize(client.request().with("scope", "nothing-known")).await.page());
        is_guarded(&alice.authorize(client.request().with("redirect_uri", "x")).await.page());
        is_guarded(&alice.authorize(&client).await.page());
        is_guarded(&alice.press("consent-allow", &[("csrf", "x")]).await.page());
        is_guarded(&alice.sign_in("alice", "another password").await.page());
        is_guarded(&alice.sign_in("alice", PASSWORD).await.page());
        is_guarded(&alice.get("/logout").await.page());
        is_guarded(&alice.press("logout-confirm", &[]).await.page());
        is_guarded(&alice.get("/nothing-here").await.page());
    }

    async fn w03_forms_stay_here_except_on_pages_that_lead_to_a_client_wherever_that_is(world: World) {
        let client = world.unregistered_client("nobody-registered-me");
        let mut alice = world.alice().await;
        for uri in ["https://login.example.com:8443/a;b?c=d", "http://[::1]:4711/cb", "com.example.app:/cb"] {
            let page = alice.authorize(client.request().with("redirect_uri", uri)).await.page();
            let policy = page.headers["content-security-policy"].to_str().expect("a text");
            assert!(!policy.contains("form-action"), "{policy}");
        }
        let page = alice.get("/nothing-here").await.page();
        let policy = page.headers["content-security-policy"].to_str().expect("a text");
        assert!(policy.contains("form-action 'self';"), "{policy}");
    }

    async fn w03_a_page_takes_nothing_from_other_sites(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "logo_uri": "https://evil.example/logo.png",
            "client_uri": "https://evil.example/", "tos_uri": "https://evil.example/tos",
        })).await;
        let page = world.alice().await.authorize(&client).await.page();
        assert!(!page.html.contains("logo.png") && !page.html.contains("href=\"https://evil"), "{}", page.html);
    }

    async fn the_stylesheet_is_a_file_of_ours(world: World) {
        let answer = world.get("/assets/wayleave.css").send().await;
        assert_eq!(answer.is(200).header("content-type"), Some("text/css; charset=utf-8"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}
