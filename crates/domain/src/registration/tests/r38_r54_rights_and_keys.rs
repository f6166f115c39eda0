//! R38–R54: grants, authentication, keys, algorithms and what is not supported.

use super::*;
use crate::{
    client::{management::MANAGE, metadata::GrantType},
    scope::Scope,
    settings::DeviceGrantPolicy,
};

#[test]
fn r38_response_types_without_code_are_refused() {
    assert_bad_metadata(&[
        json!({"response_types": ["token"]}),
        json!({"response_types": ["id_token token"]}),
        json!({"response_types": ["code token"]}),
        json!({"response_types": ["none"]}),
        json!({"response_types": "code"}),
        json!({"response_types": ["code", 1]}),
        json!({"response_types": ["token"], "grant_types": ["client_credentials", "implicit"]}),
    ]);
}

#[test]
fn r38_response_types_beside_code_are_left_out_and_the_echo_says_so() {
    let everything =
        json!(["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]);
    let grants = json!(["authorization_code", "implicit", "refresh_token"]);
    let echo = echo(&web(&json!({"response_types": everything, "grant_types": grants})));
    assert_eq!(echo["response_types"], json!(["code"]));
    assert_eq!(echo["grant_types"], json!(["authorization_code", "refresh_token"]));
}

#[test]
fn r39_grants_and_response_types_that_disagree_are_refused() {
    assert_bad_metadata(&[
        json!({"response_types": ["code"], "grant_types": ["refresh_token"]}),
        json!({"response_types": [], "grant_types": ["authorization_code"]}),
        json!({"response_types": ["code"], "grant_types": ["client_credentials"]}),
        json!({"grant_types": ["refresh_token"]}),
        json!({"response_types": ["code", "token"], "grant_types": ["client_credentials", "implicit"]}),
    ]);
}

#[test]
fn a_missing_list_is_filled_from_the_other_and_both_from_what_clients_need() {
    for members in
        [json!({}), json!({"response_types": ["code"]}), json!({"grant_types": null, "response_types": []})]
    {
        let echo = echo(&web(&members));
        assert_eq!(echo["grant_types"], json!(["authorization_code", "refresh_token"]));
        assert_eq!(echo["response_types"], json!(["code"]));
    }
    let echo = echo(&web(&json!({"grant_types": ["authorization_code"]})));
    assert_eq!(echo["grant_types"], json!(["authorization_code"]));
    assert_eq!(echo["response_types"], json!(["code"]));
}

#[test]
fn r40_grants_that_are_gone_or_unknown_are_refused() {
    assert_bad_metadata(&[
        json!({"grant_types": ["password"]}),
        json!({"grant_types": ["implicit"]}),
        json!({"grant_types": ["implicit", "password", "refresh_token"]}),
        json!({"grant_types": ["foo"]}),
        json!({"grant_types": [1]}),
        json!({"grant_types": ["authorization_code", null]}),
    ]);
}

#[test]
fn r40_unknown_grants_beside_known_ones_are_dropped_and_the_echo_says_so() {
    for other in ["urn:ietf:params:oauth:grant-type:jwt-bearer", "implicit", "password", "Authorization_Code"]
    {
        let body = web(&json!({"grant_types": [other, "authorization_code"]}));
        assert_eq!(echo(&body)["grant_types"], json!(["authorization_code"]), "{other}");
    }
}

#[test]
fn r41_client_credentials_need_a_client_that_proves_itself_and_somebody_who_vouches() {
    let members = |method| {
        json!({"grant_types": ["client_credentials"], "token_endpoint_auth_method": method}).to_string()
    };
    for (method, door, accepted) in [
        ("none", Door::ApiKey, false),
        ("client_secret_basic", Door::Anonymous, false),
        ("client_secret_basic", Door::ApiKey, true),
    ] {
        let outcome = register_bytes(members(method).as_bytes(), door);
        assert_eq!(
            outcome.as_ref().err().map(Refusal::code),
            (!accepted).then_some(ErrorCode::InvalidClientMetadata)
        );
    }
}

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[test]
fn d01_whoever_registers_without_a_credential_gets_no_device_grant_and_the_rest_of_what_they_named() {
    let body = web(&json!({"grant_types": ["authorization_code", "refresh_token", DEVICE]}));
    assert_eq!(echo(&body)["grant_types"], json!(["authorization_code", "refresh_token"]));
    for only in [json!([DEVICE]), json!(["refresh_token", DEVICE])] {
        assert_refused(&web(&json!({ "grant_types": only })), ErrorCode::InvalidClientMetadata);
    }
}

#[test]
fn r8628_11_a_device_needs_no_redirect_uri_and_gets_the_grant_it_is_registered_for() {
    let body = json!({"grant_types": [DEVICE], "token_endpoint_auth_method": "none"}).to_string();
    for door in [Door::ApiKey, Door::AccessToken, Door::Administrator] {
        let registration = register_bytes(body.as_bytes(), door).unwrap();
        assert_eq!(Value::from(registration.metadata().members())["grant_types"], json!([DEVICE]));
    }
}

#[test]
fn where_the_device_grant_is_open_to_everybody_strangers_may_register_for_it() {
    let settings = OidcProvider { device_grant: DeviceGrantPolicy::Anybody, ..OidcProvider::default() };
    let issuer = Url::parse("https://login.example.org").unwrap();
    let body = json!({"grant_types": [DEVICE], "token_endpoint_auth_method": "none"}).to_string();
    let raw = RawRegistration::read(body.as_bytes()).unwrap();
    let policy = Policy { settings: &settings, issuer: &issuer, bounds: &[] };
    assert!(parse(&raw, &policy, Door::Anonymous).unwrap().metadata().allows(GrantType::DeviceCode));
}

#[test]
fn r42_unknown_authentication_methods_are_refused() {
    assert_bad_metadata(&[
        json!({"token_endpoint_auth_method": "foo"}),
        json!({"token_endpoint_auth_method": ["none"]}),
        json!({"token_endpoint_auth_method": "client_secret_jwt"}),
        json!({"token_endpoint_auth_method": "NONE"}),
    ]);
}

#[test]
fn the_default_method_is_basic_except_for_strangers_on_a_device() {
    for (uri, door, method) in [
        ("https://c.example/cb", Door::Anonymous, "client_secret_basic"),
        ("http://localhost/cb", Door::Anonymous, "none"),
        ("com.example.app:/cb", Door::Anonymous, "none"),
        ("http://localhost/cb", Door::ApiKey, "client_secret_basic"),
    ] {
        let registration =
            register_bytes(json!({"redirect_uris": [uri]}).to_string().as_bytes(), door).unwrap();
        let echo = Value::from(registration.metadata().members());
        assert_eq!(echo["token_endpoint_auth_method"], method, "{uri} {door:?}");
        assert_eq!(registration.needs_secret(), method != "none");
    }
}

#[test]
fn r43_r44_keys_come_inline_and_are_there_when_needed() {
    assert_bad_metadata(&[
        json!({"jwks": {"keys": [{"kty": "EC"}]}, "jwks_uri": "https://c.example/jwks"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}}),
        json!({"jwks": "{}"}),
        json!({"jwks": [1]}),
    ]);
}

#[test]
fn r45_private_and_symmetric_keys_are_refused() {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    assert_bad_metadata(&[
        json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}),
        json!({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": x}]}}),
    ]);
    let body = web(&json!({"token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y}]}}));
    let registered = echo(&body);
    assert_eq!(registered["jwks"]["keys"][0]["x"], x);
    assert_eq!(echo(&registered), registered);
}

#[test]
fn r46_r47_weak_keys_are_refused() {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    assert_bad_metadata(&[
        json!({"jwks": {"keys": [{"kty": "RSA", "n": "ALvM", "e": "AQAB"}]}}),
        json!({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": x}]}}),
        json!({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": "AA"}]}}),
        json!({"jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)}]}}),
    ]);
}

#[test]
fn r48_too_many_keys_keys_of_one_name_and_keys_to_fetch_are_refused() {
    let key = |kid: &str| {
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
    };
    let many: Vec<_> = (0..21).map(|n| key(&n.to_string())).collect();
    let mut remote = key("a");
    remote["x5u"] = json!("https://c.example/cert");
    for keys in [many, vec![key("a"), key("a")], vec![key(&"a".repeat(1024))], vec![remote]] {
        assert_bad_metadata(&[json!({"jwks": {"keys": keys}})]);
    }
    assert!(register(&web(&json!({"jwks": {"keys": [key("a"), key("b")]}}))).is_ok());
}

#[test]
fn r49_r50_nothing_is_left_unsigned_or_signed_with_a_shared_secret() {
    assert_bad_metadata(&[
        json!({"id_token_signed_response_alg": "none"}),
        json!({"request_object_signing_alg": "none"}),
        json!({"userinfo_signed_response_alg": "none"}),
        json!({"id_token_signed_response_alg": "HS256", "token_endpoint_auth_method": "none"}),
        json!({"token_endpoint_auth_signing_alg": "HS256"}),
        json!({"id_token_signed_response_alg": "rs256"}),
        json!({"id_token_signed_response_alg": ["RS256"]}),
    ]);
    let body = web(&json!({"id_token_signed_response_alg": "ES256"}));
    assert_eq!(echo(&body)["id_token_signed_response_alg"], "ES256");
}

#[test]
fn r51_jwks_uri_is_an_https_uri_of_a_named_host() {
    let body =
        web(&json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://c.example/jwks"}));
    assert_eq!(echo(&body)["jwks_uri"], "https://c.example/jwks");
    for uri in [
        "http://c.example/",
        "file:///etc/passwd",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://u@c.example/jwks",
        "https://c.example/jwks#a",
        "c.example/jwks",
    ] {
        assert_bad_metadata(&[json!({"jwks_uri": uri})]);
    }
}

#[test]
fn r52_r53_members_that_would_be_fetched_are_refused() {
    assert_bad_metadata(&[
        json!({"sector_identifier_uri": "https://169.254.169.254/"}),
        json!({"request_uris": ["http://c.example/"]}),
        json!({"request_uris": ["https://u@c.example/"]}),
        json!({"subject_type": "pairwise"}),
        json!({"id_token_encrypted_response_alg": "RSA-OAEP-256"}),
    ]);
}

#[test]
fn r54_a_logo_is_an_https_uri_of_a_named_host() {
    let long = format!("https://c.example/{}", "a".repeat(8192));
    for uri in [
        "javascript:alert(1)",
        "data:image/svg+xml,<svg/>",
        "http://c.example/logo.png",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://2130706433/",
        "https://localhost/",
        "https:c.example/",
        "https:///c.example/",
        "https://u:p@c.example/",
        "https://@c.example/",
        &long,
    ] {
        assert_bad_metadata(&[json!({"logo_uri": uri}), json!({"logo_uri#de": uri})]);
    }
}

#[test]
fn the_right_to_manage_is_registered_by_administrators_only() {
    let body = web(&json!({"scope": format!("openid {MANAGE}")}));
    let scope = |door| {
        let registration = register_bytes(body.to_string().as_bytes(), door).unwrap();
        registration.metadata().scope.clone().unwrap()
    };
    for door in [Door::Anonymous, Door::ApiKey, Door::AccessToken] {
        assert_eq!(scope(door), Scope::of(&["openid"]), "{door:?}");
    }
    assert_eq!(scope(Door::Administrator), Scope::of(&["openid", MANAGE]));
    assert_bad_metadata(&[json!({"scope": MANAGE})]);
}
