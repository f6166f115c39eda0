//! R15–R37: redirect URIs.

use super::*;

#[test]
fn r15_r16_the_code_grant_needs_a_redirect_uri() {
    for body in [json!({}), json!({"redirect_uris": []}), json!({"redirect_uris": null})] {
        assert_refused(&body, ErrorCode::InvalidRedirectUri);
    }
}

#[test]
fn r17_r18_redirect_uris_are_an_array_of_strings() {
    for uris in [
        json!("https://c.example/cb"),
        json!([null]),
        json!([1]),
        json!([""]),
        json!([["https://c.example/"]]),
        json!([{}]),
        json!({"a": 1}),
    ] {
        assert_refused(&json!({"redirect_uris": uris}), ErrorCode::InvalidRedirectUri);
    }
}

#[test]
fn r19_number_length_and_sum_are_bounded() {
    let of_length = |length: usize, n: usize| format!("https://c.example/{n:02}{}", "a".repeat(length - 20));
    let many: Vec<_> = (0..21).map(|n| of_length(30, n)).collect();
    let long = vec![of_length(2049, 0)];
    let heavy: Vec<_> = (0..5).map(|n| of_length(2000, n)).collect();
    for uris in [&many, &long, &heavy] {
        assert_refused(&json!({"redirect_uris": uris}), ErrorCode::InvalidRedirectUri);
    }
    assert!(register(&json!({"redirect_uris": many[..20]})).is_ok());
    assert!(register(&json!({"redirect_uris": [of_length(2048, 0)]})).is_ok());
}

#[test]
fn r20_a_fragment_is_refused_even_an_empty_one() {
    assert_bad_uris(&["https://c.example/cb#f", "https://c.example/cb#", "com.example.app:/cb#f"]);
}

#[test]
fn r21_a_uri_that_is_not_absolute_is_refused() {
    assert_bad_uris(&[
        "/cb",
        "//c.example/cb",
        "c.example/cb",
        "https:c.example",
        "https:/c.example/cb",
        "https:///cb",
        "https://",
    ]);
}

#[test]
fn r22_plain_http_is_refused() {
    assert_bad_uris(&["http://c.example/cb", "HTTP://C.example", "http://C.example/"]);
}

#[test]
fn r23_schemes_that_run_code_or_open_something_else_are_refused() {
    assert_bad_uris(&[
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "javascript://c.example/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://c.example/x",
        "file:///etc/passwd",
        "about:blank",
        "ftp://c.example/",
        "mailto:a@c.example",
        "ws://c.example/",
        "wss://c.example/",
        "intent://x#Intent;end",
        "intent://x/",
        "view-source:https://c.example/",
        "urn:ietf:wg:oauth:2.0:oob",
    ]);
}

#[test]
fn r24_userinfo_is_refused() {
    assert_bad_uris(&[
        "https://u:p@c.example/",
        "https://c.example@evil.example/",
        "https://a@b@c/",
        "https://@c.example/",
        "http://localhost@evil.example/",
    ]);
}

#[test]
fn r25_characters_that_parsers_read_differently_are_refused() {
    assert_bad_uris(&[
        "https://c.example\\@evil",
        "https:\\\\c.example",
        "https://c.example/\tcb",
        "https://c.example/\ncb",
        "https://c.example/c b",
        " https://c.example/cb",
        "https://c.example/%00",
        "https://c.example/\u{0}",
        "https://c.example/\"",
        "https://c.example/<b>",
    ]);
}

#[test]
fn r26_dot_segments_and_encoded_delimiters_in_the_path_are_refused() {
    assert_bad_uris(&[
        "https://c.example/../cb",
        "https://c.example/./cb",
        "https://c.example/a/..",
        "https://c.example/..;/cb",
        "https://c.example/%2e%2e/",
        "https://c.example/%2E/",
        "https://c.example/%252f",
        "https://c.example/a%2Fb",
        "https://c.example/%5c",
        "com.example.app:/../cb",
    ]);
}

#[test]
fn r27_wildcards_are_refused() {
    assert_bad_uris(&[
        "https://*.example/",
        "https://c.example/*",
        "https://c.example*",
        "*",
        "com.example.app:/*",
    ]);
}

#[test]
fn r28_r30_native_applications_register_loopback_and_their_own_scheme() {
    for uri in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:51234/cb",
        "http://[::1]:9/cb",
        "http://localhost:1/cb",
        "com.example.app:/cb",
    ] {
        let body = json!({"redirect_uris": [uri], "application_type": "native"});
        assert_eq!(echo(&body)["redirect_uris"], json!([uri]));
    }
    assert_bad_uris(&["myapp:/cb", "com.:/cb", ".com:/cb", "Com.Example:/cb", "com.example.app:cb"]);
}

#[test]
fn r29_only_the_three_literal_names_are_loopback() {
    assert_bad_uris(&[
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.1",
        "http://0.0.0.0",
        "http://[::ffff:127.0.0.1]",
        "http://127.0.0.2",
        "http://localhost.",
        "http://LOCALHOST/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
    ]);
}

#[test]
fn r31_the_application_type_forbids_what_does_not_fit_it() {
    for (application_type, uri) in [("native", "https://localhost/cb"), ("native", "https://127.0.0.1/cb")] {
        let body = json!({"redirect_uris": [uri], "application_type": application_type});
        assert_refused(&body, ErrorCode::InvalidRedirectUri);
    }
    for (application_type, uri) in [
        ("web", "http://localhost:3000/cb"),
        ("web", "https://localhost/cb"),
        ("native", "https://c.example/cb"),
    ] {
        let body = json!({"redirect_uris": [uri], "application_type": application_type});
        assert_eq!(echo(&body)["application_type"], application_type);
    }
}

#[test]
fn r31_whoever_says_web_and_waits_at_a_scheme_of_its_own_is_registered_as_native() {
    for uris in [
        json!(["com.example.app:/cb"]),
        json!(["http://localhost:4242", "http://localhost:8080", "edu.kit.data.oidc-agent:/redirect"]),
        json!(["https://c.example/cb", "com.example.app:/cb"]),
    ] {
        let web = echo(&json!({"redirect_uris": uris, "application_type": "web"}));
        assert_eq!(web["application_type"], "native");
        assert_eq!(
            web,
            echo(&json!({"redirect_uris": uris})),
            "neither more nor less than who leaves it out"
        );
    }
    let body =
        json!({"redirect_uris": ["com.example.app:/cb", "https://localhost/cb"], "application_type": "web"});
    assert_refused(&body, ErrorCode::InvalidRedirectUri);
}

#[test]
fn r31_the_application_type_is_inferred_from_the_uris_and_echoed() {
    for (expected, uris) in [
        ("web", json!(["https://c.example/cb"])),
        ("web", json!(["https://c.example/cb", "http://localhost/cb"])),
        ("native", json!(["http://localhost/cb"])),
        ("native", json!(["com.example.app:/cb", "http://127.0.0.1/"])),
        ("native", json!(["com.example.app:/cb", "https://c.example/cb"])),
    ] {
        assert_eq!(echo(&json!({"redirect_uris": uris}))["application_type"], expected);
    }
}

#[test]
fn r32_malformed_hosts_and_ports_are_refused() {
    let long_label = format!("https://{}.example/", "a".repeat(64));
    let long_host = format!("https://{}example/", "abcdefg.".repeat(31));
    assert_eq!(long_host.len(), "https:///".len() + 255);
    assert_bad_uris(&[
        "https://c.example:0/",
        "https://c.example:65536/",
        "https://c.example:abc/",
        "https://c.example:/",
        "https://c.example:00443/",
        "https://:443/",
        "https://c..example/",
        "https://c.example./",
        "https://[::1/",
        "https://[::1]x/",
        "https://[zz]/",
        &long_label,
        &long_host,
    ]);
}

#[test]
fn r33_raw_idn_and_bad_punycode_are_refused() {
    assert_bad_uris(&[
        "https://bücher.example/",
        "https://xn--a.example/",
        "https://xn--abc-.example/",
        "https://xn--.example/",
        "https://\u{ff47}oogle.example/",
    ]);
    assert!(register(&json!({"redirect_uris": ["https://xn--bcher-kva.example/cb"]})).is_ok());
}

#[test]
fn r34_our_own_origin_is_refused_but_to_an_administrator() {
    assert_bad_uris(&[
        "https://login.example.org",
        "https://login.example.org/admin/oauth/callback",
        "https://login.example.org/?x=1",
    ]);
    let body = json!({"redirect_uris": ["https://login.example.org/admin/oauth/callback"]}).to_string();
    assert!(register_bytes(body.as_bytes(), Door::Administrator).is_ok());
    assert!(register(&json!({"redirect_uris": ["https://login.example.org:8443/cb"]})).is_ok());
}

#[test]
fn r35_public_suffixes_are_refused_but_not_names_of_an_intranet() {
    assert_bad_uris(&["https://co.uk/cb", "https://github.io/cb"]);
    for uri in ["https://me.github.io/cb", "https://intranet/cb", "https://192.0.2.1/cb"] {
        assert!(register(&json!({"redirect_uris": [uri]})).is_ok(), "{uri}");
    }
}

#[test]
fn r36_the_same_uri_twice_is_stored_once() {
    let body = json!({"redirect_uris": ["https://c.example/cb", "https://c.example/cb"]});
    assert_eq!(echo(&body)["redirect_uris"], json!(["https://c.example/cb"]));
}

#[test]
fn r37_encoded_control_characters_are_refused() {
    assert_bad_uris(&[
        "https://c.example/%0d%0aSet-Cookie:a=b",
        "https://c.example/?x=%0D%0ASet-Cookie:a=b",
        "https://c.example/?x=%7f",
        "https://c.example/?x=%0",
    ]);
}
