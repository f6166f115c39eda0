//! A client's key pairs, and tokens signed with them, right or wrong.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::jose::{Algorithm, Jwk};
use serde_json::{Map, Value, json};

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
    Ed(Ed25519KeyPair),
}

/// A pair for one algorithm, under a `kid`.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    kid: &'static str,
    pair: Pair,
}

impl Key {
    pub(super) fn es256(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key pair");
        Self { algorithm: Algorithm::Es256, kid, pair: Pair::Ec(pair) }
    }

    pub(super) fn rs256(kid: &'static str) -> Self {
        let pair = rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key pair");
        Self { algorithm: Algorithm::Rs256, kid, pair: Pair::Rsa(pair) }
    }

    pub(super) fn eddsa(kid: &'static str) -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key pair");
        Self { algorithm: Algorithm::EdDsa, kid, pair: Pair::Ed(pair) }
    }

    /// The public half as a JWK.
    pub(super) fn public(&self) -> Value {
        let key = Jwk::of_public_key(self.algorithm, &self.public_bytes()).expect("a key").with_kid(self.kid);
        serde_json::to_value(key).expect("JSON")
    }

    pub(super) fn header(&self) -> Value {
        json!({ "alg": self.algorithm.as_str(), "kid": self.kid, "typ": "JWT" })
    }

    /// A JWT with the right header.
    pub(super) fn sign(&self, claims: &Map<String, Value>) -> String {
        self.sign_under(&self.header(), claims)
    }

    /// A JWT with any header.
    pub(super) fn sign_under(&self, header: &Value, claims: &Map<String, Value>) -> String {
        let input = unsigned(header, claims);
        let signature = match &self.pair {
            Pair::Ec(pair) => {
                pair.sign(&SystemRandom::new(), input.as_bytes()).expect("a signature").as_ref().to_vec()
            }
            Pair::Ed(pair) => pair.sign(input.as_bytes()).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(
                    &signature::RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    input.as_bytes(),
                    &mut signature,
                )
                .expect("a signature");
                signature
            }
        };
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A JWT whose HMAC key is the public key: what a verifier that lets the header choose would believe. RFC 8725 §2.1.
    pub(super) fn mac_with_public_key(&self, claims: &Map<String, Value>) -> String {
        let input = unsigned(&json!({ "alg": "HS256", "kid": self.kid }), claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.public_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, input.as_bytes())))
    }

    fn public_bytes(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ed(pair) => pair.public_key().as_ref().to_vec(),
        }
    }
}

/// Header and payload, joined by the dot.
pub(super) fn unsigned(header: &Value, claims: &Map<String, Value>) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", encode(header.to_string()), encode(Value::Object(claims.clone()).to_string()))
}
