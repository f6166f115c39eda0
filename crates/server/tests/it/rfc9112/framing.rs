//! Where a request begins and ends. RFC 9112 §5, §6, §7.

use super::{FORM, last, statuses};
use crate::world::World;

const BODY: &str = "grant_type=x";

/// A second request, which must never be seen: the one before it swallowed it or ended the connection.
const HIDDEN: &str = "GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

both! {
    async fn h01_two_lengths_or_an_unknown_coding_are_400_and_the_end_of_the_connection(world: World) {
        for framing in ["Content-Length: 12\r\nContent-Length: 11\r\n", "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: gzip\r\n", "Content-Length: +12\r\n", "Content-Length: 12, 11\r\n"] {
            let request = format!("POST /token HTTP/1.1\r\n{FORM}{framing}\r\n{BODY}{HIDDEN}");
            assert_eq!(statuses(&world, &request).await, ["400"], "{framing}");
        }
    }

    async fn h01_with_a_length_and_chunks_the_chunks_count_and_nothing_follows(world: World) {
        for framing in ["Content-Length: 12\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"] {
            let request = format!("POST /token HTTP/1.1\r\n{FORM}{framing}\r\nc\r\n{BODY}\r\n0\r\n\r\n{HIDDEN}");
            assert_eq!(statuses(&world, &request).await, ["400"], "{framing}");
        }
    }

    async fn h02_a_header_that_is_folded_split_or_spaced_is_400(world: World) {
        for header in ["A: b\r\n c\r\n", "A: b\rc\r\n", "A : b\r\n", "A: b\0c\r\n", "A\r\n", ": b\r\n", "A b: c\r\n"] {
            assert_eq!(statuses(&world, &last("GET /healthz/live", header)).await, ["400"], "{header:?}");
        }
    }

    async fn h07_a_body_that_is_too_long_is_refused_before_it_is_sent(world: World) {
        let request = format!("POST /token HTTP/1.1\r\n{FORM}Expect: 100-continue\r\nContent-Length: 100000000\r\n\r\n");
        assert_eq!(statuses(&world, &request).await, ["413"]);
    }

    async fn h08_ten_thousand_requests_in_one_go_are_answered_in_their_order(world: World) {
        let two = "GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let requests = two.repeat(5_000) + &last("GET /healthz/live", "");
        let statuses = statuses(&world, &requests).await;
        assert_eq!(statuses.len(), 10_001);
        assert!(statuses.iter().enumerate().all(|(at, status)| status == if at % 2 == 0 { "200" } else { "404" }));
    }

    async fn h11_a_mebibyte_behind_the_size_of_a_chunk_is_400(world: World) {
        let head = format!("POST /token HTTP/1.1\r\n{FORM}Transfer-Encoding: chunked\r\n\r\nc;");
        let request = format!("{head}{}\r\n{BODY}\r\n0\r\n\r\n", "x".repeat(64 * 1024));
        assert_eq!(statuses(&world, &request).await, ["400"]);
    }
}
