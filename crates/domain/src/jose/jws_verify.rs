//! Reading a token that claims to be signed. RFC 7515 §5.2, RFC 8725 §3.

use serde_json::{Map, Value};

use super::{
    Algorithm, Jwk, JwkSet, VerifyingKey,
    jws_header::{Compact, JwsHeader},
};

/// Longer tokens are refused unread; ours stay far below.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// How many keys are tried for a token that names none. Who has more keys names them (OpenID Connect Core §10.1).
const MAX_TRIES: usize = 4;

/// What a token must be before its signature is worth checking.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub algorithms: &'a [Algorithm],
    /// The header's `typ`, in any case and with or without `application/`; `None`: it may say anything.
    pub typ: Option<&'a str>,
}

/// Why a token was not believed. It is for the log: the peer hears one answer for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    #[error("the token is too long")]
    TooLong,
    #[error("the token is not three segments of base64url")]
    Form,
    #[error("the token's header is not an object with an alg")]
    Header,
    #[error("the token's header has crit")]
    Critical,
    #[error("the token's alg is not one of those expected")]
    Algorithm,
    #[error("the token's typ is not the one expected")]
    Type,
    #[error("no key has the token's kid, or fits its alg")]
    UnknownKey,
    #[error("the key with the token's kid is for another alg")]
    KeyMismatch,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token's payload is not an object")]
    Payload,
}

/// The claims of a token that one of `keys` signed.
///
/// The key decides about the algorithm, the header must only agree (RFC 8725 §3.1). `kid` selects; without it up to four fitting
/// keys are tried. Nothing of the claims is read before the signature is found right, and nothing of them is judged here: see
/// [`super::claims`].
pub fn verify(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<Map<String, Value>, JwsError> {
    verify_within(MAX_TOKEN_BYTES, token, keys, expected)
}

/// As [`verify`], for tokens with a limit of their own, in bytes.
pub fn verify_within(
    max_bytes: usize,
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, JwsError> {
    let keys: Vec<&Jwk> = keys.keys().collect();
    verify_with(max_bytes, token, &keys, expected)
}

/// As [`verify`], with keys that were prepared: the fast way for tokens of our own.
pub fn verify_prepared(
    token: &str,
    keys: &[VerifyingKey],
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, JwsError> {
    let keys: Vec<&VerifyingKey> = keys.iter().collect();
    verify_with(MAX_TOKEN_BYTES, token, &keys, expected)
}

fn verify_with<K: Candidate>(
    max_bytes: usize,
    token: &str,
    keys: &[&K],
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, JwsError> {
    let jws = Compact::split(token, max_bytes)?;
    let header = jws.header()?;
    let algorithm = header.algorithm(expected)?;
    let accepted = select(keys, &header, algorithm)?
        .iter()
        .any(|key| key.accepts(algorithm, jws.signing_input.as_bytes(), &jws.signature));
    if !accepted {
        return Err(JwsError::Signature);
    }
    serde_json::from_slice(&jws.payload()?).map_err(|_| JwsError::Payload)
}

/// A key that may have made the signature.
trait Candidate {
    fn kid(&self) -> Option<&str>;
    fn fits(&self, algorithm: Algorithm) -> bool;
    fn accepts(&self, algorithm: Algorithm, signing_input: &[u8], signature: &[u8]) -> bool;
}

fn select<'k, K: Candidate>(
    keys: &[&'k K],
    header: &JwsHeader,
    algorithm: Algorithm,
) -> Result<Vec<&'k K>, JwsError> {
    let wanted = header.kid.as_deref();
    let mut named = keys.iter().copied().filter(|key| wanted.is_none() || key.kid() == wanted).peekable();
    if named.peek().is_none() {
        return Err(JwsError::UnknownKey);
    }
    let fitting: Vec<&K> = named.filter(|key| key.fits(algorithm)).take(MAX_TRIES).collect();
    match (fitting.is_empty(), wanted) {
        (false, _) => Ok(fitting),
        (true, Some(_)) => Err(JwsError::KeyMismatch),
        (true, None) => Err(JwsError::UnknownKey),
    }
}

impl Candidate for Jwk {
    fn kid(&self) -> Option<&str> {
        self.kid()
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        self.fits(algorithm)
    }

    fn accepts(&self, algorithm: Algorithm, signing_input: &[u8], signature: &[u8]) -> bool {
        VerifyingKey::new(self, algorithm).is_ok_and(|key| key.accepts(signing_input, signature))
    }
}

impl Candidate for VerifyingKey {
    fn kid(&self) -> Option<&str> {
        self.kid()
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        self.algorithm() == algorithm
    }

    fn accepts(&self, _: Algorithm, signing_input: &[u8], signature: &[u8]) -> bool {
        self.accepts(signing_input, signature)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::signer;

    const CLAIMS: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    fn read(token: &str, key: &Value) -> Result<Map<String, Value>, JwsError> {
        let keys = JwkSet::parse(&json!({ "keys": [key] })).expect("good");
        let expected = Expected { algorithms: &Algorithm::ALL, typ: None };
        verify(token, &keys, &expected)
    }

    #[test]
    fn the_example_of_rfc_7515_appendix_a_2_verifies() {
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.{}", signer::RFC7515_A2_SIGNATURE);
        let key = json!({"kty": "RSA", "n": signer::RFC7515_A2_N, "e": "AQAB"});
        let claims = read(&token, &key).expect("published");
        assert_eq!(claims["iss"], "joe");
        assert_eq!(claims["exp"], 1_300_819_380);
    }

    #[test]
    fn the_example_of_rfc_7515_appendix_a_3_verifies() {
        let signature =
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let token = format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.{signature}");
        let key = json!({"kty": "EC", "crv": "P-256", "x": signer::RFC7515_A3_X, "y": signer::RFC7515_A3_Y});
        assert_eq!(read(&token, &key).expect("published")["iss"], "joe");
    }

    #[test]
    fn the_example_of_rfc_8037_appendix_a_4_verifies_but_holds_no_claims() {
        let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": signer::RFC8037_X});
        assert_eq!(read(token, &key), Err(JwsError::Payload));
        let altered = token.replace("RXhh", "RXha");
        assert_eq!(read(&altered, &key), Err(JwsError::Signature));
    }

    #[test]
    fn a_prepared_key_verifies_what_the_set_verifies() {
        for pair in signer::all() {
            let algorithm = pair.algorithm();
            let key = pair.jwk().clone().with_kid("k1");
            let prepared = VerifyingKey::new(&key, algorithm).expect("fits");
            let token = pair.token(&json!({"alg": algorithm, "kid": "k1"}), b"{}");
            let expected = Expected { algorithms: &[algorithm], typ: None };
            assert!(verify_prepared(&token, &[prepared], &expected).is_ok());
            assert_eq!(verify_prepared(&token, &[], &expected), Err(JwsError::UnknownKey));
        }
    }
}
