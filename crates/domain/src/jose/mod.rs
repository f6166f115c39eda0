//! Signed tokens: a thin layer of our own over one cryptographic library, strict in what it verifies. RFC 7515, RFC 7517, RFC 8725.

use serde::{Deserialize, Serialize};

/// The signature algorithms this server knows (RFC 7518 §3.1, RFC 8037). No symmetric one: a client could not verify it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "RS384")]
    Rs384,
    #[serde(rename = "RS512")]
    Rs512,
    #[serde(rename = "PS256")]
    Ps256,
    #[serde(rename = "PS384")]
    Ps384,
    #[serde(rename = "PS512")]
    Ps512,
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "ES384")]
    Es384,
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// A set of public keys that passed every check. RFC 7517 §5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JwkSet {
    keys: Vec<serde_json::Value>,
}
