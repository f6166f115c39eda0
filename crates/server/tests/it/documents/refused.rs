//! Documents and URLs that are of no use: a page, nothing stored, and nothing remembered.

use serde_json::json;

use super::{Site, client_at, site::Page, stored};
use crate::world::World;

/// A page that says so, whatever the document is.
#[track_caller]
fn is_refused(page: &crate::world::Page, what: &str) {
    assert_eq!(page.status, 400, "{what}: {}", page.text);
    assert!(page.text.contains("This app could not be checked"), "{what}: {}", page.text);
    assert!(page.forms.is_empty(), "{what}");
}

both! {
    async fn c01_a_url_that_breaks_a_rule_is_a_page(world: World) {
        let site = Site::beside(&world).await;
        site.document("/client", &json!({}));
        let host = format!("localhost:{}", site.port);
        for url in [
            "http://app.example/client".to_owned(),
            format!("https://{host}"),
            format!("https://{host}/./client"),
            format!("https://{host}/a/../client"),
            format!("https://{host}/client#x"),
            format!("https://user@{host}/client"),
            format!("https://{host}/client?"),
            format!("HTTPS://{host}/client"),
            "https://10.0.0.1/client".to_owned(),
        ] {
            let page = world.browser().authorize(&client_at(&world, &url)).await.page();
            is_refused(&page, &url);
        }
        assert_eq!(site.visits("/client"), 0);
    }

    async fn c02_this_computer_is_not_asked_unless_that_was_allowed(world: World) {
        let site = Site::start().await;
        world.settings("OidcProvider.clientIdMetadataDocuments", json!(true)).await;
        let url = site.document("/client", &json!({}));
        is_refused(&world.browser().authorize(&client_at(&world, &url)).await.page(), &url);
        assert_eq!(site.visits("/client"), 0);
    }

    async fn c04_a_redirect_to_a_good_document_is_not_followed(world: World) {
        let site = Site::beside(&world).await;
        let good = site.document("/good", &json!({}));
        for status in [301, 302, 307] {
            let path = format!("/{status}");
            site.put(&path, Page { status, headers: format!("location: {good}\r\n"), ..Page::json("{}") });
            is_refused(&world.browser().authorize(&client_at(&world, &site.url(&path))).await.page(), &path);
        }
        assert_eq!(site.visits("/good"), 0);
    }

    async fn c05_cimd_05_another_status_is_a_page_and_not_remembered(world: World) {
        let site = Site::beside(&world).await;
        for status in [204, 206, 404, 500] {
            site.put("/broken", Page { status, ..Page::json("{}") });
            is_refused(&world.browser().authorize(&client_at(&world, &site.url("/broken"))).await.page(), "broken");
        }
        let healed = site.document("/broken", &json!({}));
        world.browser().authorize(&client_at(&world, &healed)).await.page().is(200);
    }

    async fn c06_what_is_too_long_packed_or_never_ends_is_a_page_within_three_seconds(world: World) {
        let site = Site::beside(&world).await;
        let padded = |length: usize| {
            let url = site.url("/long");
            let start = json!({ "client_id": url, "client_name": "Reader", "redirect_uris": ["https://app.example/callback"] }).to_string();
            format!("{start}{}", " ".repeat(length - start.len()))
        };
        site.put("/long", Page::json(&padded(5121)));
        is_refused(&world.browser().authorize(&client_at(&world, &site.url("/long"))).await.page(), "too long");
        site.put("/long", Page::json(&padded(5120)));
        world.browser().authorize(&client_at(&world, &site.url("/long"))).await.page().is(200);
        let packed = "content-type: application/json\r\ncontent-encoding: gzip\r\n".to_owned();
        site.put("/packed", Page { headers: packed, ..Page::json("{}") });
        is_refused(&world.browser().authorize(&client_at(&world, &site.url("/packed"))).await.page(), "packed");
        site.put("/endless", Page { is_endless: true, ..Page::json("{}") });
        let begun = tokio::time::Instant::now();
        is_refused(&world.browser().authorize(&client_at(&world, &site.url("/endless"))).await.page(), "endless");
        assert!(begun.elapsed().as_secs() < 4);
    }

    async fn c07_c08_c09_a_document_that_breaks_a_rule_is_a_page_that_says_which(world: World) {
        let site = Site::beside(&world).await;
        for (at, (members, why)) in [
            (json!({ "client_id": null }), "client_id in the document"),
            (json!({ "client_id": "https://evil.example/client" }), "client_id in the document"),
            (json!({ "client_secret": "x" }), "client_secret"),
            (json!({ "token_endpoint_auth_method": "client_secret_basic" }), "token_endpoint_auth_method"),
            (json!({ "redirect_uris": ["javascript:alert(1)"] }), "redirect_uris"),
            (json!({ "redirect_uris": ["http://app.example/"] }), "redirect_uris"),
            (json!({ "redirect_uris": ["https://*.app.example/"] }), "redirect_uris"),
            (json!({ "client_name": null }), "client_name"),
        ].into_iter().enumerate() {
            // Of one host not more than ten are fetched in a minute.
            let url = site.document(&format!("/{at}"), &members);
            let page = world.browser().authorize(&client_at(&world, &url)).await.page();
            is_refused(&page, why);
            page.shows(why);
        }
        assert_eq!(stored(&world).await, 0);
    }

    async fn c10_what_does_not_say_that_it_is_json_is_a_page(world: World) {
        let site = Site::beside(&world).await;
        let url = site.document("/client", &json!({}));
        let body = json!({ "client_id": url, "client_name": "Reader", "redirect_uris": ["https://app.example/callback"] }).to_string();
        for content_type in ["content-type: text/html\r\n", "content-type: application/octet-stream\r\n", ""] {
            site.put("/client", Page { headers: content_type.to_owned(), ..Page::json(&body) });
            is_refused(&world.browser().authorize(&client_at(&world, &url)).await.page(), content_type);
        }
        site.put("/client", Page { headers: "content-type: application/client+json\r\n".to_owned(), ..Page::json(&body) });
        world.browser().authorize(&client_at(&world, &url)).await.page().is(200);
    }

    async fn cimd_06_an_answer_goes_nowhere_but_where_the_document_says(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let request = client.request().with("redirect_uri", "https://evil.example/cb");
        world.browser().authorize(request).await.page().is(400).shows("address it did not register");
    }

    async fn a_certificate_that_is_not_believed_is_a_page(world: World) {
        let site = Site::beside(&world).await;
        let url = site.document("/client", &json!({})).replace("localhost", "127.0.0.1");
        is_refused(&world.browser().authorize(&client_at(&world, &url)).await.page(), "another name");
        assert_eq!(site.visits("/client"), 0);
    }
}
