//! What stands in a document, and what follows when it changes. Client ID Metadata Document §4.1, §6.3.

use serde_json::{Value, json};

use super::with_policy;
use crate::{
    client::{
        ClientId, Door,
        document_url::{DocumentUrl, Hosts},
        metadata::{AuthMethod, ClientMetadata},
    },
    error::{ErrorCode, Refusal},
    registration::{
        Registration,
        document::{self, Change, change},
    },
};

const URL: &str = "https://app.example.com/client.json";
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

/// A right document with `members` added or replaced; null takes one away.
fn of(members: &Value) -> Value {
    let mut all =
        json!({"client_id": URL, "client_name": "App", "redirect_uris": ["https://app.example.com/cb"]});
    for (name, value) in members.as_object().unwrap() {
        all[name] = value.clone();
    }
    all.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    all
}

fn read(body: &Value) -> Result<Registration, Refusal> {
    let url = DocumentUrl::of(&ClientId::parse(URL).unwrap(), Hosts::Public).unwrap().unwrap();
    let raw = document::read(body.to_string().as_bytes(), &url)?;
    with_policy(|policy| document::judge(&raw, policy))
}

fn metadata(members: &Value) -> ClientMetadata {
    read(&of(members))
        .unwrap_or_else(|refusal| panic!("{members}: {}", refusal.description()))
        .into_metadata()
}

#[track_caller]
fn assert_refused(members: &Value, code: ErrorCode) {
    assert_eq!(read(&of(members)).map(drop).unwrap_err().code(), code, "{members}");
}

#[test]
fn c07_a_document_says_byte_for_byte_where_it_is() {
    for id in [
        json!(null),
        json!(1),
        json!("https://evil.example/client.json"),
        json!("https://app.example.com/Client.json"),
        json!("https://app.example.com/client.json/"),
        json!("https://APP.example.com/client.json"),
        json!("https://app.example.com:443/client.json"),
    ] {
        assert_refused(&json!({"client_id": id}), ErrorCode::InvalidClientMetadata);
    }
    assert!(read(&of(&json!({}))).is_ok());
}

#[test]
fn c08_a_document_holds_no_secret() {
    for members in [
        json!({"client_secret": "x"}),
        json!({"client_secret": ""}),
        json!({"client_secret_expires_at": 0}),
        json!({"token_endpoint_auth_method": "client_secret_basic"}),
        json!({"token_endpoint_auth_method": "client_secret_post"}),
        json!({"token_endpoint_auth_method": "client_secret_jwt"}),
        json!({"token_endpoint_auth_method": "client_secret_basic", "token_endpoint_auth_methods_supported": ["none"]}),
        json!({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}),
        json!({"token_endpoint_auth_method": "tls_client_auth"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}),
    ] {
        assert_refused(&members, ErrorCode::InvalidClientMetadata);
    }
    let mut says_nothing = of(&json!({}));
    says_nothing["client_secret"] = Value::Null;
    assert_eq!(read(&says_nothing).map(drop), Ok(()));
}

#[test]
fn c09_redirect_uris_in_a_document_are_held_to_the_same_rules() {
    for uri in [
        "javascript:alert(1)",
        "http://app.example.com/cb",
        "https://*.example.com/cb",
        "https://login.example.org/admin",
    ] {
        assert_refused(&json!({"redirect_uris": [uri]}), ErrorCode::InvalidRedirectUri);
    }
    assert_refused(&json!({"redirect_uris": null}), ErrorCode::InvalidRedirectUri);
}

#[test]
fn cimd_03_a_document_is_an_object_and_has_a_name() {
    for body in [json!(null), json!([]), json!("x"), json!({})] {
        assert!(read(&body).is_err(), "{body}");
    }
    assert_refused(&json!({"client_name": null}), ErrorCode::InvalidClientMetadata);
}

#[test]
fn cimd_18_members_that_nobody_knows_are_passed_over() {
    let known = metadata(
        &json!({"x_y": 1, "software_id": "a", "client_uri": "https://app.example.com/", "scope": "openid"}),
    );
    assert_eq!(known.software_id.as_deref(), Some("a"));
}

/// What a hosted client publishes: it would rather sign, and is content without.
#[test]
fn cimd_09_of_several_methods_each_that_needs_no_secret_may_be_used() {
    let both = metadata(&json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "token_endpoint_auth_signing_alg": "RS256",
        "jwks_uri": "https://app.example.com/jwks.json",
    }));
    assert_eq!(
        both.token_endpoint_auth_method,
        AuthMethod::None,
        "it may come without, so it is trusted no further"
    );
    assert!(both.accepts(AuthMethod::PrivateKeyJwt) && both.accepts(AuthMethod::None));
    let keys: Value = serde_json::from_str(P256).unwrap();
    let one = metadata(&json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [keys]}}));
    assert!(!one.accepts(AuthMethod::None));
    let plain = metadata(
        &json!({"token_endpoint_auth_methods_supported": ["client_secret_basic", "none", "private_key_jwt"]}),
    );
    assert!(plain.accepts(AuthMethod::None) && !plain.accepts(AuthMethod::PrivateKeyJwt), "it has no key");
    assert!(metadata(&json!({})).accepts(AuthMethod::None));
}

#[test]
fn a_document_gives_nobody_a_right_that_needs_an_administrator() {
    let scope = metadata(&json!({"scope": "openid urn:wayleave:scope:manage"})).scope.unwrap();
    assert_eq!(scope.to_string(), "openid");
    assert_refused(
        &json!({"grant_types": ["authorization_code", "client_credentials"], "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": "https://app.example.com/jwks"}),
        ErrorCode::InvalidClientMetadata,
    );
}

#[test]
fn cimd_16_a_change_that_people_would_see_voids_what_they_allowed() {
    let of = |members: Value| metadata(&members);
    let before = of(json!({}));
    assert_eq!(change(&before, &before), None);
    let seen = Some(Change { voids_consents: true, revokes_grants: false });
    assert_eq!(change(&before, &of(json!({"client_name": "Other"}))), seen);
    let more = json!({"redirect_uris": ["https://app.example.com/cb", "https://app.example.com/2"]});
    assert_eq!(change(&before, &of(more)), seen);
    let unseen = Some(Change { voids_consents: false, revokes_grants: false });
    assert_eq!(change(&before, &of(json!({"software_version": "2"}))), unseen);
}

#[test]
fn c12_a_client_whose_keys_or_addresses_are_all_others_loses_what_it_holds() {
    let signs = |members: Value| {
        let mut all = json!({"token_endpoint_auth_method": "private_key_jwt"});
        all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        metadata(&all)
    };
    let revokes =
        |before: &ClientMetadata, after: &ClientMetadata| change(before, after).unwrap().revokes_grants;
    let key: Value = serde_json::from_str(P256).unwrap();
    let here = signs(json!({"jwks_uri": "https://app.example.com/jwks"}));
    assert!(revokes(&here, &signs(json!({"jwks_uri": "https://app.example.com/other"}))));
    assert!(revokes(&here, &signs(json!({"jwks": {"keys": [key]}}))));
    assert!(revokes(&here, &metadata(&json!({}))), "it need not prove itself any more");
    let other = metadata(&json!({"redirect_uris": ["https://evil.example/cb"]}));
    assert!(revokes(&metadata(&json!({})), &other));
    assert!(!revokes(&metadata(&json!({})), &here), "it proves itself from now on");
}

#[test]
fn a_client_of_a_document_never_shares_its_id() {
    assert_eq!(read(&of(&json!({}))).unwrap().content_address(), None);
    assert_eq!(Door::parse("document"), Some(Door::Document));
}
