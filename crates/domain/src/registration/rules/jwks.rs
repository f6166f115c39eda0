//! The public keys of the client, inline or where they are. RFC 7591 §2, RFC 7517 §5, RFC 7523 §3.
//!
//! An address is only looked at, never followed: keys are fetched when the client proves itself with one.

use super::uris;
use crate::{
    client::metadata::AuthMethod,
    error::Refusal,
    jose::JwkSet,
    registration::{request::RawRegistration, rules::refuse},
};

/// Keys that passed every check, or the address of some; a client that signs its own assertions must have one of the two.
pub(in crate::registration) fn read(
    raw: &RawRegistration,
    method: AuthMethod,
) -> Result<(Option<JwkSet>, Option<String>), Refusal> {
    if raw.value("jwks").is_some() && raw.value("jwks_uri").is_some() {
        return Err(refuse("jwks and jwks_uri must not be used together; send one of them"));
    }
    let jwks_uri = uris::read_fetched(raw, "jwks_uri")?;
    let jwks = raw.value("jwks").map(JwkSet::parse).transpose().map_err(|error| refuse(error.to_string()))?;
    let has_keys = jwks_uri.is_some() || jwks.as_ref().is_some_and(|keys| !keys.is_empty());
    if method == AuthMethod::PrivateKeyJwt && !has_keys {
        return Err(refuse("private_key_jwt needs a public key in jwks, or the address of some in jwks_uri"));
    }
    Ok((jwks, jwks_uri))
}
