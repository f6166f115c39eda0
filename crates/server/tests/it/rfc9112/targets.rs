//! What a request asks for, and how. RFC 9110 §4.2.3, §7.2, §9; RFC 9112 §3.2.

use super::{last, statuses};
use crate::world::World;

both! {
    async fn h04_a_target_of_more_than_8_kib_is_414(world: World) {
        let query = |length: usize| last(&format!("GET /healthz/live?{}", "x".repeat(length - "/healthz/live?".len())), "");
        assert_eq!(statuses(&world, &query(8 * 1024)).await, ["200"]);
        assert_eq!(statuses(&world, &query(8 * 1024 + 1)).await, ["414"]);
    }

    async fn h05_another_host_in_the_target_is_421_whatever_the_header_says(world: World) {
        let names = |host: &str| format!("GET http://{host}/jwks.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert_eq!(statuses(&world, &names("evil.example")).await, ["421"]);
        assert_eq!(statuses(&world, &names("localhost")).await, ["200"]);
    }

    async fn h05_no_host_and_two_hosts_are_400(world: World) {
        for hosts in ["", "Host: localhost\r\nHost: localhost\r\n", "Host: localhost\r\nHost: evil.example\r\n"] {
            let request = format!("GET /login HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
            assert_eq!(statuses(&world, &request).await, ["400"], "{hosts:?}");
        }
    }

    async fn h06_a_path_that_is_spelled_otherwise_leads_nowhere(world: World) {
        for path in ["/%2e%2e/token", "//token", "/token/", "/TOKEN", "/token;x", "/./token", "/jwks/../token", "/%74oken", "/token%2f"] {
            let body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n";
            assert_eq!(statuses(&world, &last(&format!("POST {path}"), body)).await, ["404"], "{path}");
        }
    }

    async fn h12_a_method_that_is_not_there_is_405_and_names_those_that_are(world: World) {
        for method in ["BREW", "TRACE", "CONNECT", "DELETE", "get"] {
            let answer = world.raw(last(&format!("{method} /token"), "").as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 405") && answer.to_lowercase().contains("\r\nallow: "), "{method}: {answer}");
        }
        assert_eq!(statuses(&world, "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await, ["404"]);
    }

    async fn h17_nothing_is_compressed_however_gladly_it_would_be_taken(world: World) {
        for path in ["/login", "/admin", "/jwks.json", "/assets/wayleave.css"] {
            let answer = world.raw(last(&format!("GET {path}"), "Accept-Encoding: gzip, br, deflate, zstd\r\n").as_bytes()).await;
            assert!(!answer.to_lowercase().contains("\r\ncontent-encoding"), "{path}");
        }
    }
}
