//! R01–R09: what is no JSON object.

use super::*;

#[track_caller]
fn assert_no_object(bodies: &[&[u8]]) {
    for body in bodies {
        let refusal = register_bytes(body, Door::Anonymous).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::InvalidClientMetadata);
        assert!(refusal.description().starts_with("the body must"), "{}", refusal.description());
    }
}

#[test]
fn r01_r02_an_empty_body_or_another_json_value_is_refused() {
    assert_no_object(&[b"", b" ", b"null", b"[]", b"\"x\"", b"1", b"true"]);
}

#[test]
fn r03_what_is_not_quite_json_is_refused() {
    assert_no_object(&[b"{\"a\":1", b"{}x", b"{'a':1}", b"{}//", b"/**/{}", b"{\"a\":NaN}", b"{\"a\":1,}"]);
}

#[test]
fn r04_a_member_twice_is_refused_even_inside_an_unknown_one() {
    assert_no_object(&[
        br#"{"redirect_uris":["https://c.example/cb"],"redirect_uris":["https://evil.example/"]}"#,
        br#"{"redirect_uris":["https://c.example/cb"],"x":{"y":1,"y":2}}"#,
    ]);
}

#[test]
fn r05_a_nul_in_a_name_is_refused() {
    assert_bad_metadata(&[json!({"client_name": "a\u{0}b"})]);
}

#[test]
fn r06_r07_r08_lone_surrogates_bad_utf8_and_byte_order_marks_are_refused() {
    assert_no_object(&[
        br#"{"client_name":"\ud800"}"#,
        br#"{"client_name":"\udc00\ud800"}"#,
        b"{\"client_name\":\"\xff\"}",
        b"{\"client_name\":\"\xc0\xaf\"}",
        b"\xef\xbb\xbf{}",
    ]);
}

#[test]
fn r09_deep_nesting_is_refused_before_it_costs_anything() {
    let nested = format!(r#"{{"x":{}{}}}"#, "[".repeat(129), "]".repeat(129));
    let endless = "[".repeat(100_000);
    let inside = format!(r#"{{"x":{endless}"#);
    assert_no_object(&[nested.as_bytes(), endless.as_bytes(), inside.as_bytes()]);
}
