//! How a registration is refused: by the codes of RFC 7591 §3.2.2, and without a trace.

use serde_json::json;

use super::{clients, open, register_bytes, with};
use crate::world::World;

both! {
    async fn each_code_is_400_json_with_a_description_in_ascii(world: World) {
        open(&world).await;
        let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0.";
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.AAAA";
        for (row, members, code) in [
            ("r20", json!({ "redirect_uris": ["https://c.example/cb#f"] }), "invalid_redirect_uri"),
            ("r15", json!({ "redirect_uris": null }), "invalid_redirect_uri"),
            ("r40", json!({ "grant_types": ["password"] }), "invalid_client_metadata"),
            ("r42", json!({ "token_endpoint_auth_method": "foo" }), "invalid_client_metadata"),
            ("r57", json!({ "client_name": "a\u{202e}b" }), "invalid_client_metadata"),
            ("r64", json!({ "software_statement": unsigned }), "invalid_software_statement"),
            ("r65", json!({ "software_statement": signed }), "unapproved_software_statement"),
        ] {
            let answer = world.register(with(&members)).await;
            assert_eq!((row, answer.text("error").as_str()), (row, code));
            answer.is(400).refuses(code);
        }
        assert_eq!(clients(&world).await, 0, "a refusal left something behind");
    }

    async fn r01_r09_bodies_that_are_no_json_object_are_400(world: World) {
        open(&world).await;
        let deep = "[".repeat(30_000);
        for body in [
            &b""[..], b"null", b"[]", b"\"x\"", b"{\"redirect_uris\":[", b"{}x", b"{\"a\":1,\"a\":2}", b"\xff", b"\xef\xbb\xbf{}",
            br#"{"client_name":"\ud800"}"#, deep.as_bytes(),
        ] {
            register_bytes(&world, body).await.is(400).refuses("invalid_client_metadata");
        }
        assert_eq!(clients(&world).await, 0);
    }

    async fn a_refusal_may_not_be_kept_and_names_its_request(world: World) {
        let answer = world.register(json!({})).await;
        answer.refuses("invalid_token");
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        assert!(answer.header("x-request-id").is_some());
    }

    async fn a_refusal_does_not_repeat_what_was_sent(world: World) {
        open(&world).await;
        let answer = world.register(with(&json!({ "token_endpoint_auth_method": "<b>canary</b>" }))).await;
        answer.refuses("invalid_client_metadata");
        assert!(!answer.text("error_description").contains("canary"));
    }
}
