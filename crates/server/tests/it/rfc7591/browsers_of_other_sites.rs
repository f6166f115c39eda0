//! Clients that are web pages: any origin may call, none with cookies. And pages that pretend: a host that is not ours gets nothing.
//! WHATWG Fetch §3.2; RFC 9110 §7.4, §15.5.20.

use http::Method;
use serde_json::json;

use super::{base, clients, open, with};
use crate::world::{Answer, World};

both! {
    async fn r73_the_preflight_of_any_origin_is_answered_without_credentials(world: World) {
        for (path, methods) in [("/register", "POST"), ("/auth/register", "POST"), ("/register/a", "GET, PUT, DELETE")] {
            let preflight = world.call(Method::OPTIONS, path).header("origin", "https://evil.example");
            let answer = preflight.header("access-control-request-method", "POST").send().await;
            is_open(answer.is(204));
            assert_eq!(answer.header("access-control-allow-methods"), Some(methods));
            assert_eq!(answer.header("access-control-allow-headers"), Some("authorization, content-type, mcp-protocol-version"));
            assert!(answer.body.is_empty());
        }
    }

    async fn every_answer_to_a_registration_can_be_read_by_a_page(world: World) {
        let post = || world.post("/register").header("origin", "https://c.example");
        is_open(post().json(&base()).send().await.is(401));
        is_open(post().bearer("x").json(&base()).send().await.is(401));
        open(&world).await;
        is_open(post().json(&base()).send().await.is(201));
        is_open(post().json(&json!({})).send().await.is(400));
        is_open(post().body("text/plain", "{}").send().await.is(415));
        is_open(post().body("application/json", "x".repeat(40_000)).send().await.is(413));
        is_open(world.get("/register/a").header("origin", "https://c.example").send().await.is(401));
    }

    async fn r74_a_host_that_is_not_ours_is_421(world: World) {
        open(&world).await;
        for host in ["evil.example", "localhost.evil.example", "evil.example:8080", "localhost@evil.example"] {
            world.post("/register").json(&base()).header("host", host).send().await.is(421);
        }
        assert_eq!(clients(&world).await, 0);
    }

    async fn r74_the_address_of_a_registration_does_not_follow_what_a_request_says_of_its_host(world: World) {
        let call = world.post("/register").bearer(&world.registration_key().await).json(&with(&json!({})));
        let call = call.header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example;proto=http");
        let answer = call.header("host", "127.0.0.1").header("x-forwarded-proto", "gopher").send().await;
        let uri = format!("{}/register/{}", world.issuer(), answer.is(201).text("client_id"));
        assert_eq!(answer.text("registration_client_uri"), uri);
    }
}

/// A page of any origin may read the answer, also its challenge; its cookies play no part.
#[track_caller]
fn is_open(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let exposed = "www-authenticate, retry-after, x-request-id";
    assert_eq!(answer.header("access-control-expose-headers"), Some(exposed));
}
