//! R55–R75: what people see, what the client expects, what it must not decide.

use super::*;

#[test]
fn r55_links_cannot_carry_code_or_markup() {
    for uri in [
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "https://x\" onmouseover=\"",
        "https://x<svg",
        "http://c.example/",
        "c.example",
    ] {
        for member in ["client_uri", "policy_uri", "tos_uri", "initiate_login_uri", "policy_uri#fr"] {
            assert_bad_metadata(&[json!({member: uri})]);
        }
    }
    let body = web(&json!({"client_uri": "https://c.example/about?a=b#top"}));
    assert_eq!(echo(&body)["client_uri"], "https://c.example/about?a=b#top");
}

#[test]
fn r56_r59_markup_and_look_alikes_in_a_name_are_text_and_stored_as_they_are() {
    for name in ["<script>alert(1)</script>", "{{7*7}}", "${x}", "%s%n", "G\u{43e}\u{43e}gle", "admin"] {
        assert_eq!(echo(&web(&json!({"client_name": name})))["client_name"], name);
    }
}

#[test]
fn r57_invisible_and_control_characters_in_a_name_are_refused() {
    for text in ["\u{202e}", "\u{2066}", "\u{200b}", "\u{7}", "\u{1b}[2J", "\r\n", "\u{85}"] {
        let name = format!("a{text}b");
        assert_bad_metadata(&[
            json!({"client_name": name}),
            json!({"client_name#ja": name}),
            json!({"software_id": name}),
        ]);
    }
}

#[test]
fn r58_names_are_short_and_visible() {
    let marks = |count| format!("a{}", "\u{301}".repeat(count));
    for name in ["a".repeat(257), marks(10_000), marks(5), "   ".to_owned()] {
        assert_bad_metadata(&[json!({"client_name": name})]);
    }
    assert!(register(&web(&json!({"client_name": "a".repeat(256)}))).is_ok());
}

#[test]
fn r60_contacts_are_a_short_list_of_plain_text() {
    assert_bad_metadata(&[
        json!({"contacts": "a@c.example"}),
        json!({"contacts": vec!["a@c.example"; 1000]}),
        json!({"contacts": ["a@b\r\nBcc:x"]}),
        json!({"contacts": [1]}),
    ]);
    let body = web(&json!({"contacts": ["a@c.example", "a@c.example"]}));
    assert_eq!(echo(&body)["contacts"], json!(["a@c.example"]));
}

#[test]
fn r61_scope_is_narrowed_to_what_is_known_and_refused_when_nothing_is() {
    let long = "openid ".repeat(1500);
    for scope in [
        json!("admin"),
        json!("*"),
        json!(long),
        json!("open\"id"),
        json!("open\\id"),
        json!("öpenid"),
        json!(1),
    ] {
        assert_bad_metadata(&[json!({"scope": scope})]);
    }
    let body = web(&json!({"scope": " admin  openid offline_access"}));
    assert_eq!(echo(&body)["scope"], "offline_access openid");
}

#[test]
fn r62_r63_what_a_client_must_not_decide_is_neither_stored_nor_echoed() {
    let claims = json!({
        "skip_consent": true, "trusted": true, "is_admin": true, "tenant_id": "x", "ssf.enabled": true, "metadata": {"a": 1},
        "state": "verified", "client_id": "x", "client_secret": "x", "registration_access_token": "x", "client_id_issued_at": 1,
    });
    assert_eq!(echo(&web(&claims)), echo(&web(&json!({}))));
}

#[test]
fn r64_r65_a_software_statement_is_invalid_or_unapproved_never_ignored() {
    let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2kuZXhhbXBsZSJ9.c2ln";
    assert_refused(&web(&json!({"software_statement": signed})), ErrorCode::UnapprovedSoftwareStatement);
    let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2kuZXhhbXBsZSJ9.c2ln";
    let nameless = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";
    for statement in [
        json!("x"),
        json!("a.b.c"),
        json!(1),
        json!(unsigned),
        json!(nameless),
        json!(signed.trim_end_matches("c2ln")),
    ] {
        assert_refused(&web(&json!({"software_statement": statement})), ErrorCode::InvalidSoftwareStatement);
    }
}

#[test]
fn r66_expectations_of_a_login_have_their_types() {
    assert_bad_metadata(&[
        json!({"default_max_age": -1}),
        json!({"default_max_age": 1e30}),
        json!({"default_max_age": 4_294_967_296_u64}),
        json!({"default_max_age": "x"}),
        json!({"require_auth_time": "true"}),
        json!({"default_acr_values": "x"}),
    ]);
    let body = web(&json!({"default_max_age": 0, "require_auth_time": false}));
    assert_eq!(echo(&body)["default_max_age"], 0);
    assert_eq!(echo(&body)["require_auth_time"], false);
}

#[test]
fn r67_the_way_after_logout_leads_where_logins_lead() {
    for uri in ["javascript:alert(1)", "https://other.example/", "https://c.example/#f", "http://localhost/"]
    {
        assert_bad_metadata(&[json!({"post_logout_redirect_uris": [uri]})]);
    }
    let body = web(&json!({"post_logout_redirect_uris": ["https://c.example/bye"]}));
    assert_eq!(echo(&body)["post_logout_redirect_uris"], json!(["https://c.example/bye"]));
}

#[test]
fn r67_an_address_that_is_never_told_of_a_logout_is_neither_kept_nor_echoed() {
    for uri in
        [json!("https://c.example/bye"), json!("https://10.0.0.1/"), json!("javascript:alert(1)"), json!(1)]
    {
        let members = json!({"backchannel_logout_uri": uri, "backchannel_logout_session_required": true,
            "frontchannel_logout_uri": uri, "frontchannel_logout_session_required": true, "logout_uri": uri});
        assert_eq!(echo(&web(&members)), echo(&web(&json!({}))), "{uri}");
    }
}

#[test]
fn a_login_can_be_begun_from_elsewhere_only_where_elsewhere_reaches() {
    let login =
        |uri: &str| echo(&web(&json!({"initiate_login_uri": uri}))).get("initiate_login_uri").cloned();
    assert_eq!(login("https://c.example/login"), Some(json!("https://c.example/login")));
    for local in ["http://localhost:8000/login", "http://127.0.0.1/login", "https://localhost/login"] {
        assert_eq!(login(local), None, "{local}");
    }
    for uri in [
        "http://c.example/login",
        "http://localhost.c.example/",
        "https://10.0.0.1/",
        "com.example.app:/login",
    ] {
        assert_bad_metadata(&[json!({"initiate_login_uri": uri})]);
    }
}

#[test]
fn r68_certificate_subjects_are_refused() {
    assert_bad_metadata(&[
        json!({"tls_client_auth_subject_dn": "CN=a", "tls_client_auth_san_dns": "a.example"}),
        json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=a"}),
    ]);
}

#[test]
fn r75_names_in_other_languages_are_kept_under_their_full_names() {
    let body = web(
        &json!({"client_name": "Mail", "client_name#ja-Jpan-JP": "メール", "foo#ja": 1, "client_name#de": null}),
    );
    let echo = echo(&body);
    assert_eq!(echo["client_name#ja-Jpan-JP"], "メール");
    assert!(echo.get("foo#ja").is_none() && echo.get("client_name#de").is_none());
}

#[test]
fn r75_bad_tags_too_many_and_tags_on_other_members_are_refused() {
    let mut many = json!({});
    for n in 0..40 {
        many[format!("client_name#x{n}")] = json!("a");
    }
    let long = format!("client_name#xx{}", "-abcdefgh".repeat(400));
    assert_bad_metadata(&[
        many,
        json!({"client_name#": "a"}),
        json!({long: "a"}),
        json!({"client_name#a#b": "a"}),
        json!({"jwks_uri#ja": "https://c.example/"}),
    ]);
}

#[test]
fn members_that_say_nothing_count_as_absent() {
    let empty = json!({"client_name": "", "scope": null, "contacts": [], "jwks": {}, "software_id": "", "token_endpoint_auth_method": null});
    assert_eq!(echo(&web(&empty)), echo(&web(&json!({}))));
}

#[test]
fn a_refusal_never_repeats_what_was_sent() {
    let canary = "CANARY7";
    for members in [
        json!({"client_name": format!("{canary}\u{7}")}),
        json!({"scope": canary}),
        json!({"logo_uri": canary}),
        json!({"redirect_uris": [canary]}),
        json!({format!("client_name#{canary}-"): "a"}),
    ] {
        let refusal = register(&web(&members)).unwrap_err();
        assert!(!refusal.description().contains(canary) && refusal.description().is_ascii());
    }
}
