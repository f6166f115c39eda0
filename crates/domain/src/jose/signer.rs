//! For tests: key pairs that sign, and the published examples.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Algorithm, Jwk};

pub(super) const RFC7515_A2_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
pub(super) const RFC7515_A2_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
pub(super) const RFC7515_A3_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
pub(super) const RFC7515_A3_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
pub(super) const RFC8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
pub(super) const RFC7638_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

/// A key pair bound to one algorithm.
pub(crate) struct Signer {
    algorithm: Algorithm,
    jwk: Jwk,
    pair: Pair,
}

enum Pair {
    Rsa(&'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// One pair for each algorithm; the six of RSA share their key.
pub(crate) fn all() -> &'static [Signer] {
    static ALL: LazyLock<Vec<Signer>> = LazyLock::new(|| Algorithm::ALL.map(Signer::generate).into());
    &ALL
}

pub(crate) fn of(algorithm: Algorithm) -> &'static Signer {
    let found = all().iter().find(|signer| signer.algorithm == algorithm);
    found.expect("one for each")
}

pub(super) fn ed25519_public_key(seed: [u8; 32]) -> Vec<u8> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes");
    pair.public_key().as_ref().to_vec()
}

static RSA: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key pair"));

impl Signer {
    fn generate(algorithm: Algorithm) -> Self {
        let ec = |curve| EcdsaKeyPair::generate(curve).expect("a key pair");
        let pair = match algorithm {
            Algorithm::Rs256 => Pair::Rsa(&signature::RSA_PKCS1_SHA256),
            Algorithm::Rs384 => Pair::Rsa(&signature::RSA_PKCS1_SHA384),
            Algorithm::Rs512 => Pair::Rsa(&signature::RSA_PKCS1_SHA512),
            Algorithm::Ps256 => Pair::Rsa(&signature::RSA_PSS_SHA256),
            Algorithm::Ps384 => Pair::Rsa(&signature::RSA_PSS_SHA384),
            Algorithm::Ps512 => Pair::Rsa(&signature::RSA_PSS_SHA512),
            Algorithm::Es256 => Pair::Ec(ec(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)),
            Algorithm::Es384 => Pair::Ec(ec(&signature::ECDSA_P384_SHA384_FIXED_SIGNING)),
            Algorithm::EdDsa => Pair::Ed25519(Ed25519KeyPair::generate().expect("a key pair")),
        };
        let public_key = match &pair {
            Pair::Rsa(_) => RSA.public_key().as_ref(),
            Pair::Ec(pair) => pair.public_key().as_ref(),
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
        };
        let jwk = Jwk::of_public_key(algorithm, public_key).expect("a good key");
        Self { algorithm, jwk, pair }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key, which states its algorithm and has no `kid`.
    pub(crate) fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub(super) fn sign(&self, input: &[u8]) -> Vec<u8> {
        let chance = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(encoding) => {
                let mut signature = vec![0; RSA.public_modulus_len()];
                RSA.sign(*encoding, &chance, input, &mut signature).expect("signed");
                signature
            }
            Pair::Ec(pair) => pair.sign(&chance, input).expect("signed").as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(input).as_ref().to_vec(),
        }
    }

    /// A token with any header and any payload, rightly signed.
    pub(crate) fn token(&self, header: &Value, payload: &[u8]) -> String {
        self.token_of(header.to_string().as_bytes(), payload)
    }

    pub(super) fn token_of(&self, header: &[u8], payload: &[u8]) -> String {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
