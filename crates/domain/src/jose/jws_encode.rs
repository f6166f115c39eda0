//! Writing a token, up to the signature and after it. RFC 7515 §5.1, §7.1.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::Value;

use super::Algorithm;

/// What the header of a token of ours says.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    pub alg: Algorithm,
    /// The kind of token, `at+jwt` for one; it keeps one kind from passing for another (RFC 8725 §3.11).
    pub typ: Option<&'static str>,
    pub kid: &'a str,
}

/// A header in its final form. It is the same for every token of one kind under one key, so it is made once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedHeader {
    /// Ends with the dot.
    text: String,
}

impl EncodedHeader {
    pub fn new(header: &Header<'_>) -> Self {
        let kid = Value::from(header.kid);
        let json = match header.typ {
            Some(typ) => format!(r#"{{"alg":"{}","typ":{},"kid":{kid}}}"#, header.alg, Value::from(typ)),
            None => format!(r#"{{"alg":"{}","kid":{kid}}}"#, header.alg),
        };
        let mut text = URL_SAFE_NO_PAD.encode(json);
        text.push('.');
        Self { text }
    }
}

/// The text to be signed: header and claims in base64url with a dot between.
///
/// Claims that cannot be written as JSON (a map whose keys are no text) leave the payload empty: such a token is refused by
/// everybody who reads it.
pub fn signing_input(header: &EncodedHeader, claims: &impl Serialize) -> String {
    let json = serde_json::to_vec(claims).unwrap_or_default();
    let payload = json.len().div_ceil(3) * 4;
    let mut input = String::with_capacity(header.text.len() + payload + ROOM_FOR_SIGNATURE);
    input.push_str(&header.text);
    URL_SAFE_NO_PAD.encode_string(json, &mut input);
    input
}

/// The text to be signed, for a header that is used once.
pub fn encode_unsigned(header: &Header<'_>, claims: &impl Serialize) -> String {
    signing_input(&EncodedHeader::new(header), claims)
}

/// The token: what was signed and the signature over it, which for ES256 and ES384 is the two numbers at full length (RFC 7518 §3.4).
pub fn finish(input: String, signature: &[u8]) -> String {
    let mut token = input;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// A dot and 96 bytes in base64url: enough for every signature but RSA's.
const ROOM_FOR_SIGNATURE: usize = 129;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::{Expected, JwkSet, signer, verify};

    #[test]
    fn header_and_claims_are_written_as_given() {
        let header = Header { alg: Algorithm::EdDsa, typ: Some("at+jwt"), kid: "a\"b" };
        let token = finish(encode_unsigned(&header, &json!({"iss": "x"})), &[1, 2, 3]);
        let parts: Vec<_> =
            token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url")).collect();
        assert_eq!(parts[0], br#"{"alg":"EdDSA","typ":"at+jwt","kid":"a\"b"}"#);
        assert_eq!(parts[1], br#"{"iss":"x"}"#);
        assert_eq!(parts[2], [1, 2, 3]);
        assert_eq!(parts.len(), 3);
    }

    #[test]
    fn what_we_write_we_verify_with_every_algorithm() {
        for pair in signer::all() {
            let alg = pair.algorithm();
            let header = Header { alg, typ: None, kid: "k1" };
            let input = encode_unsigned(&header, &json!({"sub": "s"}));
            let signature = pair.sign(input.as_bytes());
            let keys = JwkSet::of(vec![pair.jwk().clone().with_kid("k1")]).expect("one");
            let expected = Expected { algorithms: &[alg], typ: None };
            let claims = verify(&finish(input, &signature), &keys, &expected).expect("ours");
            assert_eq!(claims["sub"], "s", "{alg}");
        }
    }

    #[test]
    fn claims_that_are_no_json_leave_a_token_that_nobody_takes() {
        let odd = std::collections::BTreeMap::from([((1, 2), 3)]);
        let header = Header { alg: Algorithm::Es256, typ: None, kid: "k" };
        assert!(encode_unsigned(&header, &odd).ends_with('.'));
    }
}
