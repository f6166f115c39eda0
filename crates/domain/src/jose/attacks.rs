//! What has been tried against others: each is refused here. RFC 8725 §2.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    Algorithm, Expected, Jwk, JwkSet, JwsError, MAX_TOKEN_BYTES,
    signer::{self, Signer},
    verify, verify_within,
};

const ANY: Expected<'static> = Expected { algorithms: &Algorithm::ALL, typ: None };

fn keys_of(signer: &Signer) -> JwkSet {
    JwkSet::of(vec![signer.jwk().clone().with_kid("k1")]).expect("one")
}

/// What a token by the ES256 key comes to, its header being `header`.
fn outcome(header: &Value) -> Result<(), JwsError> {
    let signer = signer::of(Algorithm::Es256);
    verify(&signer.token(header, b"{}"), &keys_of(signer), &ANY).map(drop)
}

fn segments(token: &str) -> Vec<Vec<u8>> {
    let decoded = token.split('.').map(|segment| URL_SAFE_NO_PAD.decode(segment));
    decoded.collect::<Result<_, _>>().expect("base64url")
}

fn joined(segments: &[Vec<u8>]) -> String {
    let encoded: Vec<String> = segments.iter().map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).collect();
    encoded.join(".")
}

#[test]
fn a_flipped_bit_in_any_segment_fails_with_every_algorithm() {
    for signer in signer::all() {
        let keys = keys_of(signer);
        let token = signer.token(&json!({"alg": signer.algorithm(), "kid": "k1"}), b"{}");
        let segments = segments(&token);
        assert!(verify(&joined(&segments), &keys, &ANY).is_ok());
        for (at, byte) in (0..3).flat_map(|at| (0..segments[at].len()).map(move |byte| (at, byte))) {
            let mut altered = segments.clone();
            altered[at][byte] ^= 1;
            let outcome = verify(&joined(&altered), &keys, &ANY);
            assert!(outcome.is_err(), "{} {at} {byte}", signer.algorithm());
        }
    }
}

#[test]
fn a_token_without_signature_is_refused() {
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": "k1"}).to_string());
        let keys = keys_of(signer::of(Algorithm::Es256));
        assert_eq!(verify(&format!("{header}.e30."), &keys, &ANY), Err(JwsError::Algorithm));
    }
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "ES256", "kid": "k1"}).to_string());
    let keys = keys_of(signer::of(Algorithm::Es256));
    assert_eq!(verify(&format!("{header}.e30."), &keys, &ANY), Err(JwsError::Signature));
}

#[test]
fn the_public_key_as_a_shared_secret_is_refused() {
    let signer = signer::of(Algorithm::Rs256);
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "HS256", "kid": "k1"}).to_string());
    let input = format!("{header}.e30");
    let secret = serde_json::to_vec(signer.jwk()).expect("plain");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes());
    let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag));
    assert_eq!(verify(&token, &keys_of(signer), &ANY), Err(JwsError::Algorithm));
}

#[test]
fn the_key_decides_about_the_algorithm_and_not_the_header() {
    for own in signer::all() {
        for other in Algorithm::ALL.into_iter().filter(|other| *other != own.algorithm()) {
            let token = own.token(&json!({"alg": other, "kid": "k1"}), b"{}");
            assert_eq!(verify(&token, &keys_of(own), &ANY), Err(JwsError::KeyMismatch));
            let unnamed = own.token(&json!({ "alg": other }), b"{}");
            assert_eq!(verify(&unnamed, &keys_of(own), &ANY), Err(JwsError::UnknownKey));
        }
    }
}

#[test]
fn an_algorithm_that_was_not_expected_is_refused_though_the_key_fits() {
    let signer = signer::of(Algorithm::Es256);
    let expected = Expected { algorithms: &[Algorithm::Rs256, Algorithm::EdDsa], typ: None };
    let token = signer.token(&json!({"alg": "ES256", "kid": "k1"}), b"{}");
    assert_eq!(verify(&token, &keys_of(signer), &expected), Err(JwsError::Algorithm));
}

#[test]
fn a_kid_selects_and_a_wrong_one_finds_nothing() {
    assert_eq!(outcome(&json!({"alg": "ES256", "kid": "k1"})), Ok(()));
    assert_eq!(outcome(&json!({ "alg": "ES256" })), Ok(()));
    assert_eq!(outcome(&json!({"alg": "ES256", "kid": "k2"})), Err(JwsError::UnknownKey));
    assert_eq!(outcome(&json!({"alg": "ES256", "kid": ""})), Err(JwsError::UnknownKey));
}

#[test]
fn a_token_without_kid_is_tried_with_four_keys_and_no_more() {
    let signer = signer::of(Algorithm::EdDsa);
    let stranger = |n: u8| {
        let public = signer::ed25519_public_key([n; 32]);
        Jwk::of_public_key(Algorithm::EdDsa, &public).expect("good")
    };
    let token = signer.token(&json!({ "alg": "EdDSA" }), b"{}");
    for (before, found) in [(0, true), (3, true), (4, false)] {
        let mut keys: Vec<Jwk> = (0..before).map(stranger).collect();
        keys.push(signer.jwk().clone());
        let keys = JwkSet::of(keys).expect("no kid");
        assert_eq!(verify(&token, &keys, &ANY).is_ok(), found, "{before}");
    }
}

#[test]
fn a_key_that_the_token_brings_along_is_never_used() {
    let thief = signer::of(Algorithm::Es256);
    let owner = Jwk::of_public_key(Algorithm::EdDsa, &signer::ed25519_public_key([1; 32])).expect("good");
    let keys = JwkSet::of(vec![owner.with_kid("k1")]).expect("one");
    for (name, value) in [
        ("jwk", json!(thief.jwk())),
        ("jku", json!("https://thief.example/jwks.json")),
        ("x5u", json!("https://thief.example/cert.pem")),
        ("x5c", json!(["AAAA"])),
    ] {
        for kid in [json!("k1"), json!("k9")] {
            let token = thief.token(&json!({"alg": "ES256", "kid": kid, name: value}), b"{}");
            assert!(verify(&token, &keys, &ANY).is_err(), "{name}");
        }
        assert_eq!(outcome(&json!({"alg": "ES256", "kid": "k1", name: value})), Ok(()));
    }
}

#[test]
fn a_critical_extension_is_refused() {
    for crit in [json!(["b64"]), json!([]), json!("exp")] {
        let header = json!({"alg": "ES256", "kid": "k1", "crit": crit, "b64": false});
        assert_eq!(outcome(&header), Err(JwsError::Critical));
    }
}

#[test]
fn a_header_of_the_wrong_shape_is_refused_though_rightly_signed() {
    let signer = signer::of(Algorithm::Es256);
    for header in [
        r#"{"alg":"ES256","alg":"ES256"}"#,
        r#"{"alg":"ES256","kid":"k1","kid":"k1"}"#,
        r#"{"alg":"ES256","kid":null}"#,
        r#"{"alg":"ES256","kid":1}"#,
        r#"{"alg":"ES256","typ":null}"#,
        r#"{"alg":["ES256"]}"#,
        r#"["ES256","JWT","k1"]"#,
        r#"{"kid":"k1"}"#,
        r#"{"alg":"ES256"} {}"#,
        r#""ES256""#,
        "",
    ] {
        let token = signer.token_of(header.as_bytes(), b"{}");
        assert_eq!(verify(&token, &keys_of(signer), &ANY), Err(JwsError::Header), "{header}");
    }
}

#[test]
fn one_kind_of_token_does_not_pass_for_another() {
    let signer = signer::of(Algorithm::Es256);
    let expected = Expected { algorithms: &[Algorithm::Es256], typ: Some("at+jwt") };
    let outcome =
        |header: Value| verify(&signer.token(&header, b"{}"), &keys_of(signer), &expected).map(drop);
    assert_eq!(outcome(json!({"alg": "ES256", "typ": "at+jwt"})), Ok(()));
    assert_eq!(outcome(json!({"alg": "ES256", "typ": "application/AT+jwt"})), Ok(()));
    assert_eq!(outcome(json!({"alg": "ES256", "typ": "JWT"})), Err(JwsError::Type));
    assert_eq!(outcome(json!({ "alg": "ES256" })), Err(JwsError::Type));
}

#[test]
fn another_number_of_segments_padding_and_loose_base64_are_refused() {
    let signer = signer::of(Algorithm::EdDsa);
    let token = signer.token(&json!({"alg": "EdDSA", "kid": "k1"}), b"{}");
    let (input, signature) = token.rsplit_once('.').expect("three");
    for altered in [
        String::new(),
        "..".into(),
        input.into(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}.{signature}"),
        format!("{token}=="),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{input}.{signature}A"),
    ] {
        assert!(verify(&altered, &keys_of(signer), &ANY).is_err(), "{altered}");
    }
}

#[test]
fn bits_left_over_in_the_last_character_are_refused() {
    // 64 bytes leave four bits unused in the last character of the signature; a lenient decoder takes sixteen spellings.
    let signer = signer::of(Algorithm::EdDsa);
    let token = signer.token(&json!({"alg": "EdDSA", "kid": "k1"}), b"{}");
    let (all_but_last, last) = token.split_at(token.len() - 1);
    let spellings = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['-', '_'])
        .filter(|letter| verify(&format!("{all_but_last}{letter}"), &keys_of(signer), &ANY).is_ok());
    assert_eq!(spellings.collect::<String>(), last);
}

#[test]
fn a_long_token_is_refused_before_it_is_read() {
    let signer = signer::of(Algorithm::EdDsa);
    let payload = json!({"pad": "x".repeat(6000)}).to_string();
    let token = signer.token(&json!({ "alg": "EdDSA" }), payload.as_bytes());
    assert!(verify(&token, &keys_of(signer), &ANY).is_ok());
    let limited = verify_within(token.len() - 1, &token, &keys_of(signer), &ANY);
    assert_eq!(limited, Err(JwsError::TooLong));
    let dots = ".".repeat(MAX_TOKEN_BYTES + 1);
    assert_eq!(verify(&dots, &keys_of(signer), &ANY), Err(JwsError::TooLong));
}

#[test]
fn a_signed_payload_that_is_no_object_is_refused() {
    let signer = signer::of(Algorithm::Es256);
    for payload in ["", "[]", "null", "\"x\"", "{} {}", "{\"a\":", "\u{feff}{}"] {
        let token = signer.token(&json!({ "alg": "ES256" }), payload.as_bytes());
        assert_eq!(verify(&token, &keys_of(signer), &ANY), Err(JwsError::Payload), "{payload}");
    }
}

#[test]
fn an_ecdsa_signature_in_der_is_refused() {
    // RFC 7518 §3.4: the two numbers at full length, nothing around them.
    let signer = signer::of(Algorithm::Es256);
    let token = signer.token(&json!({ "alg": "ES256" }), b"{}");
    let (input, signature) = token.rsplit_once('.').expect("three");
    let raw = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let number = |bytes: &[u8]| [&[2, 33, 0], bytes].concat();
    let der = [vec![0x30, 70], number(&raw[..32]), number(&raw[32..])].concat();
    let altered = format!("{input}.{}", URL_SAFE_NO_PAD.encode(der));
    assert_eq!(verify(&altered, &keys_of(signer), &ANY), Err(JwsError::Signature));
}

proptest! {
    #[test]
    fn no_text_verifies_by_chance(token in "\\PC*|[A-Za-z0-9_.-]{0,300}") {
        let keys = keys_of(signer::of(Algorithm::Es256));
        prop_assert!(verify(&token, &keys, &ANY).is_err());
    }

    #[test]
    fn no_signature_verifies_by_chance(
        signer in 0..Algorithm::ALL.len(),
        signature in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let signer = &signer::all()[signer];
        let header = json!({"alg": signer.algorithm(), "kid": "k1"}).to_string();
        let token = format!(
            "{}.e30.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(signature)
        );
        prop_assert_eq!(verify(&token, &keys_of(signer), &ANY), Err(JwsError::Signature));
    }

    #[test]
    fn an_altered_token_verifies_only_if_nothing_was_altered(at in 0usize..150, letter in "[A-Za-z0-9_.-]") {
        let signer = signer::of(Algorithm::EdDsa);
        let token = signer.token(&json!({"alg": "EdDSA", "kid": "k1"}), b"{}");
        let at = at % token.len();
        let altered = format!("{}{letter}{}", &token[..at], &token[at + 1..]);
        prop_assert_eq!(verify(&altered, &keys_of(signer), &ANY).is_ok(), altered == token);
    }

    #[test]
    fn arbitrary_key_sets_never_panic(text in "\\PC*", n in "[A-Za-z0-9_-]{0,800}", kty in "RSA|EC|OKP|oct|\\PC*") {
        for value in [
            serde_json::from_str(&text).unwrap_or(Value::Null),
            json!({"keys": [{"kty": kty, "n": n, "e": "AQAB", "crv": "P-256", "x": n, "y": n}]}),
        ] {
            if let Ok(set) = JwkSet::parse(&value) {
                prop_assert!(set.keys().all(|key| key.kid().is_none()));
            }
        }
    }
}
