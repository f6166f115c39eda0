use proptest::prelude::*;

use super::*;

fn policy_of(schemes: &[&str]) -> BTreeSet<String> {
    schemes.iter().map(|scheme| (*scheme).to_owned()).collect()
}

fn parse(text: &str) -> Result<RedirectUri, RedirectUriError> {
    let issuer = Url::parse("https://login.example.org").unwrap();
    let policy = RedirectPolicy {
        allowed_schemes: &policy_of(&["cursor", "vscode", "javascript"]),
        issuer: Some(&issuer),
    };
    RedirectUri::parse(text, &policy)
}

#[test]
fn known_applications_pass() {
    for text in [
        "https://claude.ai/api/mcp/auth_callback",
        "https://c.example",
        "https://c.example?next=%2Fa%25",
        "https://intranet/cb",
        "https://xn--bcher-kva.example/cb",
        "https://192.0.2.7:8443/cb",
        "http://localhost:4242",
        "http://localhost:80/cb",
        "http://[::1]:9/cb?x=1",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "vscode://vscode.github-authentication/did-authenticate",
        "com.example.app:/cb",
        "com.example.app://callback",
        "edu.kit.data.oidc-agent:/redirect",
    ] {
        assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
    }
}

#[test]
fn every_refusal_says_its_reason() {
    use RedirectUriError as E;
    for (text, reason) in [
        ("c.example/cb", E::NotAbsolute),
        ("https:c.example/cb", E::NotAbsolute),
        ("com.example.app:cb", E::NotAbsolute),
        ("https://c.example/cb#", E::Fragment),
        ("https://c.example/a b", E::BadCharacter),
        ("https://c.example/*", E::Wildcard),
        ("https://@c.example/", E::UserInfo),
        ("http://localhost.evil.example/", E::PlainHttp),
        ("myapp:/cb", E::BadScheme),
        ("https://c.example./cb", E::BadHost),
        ("https://c.example:0/", E::BadPort),
        ("https://c.example/a/..;x/b", E::DotSegment),
        ("https://c.example/%zz", E::BadEncoding),
        ("https://c.example:443/cb", E::Ambiguous),
        ("https://C.example/cb", E::Ambiguous),
        ("https://github.io/cb", E::PublicSuffix),
        ("https://login.example.org:443", E::Ambiguous),
        ("https://login.example.org/x", E::OwnOrigin),
    ] {
        assert_eq!(parse(text), Err(reason), "{text}");
    }
}

#[test]
fn a_setting_cannot_let_in_a_scheme_that_runs_code() {
    assert_eq!(parse("javascript:/alert(1)"), Err(RedirectUriError::BadScheme));
}

#[test]
fn an_unregistered_client_gets_no_scheme_without_a_dot() {
    assert!(RedirectUri::parse_tolerated("com.example.app:/cb").is_ok());
    assert!(RedirectUri::parse_tolerated("http://127.0.0.1:5/cb").is_ok());
    assert_eq!(
        RedirectUri::parse_tolerated("cursor://anysphere.cursor-mcp/oauth/callback"),
        Err(RedirectUriError::BadScheme)
    );
}

#[test]
fn the_loopback_port_may_be_any_or_none_on_either_side() {
    for (registered, presented) in [
        ("http://localhost/callback", "http://localhost:51234/callback"),
        ("http://localhost:8080", "http://localhost"),
        ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:65535/cb?x=1"),
        ("http://[::1]/", "http://[::1]:9/"),
    ] {
        assert!(parse(registered).unwrap().matches(presented), "{presented}");
    }
}

#[test]
fn nothing_but_the_port_may_differ() {
    for (registered, presented) in [
        ("http://localhost/cb", "http://127.0.0.1/cb"),
        ("http://localhost/cb", "http://localhost:1/cb/"),
        ("http://localhost/cb", "http://localhost:1/cb?x"),
        ("http://localhost/cb", "https://localhost:1/cb"),
        ("http://localhost/cb", "http://localhost:1@evil.example/cb"),
        ("http://localhost/cb", "http://localhost:/cb"),
        ("http://localhost/cb", "http://localhost:70000/cb"),
        ("http://localhost", "http://localhost.evil.example"),
        ("https://c.example/cb", "https://c.example:8443/cb"),
        ("https://c.example", "https://c.example/"),
    ] {
        assert!(!parse(registered).unwrap().matches(presented), "{presented}");
    }
}

#[test]
fn a_longer_host_name_is_not_loopback() {
    for text in ["http://localhost.evil.example/", "http://127.0.0.10/", "http://localhost@evil.example/"] {
        assert_eq!(matching::split_loopback(text), None, "{text}");
    }
}

#[test]
fn the_answer_goes_to_the_port_that_the_request_named() {
    let registered = [parse("https://c.example/cb").unwrap(), parse("http://localhost/cb").unwrap()];
    let selected = |presented| RedirectUri::select(&registered, presented).map(|uri| uri.0);
    assert_eq!(selected("http://localhost:51/cb").as_deref(), Some("http://localhost:51/cb"));
    assert_eq!(selected("https://c.example/other"), None);
}

#[test]
fn only_https_on_another_computer_belongs_to_somebody() {
    for text in ["https://c.example/cb", "https://192.0.2.7:8443/cb", "https://localhost.example/"] {
        assert!(parse(text).unwrap().has_an_owner(), "{text}");
    }
    for text in [
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "https://localhost/cb",
        "com.example.app:/cb",
        "cursor://a/b",
    ] {
        assert!(!parse(text).unwrap().has_an_owner(), "{text}");
    }
}

#[test]
fn the_origin_of_a_server_is_scheme_host_and_port() {
    let issuer = Url::parse("https://c.example/id").unwrap();
    let leads = |text| RedirectUri::parse_tolerated(text).unwrap().leads_to(&issuer);
    assert!(leads("https://c.example/x") && leads("https://c.example?y"));
    assert!(!leads("https://c.example:8443/") && !leads("https://a.c.example/") && !leads("example.c:/id"));
    let here = Url::parse("http://localhost:8080").unwrap();
    let on_port =
        |port| RedirectUri::parse_tolerated(&format!("http://localhost:{port}/cb")).unwrap().leads_to(&here);
    assert!(on_port(8080) && !on_port(8081));
}

#[test]
fn a_consent_page_learns_where_the_user_will_go() {
    let shown = |text| parse(text).unwrap().host_for_display();
    let web = |host: &str, site: &str| Destination::Web { host: host.into(), site: site.into() };
    let here = |text: &str| Destination::ThisComputer { host_and_port: text.into() };
    assert_eq!(shown("https://c.example:8443/cb"), web("c.example:8443", "c.example"));
    assert_eq!(shown("https://login.shop.co.uk/cb"), web("login.shop.co.uk", "shop.co.uk"));
    assert_eq!(shown("http://127.0.0.1:51/cb"), here("127.0.0.1:51"));
    assert_eq!(shown("https://localhost/cb"), here("localhost"));
    assert_eq!(shown("com.example.app:/cb"), Destination::App { scheme: "com.example.app".into() });
}

/// Mostly URIs, made of pieces that have fooled parsers.
fn hostile() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "https",
        "http",
        "com.example.app",
        "cursor",
        "javascript",
        ":",
        "/",
        "//",
        "?",
        "#",
        "@",
        ".",
        "..",
        "%2e",
        "%",
        "%41",
        ";",
        "[",
        "]",
        "[::1]",
        "127.0.0.1",
        "localhost",
        "c.example",
        "xn--a",
        ":8080",
        ":0",
        "\\",
        "\t",
        "*",
        "ü",
        "0x7f.1",
        "a",
        "C",
        " ",
    ];
    let soup = prop::collection::vec(prop::sample::select(PIECES), 0..5).prop_map(|pieces| pieces.concat());
    let starts = prop::sample::select(vec![
        "",
        "https://c.example",
        "http://localhost",
        "http://127.0.0.1:",
        "com.example.app:/",
    ]);
    prop_oneof![(starts, soup).prop_map(|(start, soup)| format!("{start}{soup}")), ".{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn z02_what_is_accepted_is_read_alike_by_a_browser(text in hostile()) {
        let Ok(uri) = parse(&text) else { return Ok(()) };
        let url = Url::parse(&text).unwrap();
        let parts = Parts::of(&text).unwrap();
        let (host, port) = parts::host_and_port(parts.authority.unwrap_or_default()).unwrap();
        prop_assert_eq!(url.scheme(), parts.scheme);
        prop_assert_eq!(url.host_str().unwrap_or_default(), host);
        prop_assert_eq!(url.port(), port.and_then(|port| port.parse().ok()).filter(|port| (parts.scheme, *port) != ("http", 80)));
        prop_assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
        prop_assert_eq!(url.query(), parts.query);
        prop_assert!(url.path() == parts.path || (parts.path.is_empty() && url.path() == "/"));
        prop_assert!(uri.matches(&text));
    }

    #[test]
    fn z03_a_match_means_equal_bytes_or_another_loopback_port(a in hostile(), b in hostile()) {
        let Ok(uri) = parse(&a) else { return Ok(()) };
        if uri.matches(&b) && a != b {
            let (ours, theirs) = (Url::parse(&a).unwrap(), Url::parse(&b).unwrap());
            let but_port = |mut url: Url| { url.set_port(None).unwrap(); url };
            prop_assert_eq!(ours.scheme(), "http");
            prop_assert_eq!(but_port(ours), but_port(theirs));
        }
    }

    #[test]
    fn p03_any_port_matches_on_loopback_and_no_other_on_the_web(port in 1..=65535_u16, path in "(/[a-z0-9]{0,5}){0,2}") {
        let registered = parse(&format!("http://127.0.0.1{path}")).unwrap();
        let matches = registered.matches(&format!("http://127.0.0.1:{port}{path}"));
        prop_assert!(matches);
        let web = parse(&format!("https://c.example{path}")).unwrap();
        let presented = format!("https://c.example:{port}{path}");
        prop_assert!(!web.matches(&presented));
    }
}
