//! The public keys of the client, inline. RFC 7591 §2, RFC 7517 §5, RFC 7523 §3.

use crate::{
    client::metadata::AuthMethod,
    error::Refusal,
    jose::JwkSet,
    registration::{request::RawRegistration, rules::refuse},
};

/// Keys that passed every check; a client that signs its own assertions must have some.
pub(in crate::registration) fn read(
    raw: &RawRegistration,
    method: AuthMethod,
) -> Result<Option<JwkSet>, Refusal> {
    if raw.value("jwks_uri").is_some() {
        return Err(refuse(if raw.value("jwks").is_some() {
            "jwks and jwks_uri must not be used together; send jwks alone"
        } else {
            "jwks_uri is not supported; send the keys themselves in jwks"
        }));
    }
    let jwks = raw.value("jwks").map(JwkSet::parse).transpose().map_err(|error| refuse(error.to_string()))?;
    match (method, &jwks) {
        (AuthMethod::PrivateKeyJwt, None) => Err(refuse("private_key_jwt needs a public key in jwks")),
        (AuthMethod::PrivateKeyJwt, Some(keys)) if keys.is_empty() => {
            Err(refuse("private_key_jwt needs a public key in jwks"))
        }
        _ => Ok(jwks),
    }
}
