//! The signing keys in force: which one signs, which ones are published, and the signature itself.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa,
    signature::{
        self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair, RsaEncoding,
    },
};
use domain::{
    jose::{self, Algorithm, EncodedHeader, Header, Jwk, JwsError, VerifyingKey},
    time::Timestamp,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::signing_keys::SigningKeyRow;

use super::Sealer;
use crate::verified_tokens::VerifiedTokens;

/// The `typ` of our access tokens. RFC 9068 §2.1.
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// The `typ` of our ID tokens, so that no other token of ours passes for one. RFC 8725 §3.11.
pub const ID_TOKEN_TYPE: &str = "JWT";

/// The algorithm that has a key whatever the settings say.
pub const ALWAYS_THERE: Algorithm = Algorithm::Es256;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("a signing key cannot be opened; is this the master key that the database was made with?")]
    Sealed,
    #[error("a signing key cannot be used")]
    Unusable,
    #[error("no signing key for the algorithm")]
    Missing,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::KeyPair, &'static dyn RsaEncoding),
}

/// A key that can sign.
pub struct SigningKey {
    pub id: String,
    pub algorithm: Algorithm,
    pair: Pair,
    signs_from: Timestamp,
    retired_at: Option<Timestamp>,
    public: Jwk,
    access_token_header: EncodedHeader,
    id_token_header: EncodedHeader,
}

/// All keys, oldest first, and their public halves prepared for verification.
#[derive(Default)]
pub struct KeyRing {
    keys: Vec<SigningKey>,
    verifying: Vec<VerifyingKey>,
    verified: VerifiedTokens,
}

impl KeyRing {
    /// Opens the keys as stored. A key that does not open is an error: signing with half a ring would be worse than not starting.
    pub fn open(rows: &[SigningKeyRow], sealer: &Sealer) -> Result<Self, KeyError> {
        let keys = rows.iter().map(|row| SigningKey::open(row, sealer)).collect::<Result<Vec<_>, _>>()?;
        let verifying = keys
            .iter()
            .map(|key| VerifyingKey::new(&key.public, key.algorithm).map_err(|_| KeyError::Unusable))
            .collect::<Result<_, _>>()?;
        Ok(Self { keys, verifying, verified: VerifiedTokens::default() })
    }

    /// What access tokens are signed with where `algorithm` is set: while its key is so new that not every node knows it, the key that
    /// is always there.
    pub fn access_token_signer(&self, algorithm: Algorithm, now: Timestamp) -> Result<&SigningKey, KeyError> {
        let signing = self.signing(algorithm, now).or_else(|| self.signing(ALWAYS_THERE, now));
        signing.map_or_else(|| self.signer(algorithm, now), Ok)
    }

    /// The newest key of `algorithm` that signs at `now`.
    pub fn signer(&self, algorithm: Algorithm, now: Timestamp) -> Result<&SigningKey, KeyError> {
        self.signing(algorithm, now)
            // A clock that stepped back, or runs behind that of the node that made the key, is no reason not to sign.
            .or_else(|| self.keys.iter().find(|key| key.algorithm == algorithm && key.retired_at.is_none()))
            .ok_or(KeyError::Missing)
    }

    fn signing(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        let signing = self.keys.iter().filter(|key| key.algorithm == algorithm && key.signs_at(now));
        signing.max_by_key(|key| key.signs_from)
    }

    /// The algorithms there are keys for.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let mut algorithms: Vec<_> = self.keys.iter().map(|key| key.algorithm).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        algorithms
    }

    /// Every public key, of those that sign, will sign, or have signed tokens that may still live. RFC 7517 §5.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.keys.iter().map(|key| &key.public).collect::<Vec<_>>() })
    }

    /// The claims of an access token that one of the keys signed and that has not expired at `now`.
    pub fn access_token_claims(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Arc<Map<String, Value>>, JwsError> {
        self.verified.claims(token, &self.verifying, now)
    }

    pub fn verifying_keys(&self) -> &[VerifyingKey] {
        &self.verifying
    }

    /// The public half of a private key in PKCS #8.
    pub fn public_key(algorithm: Algorithm, id: &str, pkcs8: &[u8]) -> Result<Jwk, KeyError> {
        Pair::open(algorithm, pkcs8)?.public(algorithm, id)
    }
}

impl SigningKey {
    fn open(row: &SigningKeyRow, sealer: &Sealer) -> Result<Self, KeyError> {
        let algorithm = Algorithm::parse(&row.algorithm).ok_or(KeyError::Unusable)?;
        let pkcs8 =
            zeroize::Zeroizing::new(sealer.open(&row.id, &row.private_sealed).ok_or(KeyError::Sealed)?);
        let pair = Pair::open(algorithm, &pkcs8)?;
        let header = |typ| EncodedHeader::new(&Header { alg: algorithm, typ, kid: &row.id });
        Ok(Self {
            public: pair.public(algorithm, &row.id)?,
            id: row.id.clone(),
            algorithm,
            pair,
            signs_from: row.signs_from,
            retired_at: row.retired_at,
            access_token_header: header(Some(ACCESS_TOKEN_TYPE)),
            id_token_header: header(Some(ID_TOKEN_TYPE)),
        })
    }

    fn signs_at(&self, now: Timestamp) -> bool {
        self.signs_from <= now && self.retired_at.is_none_or(|end| now < end)
    }

    /// A signed access token. RFC 9068.
    pub fn access_token(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(&self.access_token_header, claims)
    }

    /// A signed ID token. OpenID Connect Core §2.
    pub fn id_token(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(&self.id_token_header, claims)
    }

    fn sign(&self, header: &EncodedHeader, claims: &impl Serialize) -> Result<String, KeyError> {
        let input = jose::signing_input(header, claims);
        let signature = self.pair.sign(input.as_bytes())?;
        Ok(jose::finish(input, &signature))
    }
}

impl Pair {
    fn open(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let unusable = |_| KeyError::Unusable;
        let ecdsa = |kind| EcdsaKeyPair::from_pkcs8(kind, pkcs8).map(Self::Ecdsa).map_err(unusable);
        let rsa = |encoding: &'static dyn RsaEncoding| {
            rsa::KeyPair::from_pkcs8(pkcs8).map(|pair| Self::Rsa(pair, encoding)).map_err(unusable)
        };
        match algorithm {
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::Ed25519).map_err(unusable),
            Algorithm::Rs256 => rsa(&signature::RSA_PKCS1_SHA256),
            Algorithm::Rs384 => rsa(&signature::RSA_PKCS1_SHA384),
            Algorithm::Rs512 => rsa(&signature::RSA_PKCS1_SHA512),
            Algorithm::Ps256 => rsa(&signature::RSA_PSS_SHA256),
            Algorithm::Ps384 => rsa(&signature::RSA_PSS_SHA384),
            Algorithm::Ps512 => rsa(&signature::RSA_PSS_SHA512),
        }
    }

    fn public(&self, algorithm: Algorithm, id: &str) -> Result<Jwk, KeyError> {
        let public = match self {
            Self::Ecdsa(pair) => pair.public_key().as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::Rsa(pair, _) => pair.public_key().as_ref(),
        };
        Ok(Jwk::of_public_key(algorithm, public).map_err(|_| KeyError::Unusable)?.with_kid(id))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let unusable = |_| KeyError::Unusable;
        match self {
            Self::Ecdsa(pair) => {
                Ok(pair.sign(&SystemRandom::new(), message).map_err(unusable)?.as_ref().to_vec())
            }
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature).map_err(unusable)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.id)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(&self.keys).finish()
    }
}
