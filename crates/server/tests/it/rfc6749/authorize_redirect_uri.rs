//! The redirect URI of a request equals a registered one, byte for byte. §3.1.2.3, RFC 9700 §4.1.3, RFC 8252 §7.3.

use serde_json::json;
use server::config::Issuer;

use crate::world::{Client, World};

/// Texts that lead elsewhere, or could be read so, when `https://c.example/Cb?a=1&b=2` is registered.
const OTHERS: &[&str] = &[
    "",
    "https://c.example/Cb/?a=1&b=2",
    "https://c.example/Cb?a=1&b=2&c=3",
    "https://c.example/Cb?b=2&a=1",
    "https://c.example/Cb",
    "https://c.example/Cb?a=1&b=2#f",
    "https://c.example/cb?a=1&b=2",
    "https://C.example/Cb?a=1&b=2",
    "HTTPS://c.example/Cb?a=1&b=2",
    "https://c.example:443/Cb?a=1&b=2",
    "https://c.example/%43b?a=1&b=2",
    "http://c.example/Cb?a=1&b=2",
    "https://c.example.evil/Cb?a=1&b=2",
    "https://evilc.example/Cb?a=1&b=2",
    "https://cxexample/Cb?a=1&b=2",
    "https://user@c.example/Cb?a=1&b=2",
    "https://c.example@evil.example/Cb?a=1&b=2",
    "https://a@c.example@evil.example/Cb?a=1&b=2",
    "https://evil.example\\@c.example/Cb?a=1&b=2",
    "https://c.example\t/Cb?a=1&b=2",
    "https://c.example/..;/Cb?a=1&b=2",
    "https://c.example/%2e%2e/Cb?a=1&b=2",
    "https://c.example/%252e%252e/Cb?a=1&b=2",
    "https://c.example/x/../Cb?a=1&b=2",
    "javascript:alert(1)",
];

async fn all_are_refused(world: &World, client: &Client, uris: &[&str]) {
    let mut alice = world.alice().await;
    for uri in uris {
        let page = alice.authorize(client.request().with("redirect_uri", uri)).await.page();
        assert!(page.is(400).forms.is_empty(), "{uri}");
    }
    alice.authorize(client).await.page().is(200);
}

both! {
    async fn a05_a07_to_a10_anything_but_the_registered_bytes_is_refused_by_a_page(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none",
            "redirect_uris": ["https://c.example/Cb?a=1&b=2"],
        })).await;
        all_are_refused(&world, &client, OTHERS).await;
    }

    async fn a06_a_redirect_uri_that_is_there_twice_is_refused_by_a_page(world: World) {
        let client = world.verified_client().await;
        let request = client.request().also("redirect_uri", &client.redirect_uri);
        world.alice().await.authorize(request).await.page().is(400).shows("redirect_uri was sent more than once");
    }

    async fn a11_a_loopback_client_is_answered_on_any_port(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "redirect_uris": ["http://127.0.0.1/cb"],
        })).await;
        let mut alice = world.alice().await;
        for port in [1, 65535] {
            let uri = format!("http://127.0.0.1:{port}/cb");
            let redirect = alice.consented(client.request().with("redirect_uri", &uri)).await.redirect();
            assert_eq!(redirect.uri, uri);
        }
    }

    async fn a12_only_the_port_of_a_loopback_client_may_differ(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "redirect_uris": ["http://127.0.0.1/cb"],
        })).await;
        let others = [
            "http://127.0.0.1:8080/other",
            "http://127.0.0.1:8080/cb?a=1",
            "http://localhost:8080/cb",
            "http://[::1]:8080/cb",
            "https://127.0.0.1/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:8080@evil.example/cb",
        ];
        all_are_refused(&world, &client, &others).await;
    }

    async fn a14_the_redirect_uri_of_another_client_is_refused(world: World) {
        let client = world.public_client().await;
        world.client(json!({ "redirect_uris": ["https://other.example/cb"] })).await;
        all_are_refused(&world, &client, &["https://other.example/cb"]).await;
    }

    async fn an_unregistered_client_may_use_https_loopback_and_schemes_with_a_dot_and_nothing_else(world: World) {
        let client = world.unregistered_client("nobody-registered-me");
        let mut alice = world.alice().await;
        for uri in ["https://x.example/cb", "http://localhost:4711/cb", "com.example.app:/cb"] {
            let redirect = alice.consented(client.request().with("redirect_uri", uri)).await.redirect();
            assert_eq!(redirect.uri, uri);
        }
        for uri in ["http://x.example/cb", "cursor://x/cb", "javascript:alert(1)", "https://x.example/#f"] {
            let page = alice.authorize(client.request().with("redirect_uri", uri)).await.page();
            page.is(400).shows("an address that is not safe").shows("or register the client");
        }
    }

    async fn an_unregistered_client_gets_no_answer_at_a_page_of_ours(world: World) {
        let client = world.unregistered_client("nobody-registered-me");
        let mut alice = world.alice().await;
        let uri = format!("{}/admin/oauth/callback", world.issuer());
        alice.authorize(client.request().with("redirect_uri", &uri)).await.page().is(400);
        world.restart_with(|config| config.issuer = Issuer::parse("https://login.example/id").expect("an issuer")).await;
        for (uri, status) in [("https://login.example/", 400), ("https://login.example/id/x?y=z", 400), ("https://login.example:8443/", 200)] {
            let request = client.request().with("redirect_uri", uri).encoded();
            let page = world.browser().get(&format!("/id/authorize?{request}")).await.page();
            assert_eq!(page.status, status, "{uri}");
        }
    }

    async fn a_redirect_uri_that_is_replaced_while_the_person_decides_gets_nothing(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        client.replace(json!({ "redirect_uris": ["https://new.example/cb"] })).await.is(200);
        let page = alice.allow().await.page();
        page.is(400).shows("address it did not register");
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn the_query_of_a_registered_uri_is_kept(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "redirect_uris": ["https://c.example/cb?tenant=a%20b"],
        })).await;
        let redirect = world.alice().await.consented(&client).await.redirect();
        let location = redirect.headers["location"].to_str().expect("a text");
        assert!(location.starts_with("https://c.example/cb?tenant=a%20b&code="), "{location}");
    }
}
