//! A token that a stranger sent, taken apart: nothing here trusts it. RFC 7515 §4, §7.1.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::{
    Algorithm,
    jws_verify::{Expected, JwsError},
};

/// The three segments, none of them read yet.
pub(super) struct Compact<'t> {
    header: &'t str,
    pub(super) signing_input: &'t str,
    payload: &'t str,
    pub(super) signature: Vec<u8>,
}

impl<'t> Compact<'t> {
    /// Takes a token of at most `max_bytes` apart; the length is looked at before anything else.
    pub(super) fn split(token: &'t str, max_bytes: usize) -> Result<Self, JwsError> {
        if token.len() > max_bytes {
            return Err(JwsError::TooLong);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(JwsError::Form)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Form)?;
        if payload.contains('.') {
            return Err(JwsError::Form);
        }
        Ok(Self { header, signing_input, payload, signature: decode(signature)? })
    }

    pub(super) fn header(&self) -> Result<JwsHeader, JwsError> {
        let json = decode(self.header)?;
        // An array would pass for the struct below as well.
        if json.first() != Some(&b'{') {
            return Err(JwsError::Header);
        }
        serde_json::from_slice(&json).map_err(|_| JwsError::Header)
    }

    pub(super) fn payload(&self) -> Result<Vec<u8>, JwsError> {
        decode(self.payload)
    }
}

/// base64url without padding, without line breaks, without bits left over.
fn decode(segment: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(segment).map_err(|_| JwsError::Form)
}

/// What a header says that we listen to. A member given twice is an error; `jwk`, `jku`, `x5c`, `x5u` are never looked at: a token
/// does not bring the key that proves it. RFC 7515 §4.1, RFC 8725 §3.10.
#[derive(Deserialize)]
pub(super) struct JwsHeader {
    alg: String,
    #[serde(default, deserialize_with = "present")]
    typ: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) kid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<IgnoredAny>,
}

/// A member that is there must have its type: `null` is a wrong type, not an absent member.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl JwsHeader {
    /// The header's algorithm, if it is one of those expected. We know no extension that could be critical (RFC 7515 §4.1.11).
    pub(super) fn algorithm(&self, expected: &Expected<'_>) -> Result<Algorithm, JwsError> {
        if self.crit.is_some() {
            return Err(JwsError::Critical);
        }
        let algorithm = Algorithm::parse(&self.alg).ok_or(JwsError::Algorithm)?;
        if !expected.algorithms.contains(&algorithm) {
            return Err(JwsError::Algorithm);
        }
        if let Some(wanted) = expected.typ
            && !self.typ.as_deref().is_some_and(|typ| is_same_type(typ, wanted))
        {
            return Err(JwsError::Type);
        }
        Ok(algorithm)
    }
}

/// Media types compare without case, and `application/` may be left out (RFC 7515 §4.1.9).
fn is_same_type(one: &str, other: &str) -> bool {
    short_type(one).eq_ignore_ascii_case(short_type(other))
}

fn short_type(media_type: &str) -> &str {
    const PREFIX: &str = "application/";
    match media_type.split_at_checked(PREFIX.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        Some(_) | None => media_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_matches_in_any_case_with_and_without_its_prefix() {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
            assert!(is_same_type(typ, "at+jwt"), "{typ}");
            assert!(is_same_type(typ, "application/at+jwt"), "{typ}");
        }
        for typ in ["jwt", "at+jwt ", "text/at+jwt", "application/x/at+jwt", "at-jwt", ""] {
            assert!(!is_same_type(typ, "at+jwt"), "{typ}");
        }
    }
}
