//! Signed tokens: a thin layer of our own over one cryptographic library, strict in what it verifies. RFC 7515, RFC 7517, RFC 8725.
//!
//! Two ways lead through here. Outwards: [`EncodedHeader`] and [`signing_input`] write a token up to its signature, which the
//! server makes (it needs chance), and [`finish`] puts the two together. Inwards: [`JwkSet::parse`] lets in public keys that are
//! worth trusting, [`verify`] reads a token against them, and [`claims`] reads what it says without taking a wrong type for silence.

mod algorithm;
mod at_hash;
pub mod claims;
mod goodkey;
mod jwk;
mod jwk_set;
mod jws_encode;
mod jws_header;
mod jws_verify;
mod key_error;
mod own_key;
mod thumbprint;
mod verifying_key;

#[cfg(test)]
mod attacks;
#[cfg(test)]
pub(crate) mod signer;

pub use algorithm::Algorithm;
pub use at_hash::at_hash;
pub use jwk::Jwk;
pub use jwk_set::JwkSet;
pub use jws_encode::{EncodedHeader, Header, encode_unsigned, finish, signing_input};
pub use jws_verify::{Expected, JwsError, MAX_TOKEN_BYTES, verify, verify_prepared, verify_within};
pub use key_error::KeyError;
pub use thumbprint::thumbprint;
pub use verifying_key::VerifyingKey;
