//! Making a signing key pair.

use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{jose::Algorithm, time::Timestamp};
use store::signing_keys::SigningKeyRow;
use zeroize::Zeroizing;

use super::{KeyRing, Sealer, ring::KeyError};
use crate::chance;

/// A new pair for `algorithm` that signs from `signs_from` on, its private half sealed.
///
/// RSA keys have 2048 bits and take tens of milliseconds to find; call it off the request path.
pub fn generate(
    algorithm: Algorithm,
    sealer: &Sealer,
    now: Timestamp,
    signs_from: Timestamp,
) -> Result<SigningKeyRow, KeyError> {
    let id = key_id(algorithm);
    let pkcs8 = private_key(algorithm)?;
    let private_sealed = sealer.seal(&id, &pkcs8);
    let public = KeyRing::public_key(algorithm, &id, &pkcs8)?;
    Ok(SigningKeyRow {
        public_jwk: serde_json::to_string(&public).map_err(|_| KeyError::Unusable)?,
        id,
        algorithm: algorithm.as_str().to_owned(),
        private_sealed,
        created_at: now,
        signs_from,
        retired_at: None,
    })
}

fn private_key(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let unusable = |_| KeyError::Unusable;
    let der = match algorithm {
        Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .and_then(|pair| Ok(pair.to_pkcs8v1()?.as_ref().to_vec()))
            .map_err(unusable)?,
        Algorithm::Es384 => EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING)
            .and_then(|pair| Ok(pair.to_pkcs8v1()?.as_ref().to_vec()))
            .map_err(unusable)?,
        Algorithm::EdDsa => Ed25519KeyPair::generate()
            .and_then(|pair| Ok(pair.to_pkcs8()?.as_ref().to_vec()))
            .map_err(unusable)?,
        Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(unusable)?;
            let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().map_err(unusable)?;
            der.as_ref().to_vec()
        }
    };
    Ok(Zeroizing::new(der))
}

fn key_id(algorithm: Algorithm) -> String {
    let chance: [u8; 8] = chance::bytes();
    format!("{}-{}", algorithm.setting_name(), URL_SAFE_NO_PAD.encode(chance))
}
