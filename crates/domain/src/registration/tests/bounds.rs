//! Registrations against bounds, and the one verdict that every door comes to.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use super::super::{
    Policy, RawRegistration, Registration,
    bounds::{Bounded, Bounds},
    parse,
};
use crate::{
    client::{
        Door,
        metadata::{AuthMethod, GrantType},
    },
    error::{ErrorCode, Refusal},
    scope::Scope,
    settings::OidcProvider,
};

pub(super) fn through(door: Door, body: &Value, all: &[Bounds]) -> Result<Registration, Refusal> {
    let settings = OidcProvider { scopes: Scope::of(&["mail"]), ..OidcProvider::default() };
    let bounds: Vec<_> = all
        .iter()
        .enumerate()
        .map(|(at, bounds)| Bounded { name: format!("policy {at}"), bounds: bounds.clone() })
        .collect();
    let issuer = Url::parse("https://login.example.org").unwrap();
    let policy = Policy { settings: &settings, issuer: &issuer, bounds: &bounds };
    parse(&RawRegistration::read(body.to_string().as_bytes())?, &policy, door)
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn only_hosts(hosts: &[&str]) -> Bounds {
    Bounds { redirect_hosts: set(hosts), ..Bounds::default() }
}

#[test]
fn a_redirect_uri_beyond_the_hosts_is_refused_as_invalid_redirect_uri_with_rule_and_remedy() {
    let body = json!({"redirect_uris": ["https://app.example/cb", "https://evil.example/cb"]});
    let refusal = through(Door::ApiKey, &body, &[only_hosts(&["app.example"])]).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::InvalidRedirectUri);
    let [violation] = refusal.violations() else { panic!("{refusal:?}") };
    assert_eq!((violation.policy.as_str(), violation.field), ("policy 0", "redirect_uris"));
    assert_eq!(violation.value, "https://evil.example/cb");
    assert!(violation.rule.contains("app.example") && !violation.remedy.is_empty());
}

#[test]
fn every_broken_bound_is_told_at_once_whichever_policy_it_is_of() {
    let body = json!({"redirect_uris": ["https://evil.example/cb"], "scope": "openid"});
    let mine = Bounds { grant_types: [GrantType::RefreshToken].into(), ..Bounds::default() };
    let scopes = Bounds { scopes: Scope::of(&["mail"]), ..Bounds::default() };
    let all = [only_hosts(&["app.example"]), mine, scopes];
    let refusal = through(Door::ApiKey, &body, &all).unwrap_err();
    let fields: Vec<_> = refusal.violations().iter().map(|one| (one.policy.as_str(), one.field)).collect();
    assert_eq!(fields, [("policy 0", "redirect_uris"), ("policy 1", "grant_types"), ("policy 2", "scope")]);
}

#[test]
fn v016_a_member_that_is_left_out_is_judged_by_its_default() {
    let body = json!({"redirect_uris": ["https://app.example/cb"]});
    let public = Bounds { auth_methods: [AuthMethod::None].into(), ..Bounds::default() };
    let refusal = through(Door::ApiKey, &body, &[public]).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::InvalidClientMetadata);
    assert_eq!(refusal.violations()[0].value, "client_secret_basic");
    let mail = Bounds { scopes: Scope::of(&["mail"]), ..Bounds::default() };
    let registration = through(Door::ApiKey, &body, &[mail]).unwrap();
    assert_eq!(registration.metadata().scope, Some(Scope::of(&["mail"])));
}

#[test]
fn a_scope_is_narrowed_and_shown_unless_an_administrator_wrote_it() {
    let body = json!({"redirect_uris": ["https://app.example/cb"], "scope": "openid mail"});
    let mail = [Bounds { scopes: Scope::of(&["mail"]), ..Bounds::default() }];
    for door in [Door::Anonymous, Door::InitialAccessToken, Door::ApiKey, Door::AccessToken] {
        let registration = through(door, &body, &mail).unwrap();
        assert_eq!(registration.metadata().scope, Some(Scope::of(&["mail"])));
    }
    let refusal = through(Door::Administrator, &body, &mail).unwrap_err();
    assert_eq!(refusal.violations()[0].value, "openid");
}

#[test]
fn schemes_are_allowed_by_name_or_all_private_ones_together() {
    let native = json!({
        "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"],
        "token_endpoint_auth_method": "none",
    });
    let of = |schemes: &[&str]| [Bounds { redirect_schemes: set(schemes), ..Bounds::default() }];
    assert!(through(Door::Anonymous, &native, &of(&["http", "private-use"])).is_ok());
    assert!(through(Door::Anonymous, &native, &of(&["http", "com.example.app"])).is_ok());
    let refusal = through(Door::Anonymous, &native, &of(&["https", "private-use"])).unwrap_err();
    assert_eq!(refusal.violations()[0].value, "http://127.0.0.1/cb");
}

#[test]
fn where_the_browser_goes_after_a_logout_is_held_to_the_same_hosts() {
    let body = json!({
        "redirect_uris": ["https://app.example/cb"],
        "post_logout_redirect_uris": ["https://elsewhere.example/bye"],
    });
    let hosts = [only_hosts(&["app.example"])];
    match through(Door::ApiKey, &body, &hosts) {
        Ok(_) => panic!("accepted"),
        Err(refusal) => assert_eq!(refusal.code(), ErrorCode::InvalidClientMetadata),
    }
}

/// Metadata of which some are beyond some bounds, and none is judged by who sends it: those rules are listed at the test.
pub(super) fn some_metadata() -> impl Strategy<Value = Value> {
    let uri = prop::sample::select(vec![
        "https://app.example/cb",
        "https://b.app.example/cb",
        "https://evil.example/cb",
        "https://evil.example/cb#f",
        "javascript:alert(1)",
        "not a uri",
        "http://127.0.0.1/cb",
        "com.example.app:/cb",
    ]);
    let grants = prop::sample::subsequence(vec!["authorization_code", "refresh_token", "implicit"], 1..=3);
    let responses = prop::sample::subsequence(vec!["code", "token", "code id_token"], 1..=3);
    let method = prop::sample::select(vec![
        "none",
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "x",
    ]);
    let name = prop::sample::select(vec!["Mail", "a\u{202e}b", "", " "]);
    let uris = prop::collection::vec(uri, 0..3);
    (uris, grants, responses, method, name).prop_map(|(uris, grants, responses, method, name)| {
        json!({
            "redirect_uris": uris,
            "grant_types": grants,
            "response_types": responses,
            "token_endpoint_auth_method": method,
            "client_name": name,
            "backchannel_logout_uri": "https://app.example/bye",
        })
    })
}

pub(super) fn some_bounds() -> impl Strategy<Value = Bounds> {
    let hosts = prop::sample::subsequence(vec!["app.example", "*.app.example"], 0..=2);
    let schemes = prop::sample::subsequence(vec!["https", "http", "private-use"], 0..=3);
    let grants = prop::sample::subsequence(GrantType::ALL.to_vec(), 0..=3);
    let methods = prop::sample::subsequence(AuthMethod::ALL.to_vec(), 0..=4);
    (hosts, schemes, grants, methods).prop_map(|(hosts, schemes, grants, methods)| Bounds {
        redirect_hosts: set(&hosts),
        redirect_schemes: set(&schemes),
        grant_types: grants.into_iter().collect(),
        auth_methods: methods.into_iter().collect(),
        ..Bounds::default()
    })
}

proptest! {
    /// What may differ by door is who may come in, who may write this server's own pages and the right to manage, whether client
    /// credentials go to strangers, and the method of a stranger that names none: none of it is in these metadata. And a document, which
    /// everybody reads, holds no secret.
    #[test]
    fn the_same_metadata_get_the_same_verdict_at_every_door(
        body in some_metadata(),
        all in prop::collection::vec(some_bounds(), 0..3),
    ) {
        let verdict = |door| through(door, &body, &all).map(Registration::into_metadata);
        let first = verdict(Door::Anonymous);
        let method = body["token_endpoint_auth_method"].as_str();
        let is_for_documents = matches!(method, Some("none" | "private_key_jwt"));
        for door in Door::ALL {
            if door == Door::Document && !is_for_documents {
                prop_assert!(verdict(door).is_err());
            } else {
                prop_assert_eq!(&verdict(door), &first, "{:?}", door);
            }
        }
    }

    #[test]
    fn more_bounds_never_let_in_more(
        body in some_metadata(),
        all in prop::collection::vec(some_bounds(), 1..4),
    ) {
        if through(Door::ApiKey, &body, &all).is_ok() {
            for bounds in &all {
                prop_assert!(through(Door::ApiKey, &body, std::slice::from_ref(bounds)).is_ok());
            }
        }
    }
}
