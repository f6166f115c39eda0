//! What holds for every body: Z01, Z04, P01, P02.

use proptest::prelude::*;

use super::*;
use crate::{client::metadata::ClientMetadata, registration::replacement::SecretChange};

const WORDS: &[&str] = &[
    "https://c.example/cb",
    "https://c.example",
    "https://localhost/cb",
    "http://localhost:1/cb",
    "http://127.0.0.1/",
    "com.example.app:/cb",
    "cursor://x/y",
    "javascript:alert(1)",
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "implicit",
    "foo",
    "code",
    "token",
    "code id_token",
    "none",
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "web",
    "native",
    "public",
    "RS256",
    "ES256",
    "openid email",
    "admin",
    "",
    "A",
];

const MEMBERS: &[&str] = &[
    "redirect_uris",
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "application_type",
    "client_name",
    "client_name#ja",
    "client_name#",
    "client_uri",
    "logo_uri",
    "tos_uri#de",
    "policy_uri",
    "scope",
    "contacts",
    "jwks",
    "software_id",
    "software_version",
    "subject_type",
    "id_token_signed_response_alg",
    "token_endpoint_auth_signing_alg",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
    "initiate_login_uri",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
    "unknown",
];

/// What this server has not, and what names it.
const UNSERVED: [(&str, &[&str]); 2] = [
    ("grant_types", &["implicit", "password", "urn:ietf:params:oauth:grant-type:jwt-bearer"]),
    ("response_types", &["token", "id_token", "code id_token"]),
];

fn value() -> impl Strategy<Value = Value> {
    let word = || prop::sample::select(WORDS).prop_map(Value::from);
    prop_oneof![
        4 => word(),
        4 => prop::collection::vec(word(), 0..4).prop_map(Value::from),
        1 => ".{0,20}".prop_map(Value::from),
        1 => any::<u32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

/// A registration that has a chance: members with values that fit some member.
fn body() -> impl Strategy<Value = Value> {
    let uris = prop::collection::vec(prop::sample::select(&WORDS[..7]), 1..4);
    let members = prop::collection::vec((prop::sample::select(MEMBERS), value()), 0..4);
    (uris, members).prop_map(|(uris, members)| {
        let mut body = json!({"redirect_uris": uris});
        for (name, value) in members {
            body[name] = value;
        }
        body
    })
}

fn door() -> impl Strategy<Value = Door> {
    prop::sample::select(vec![Door::Anonymous, Door::ApiKey])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn z01_p01_p02_what_is_accepted_registers_again_unchanged(body in body(), door in door()) {
        let Ok(registration) = register_bytes(body.to_string().as_bytes(), door) else { return Ok(()) };
        let members = registration.metadata().members();
        let echo = Value::from(members.clone()).to_string();
        prop_assert_eq!(register_bytes(echo.as_bytes(), door), Ok(registration.clone()));
        let stored = serde_json::to_string(registration.metadata()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<ClientMetadata>(&stored).unwrap(), registration.metadata());
        prop_assert!(members.values().all(|value| ![json!(null), json!(""), json!([])].contains(value)));
    }

    #[test]
    fn p01_putting_back_what_was_read_changes_nothing(body in body()) {
        let Ok(registration) = register_bytes(body.to_string().as_bytes(), Door::ApiKey) else { return Ok(()) };
        let current = replacements::client_of(registration);
        let echo = Value::from(current.metadata.members());
        let replacement = replacements::put_alone(&current, echo).unwrap();
        prop_assert_eq!(replacement.metadata(), &current.metadata);
        prop_assert!(!replacement.voids_consents() && replacement.secret() == SecretChange::Keep);
    }

    #[test]
    fn p02_unknown_members_never_affect_anything(body in body(), junk in value(), door in door()) {
        let mut with_junk = body.clone();
        with_junk["x_unknown"] = junk;
        prop_assert_eq!(
            register_bytes(body.to_string().as_bytes(), door),
            register_bytes(with_junk.to_string().as_bytes(), door)
        );
    }

    #[test]
    fn p02_what_is_not_served_changes_nothing_beside_what_is(
        body in body(),
        unserved in prop::collection::vec(0..3_usize, 1..4),
        junk in value(),
        door in prop::sample::select(Door::ALL.to_vec()),
    ) {
        let mut wider = body.clone();
        for (member, names) in UNSERVED {
            let named = wider.get_mut(member).and_then(Value::as_array_mut).filter(|named| !named.is_empty());
            if let Some(named) = named {
                named.extend(unserved.iter().map(|at| Value::from(names[*at])));
            }
        }
        wider["backchannel_logout_uri"] = junk.clone();
        wider["frontchannel_logout_uri"] = junk;
        prop_assert_eq!(
            register_bytes(body.to_string().as_bytes(), door),
            register_bytes(wider.to_string().as_bytes(), door)
        );
    }

    #[test]
    fn z01_no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,a0\\\\u]{0,60}") {
        let _ = register_bytes(&bytes, Door::Anonymous);
        let _ = register_bytes(text.as_bytes(), Door::Anonymous);
    }
}
