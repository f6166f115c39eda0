//! Whatever a client calls itself, it is text.

use scraper::{Html, Selector};
use serde_json::json;

use crate::world::World;

const NAMES: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }} {% include \"/etc/passwd\" %}",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<!-- <base href=//evil.example>",
    "&lt;b&gt;bold&lt;/b&gt;",
];

/// Elements and attributes that no page of ours has.
const FOREIGN: &str = "script:not([src='/assets/passkey.js']), img, base, meta[http-equiv], iframe, object, style, b, [onload], [onerror], [onmouseover], [style]";

both! {
    async fn w04_markup_in_what_a_client_says_of_itself_is_inert_on_every_page(world: World) {
        let foreign = Selector::parse(FOREIGN).expect("a selector");
        let mut alice = world.alice().await;
        for name in NAMES {
            let client = world.client(json!({ "token_endpoint_auth_method": "none", "client_name": name })).await;
            let wrong = client.request().with("scope", "nothing-known");
            let login = world.browser().authorize(client.request().with("login_hint", name)).await.page();
            let interstitial = world.browser().authorize(wrong).await.page();
            for page in [login, interstitial, alice.authorize(&client).await.page()] {
                assert_eq!(Html::parse_document(&page.html).select(&foreign).count(), 0, "{name}: {}", page.html);
                page.shows(name.split_whitespace().next().unwrap_or_default());
            }
        }
    }

    async fn w04_a_scope_with_markup_is_no_scope(world: World) {
        let client = world.verified_client().await;
        let redirect = world.browser().authorize(client.request().with("scope", "<b>x</b>")).await.redirect();
        assert_eq!(redirect.param("error"), "invalid_scope");
    }

    async fn w04_an_id_that_is_markup_is_text(world: World) {
        let client = world.unregistered_client("<script>alert(1)</script>");
        let page = world.alice().await.authorize(&client).await.page();
        page.is(200).shows("<script>alert(1)</script>");
        assert!(!page.html.contains("<script"));
    }
}
