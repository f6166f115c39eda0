//! A public key in the form that checks signatures: read once by the cryptographic library, used often.

use aws_lc_rs::signature::{self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents};

use super::{
    Algorithm, Jwk, KeyError,
    jwk::{Curve, KeyMaterial},
};

/// A key bound to one algorithm. Making one costs microseconds, so those that verify every request are kept.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl VerifyingKey {
    /// Binds the key to an algorithm that it fits; [`KeyError::AlgorithmMismatch`] otherwise. RFC 8725 §3.1.
    pub fn new(key: &Jwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        if !key.fits(algorithm) {
            return Err(KeyError::AlgorithmMismatch);
        }
        Ok(Self { kid: key.kid().map(str::to_owned), algorithm, key: parse(key.material(), algorithm)? })
    }

    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn accepts(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(signing_input, signature).is_ok()
    }
}

fn parse(material: &KeyMaterial, algorithm: Algorithm) -> Result<ParsedPublicKey, KeyError> {
    match material {
        KeyMaterial::Rsa { n, e } => {
            let parameters = rsa_parameters(algorithm).ok_or(KeyError::AlgorithmMismatch)?;
            RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).map_err(|_| KeyError::RsaSize)
        }
        KeyMaterial::Ec { curve, x, y } => parse_point(*curve, x, y),
        KeyMaterial::Ed25519 { x } => {
            ParsedPublicKey::new(&signature::ED25519, x).map_err(|_| KeyError::CoordinateLength)
        }
    }
}

/// Reads a point, which fails unless it lies on the curve. Signatures are the two numbers at full length (RFC 7518 §3.4).
pub(super) fn parse_point(curve: Curve, x: &[u8], y: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    let algorithm = match curve {
        Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED,
    };
    let uncompressed = [&[0x04], x, y].concat();
    ParsedPublicKey::new(algorithm, uncompressed).map_err(|_| KeyError::OffCurve)
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa => None,
    }
}
