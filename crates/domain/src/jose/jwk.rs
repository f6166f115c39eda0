//! One public key: what a JSON Web Key says, reduced to what this server understands. RFC 7517 §4, RFC 7518 §6, RFC 8037 §2.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Algorithm, KeyError, goodkey};

/// The members that would make a key private, of every key type (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const MAX_KID_BYTES: usize = 256;

/// A public key for signatures. It serialises to `kty`, `use`, `key_ops`, `alg`, `kid`, `n`, `e`, `crv`, `x`, `y` and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    kid: Option<String>,
    algorithm: Option<Algorithm>,
    says_use: bool,
    says_key_ops: bool,
    material: KeyMaterial,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyMaterial {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec { curve: Curve, x: Vec<u8>, y: Vec<u8> },
    Ed25519 { x: Vec<u8> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
}

impl Curve {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        }
    }

    pub(super) const fn coordinate_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

impl Jwk {
    /// A key of ours, bound to its algorithm.
    pub(super) fn own(algorithm: Algorithm, material: KeyMaterial) -> Result<Self, KeyError> {
        let key =
            Self { kid: None, algorithm: Some(algorithm), says_use: true, says_key_ops: false, material };
        key.require_fit()?;
        goodkey::check(&key.material)?;
        Ok(key)
    }

    #[must_use]
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self { kid: Some(kid.into()), ..self }
    }

    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one algorithm that the key states for itself, if it does.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Whether a signature of this algorithm may be checked with this key: the key decides, not the token. RFC 8725 §3.1.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.algorithm.is_none_or(|own| own == algorithm) && self.material.fits(algorithm)
    }

    pub(super) fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// Reads one entry of `keys`, its form only: whether the numbers are any good is asked by [`goodkey::check`]. `None` is a
    /// key for encryption, which is left aside.
    pub(super) fn read(value: &Value) -> Result<Option<Self>, KeyError> {
        let members = value.as_object().ok_or(KeyError::NotAKey)?;
        let kty = members.get("kty").and_then(Value::as_str);
        if kty == Some("oct") {
            return Err(KeyError::Symmetric);
        }
        if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(KeyError::Private);
        }
        if members.contains_key("x5u") {
            return Err(KeyError::CertificateUrl);
        }
        let kid = read_kid(members)?;
        let says_use = members.contains_key("use");
        let says_key_ops = members.contains_key("key_ops");
        if !(is_for_signatures(members)? && may_verify(members)?) {
            return Ok(None);
        }
        let algorithm = match read_algorithm(members)? {
            StatedAlgorithm::Silent => None,
            StatedAlgorithm::Signature(algorithm) => Some(algorithm),
            StatedAlgorithm::Encryption => return Ok(None),
        };
        let material = KeyMaterial::read(kty.ok_or(KeyError::KeyType)?, members)?;
        let key = Self { kid, algorithm, says_use, says_key_ops, material };
        key.require_fit()?;
        Ok(Some(key))
    }

    fn require_fit(&self) -> Result<(), KeyError> {
        match self.algorithm {
            Some(algorithm) if !self.material.fits(algorithm) => Err(KeyError::AlgorithmMismatch),
            Some(_) | None => Ok(()),
        }
    }
}

impl KeyMaterial {
    fn read(kty: &str, members: &Map<String, Value>) -> Result<Self, KeyError> {
        let crv = members.get("crv").and_then(Value::as_str);
        match kty {
            "RSA" => Ok(Self::Rsa { n: bytes(members, "n")?, e: bytes(members, "e")? }),
            "EC" => {
                let curve = match crv {
                    Some("P-256") => Curve::P256,
                    Some("P-384") => Curve::P384,
                    _ => return Err(KeyError::Curve),
                };
                let (x, y) = (bytes(members, "x")?, bytes(members, "y")?);
                if x.len() != curve.coordinate_bytes() || y.len() != curve.coordinate_bytes() {
                    return Err(KeyError::CoordinateLength);
                }
                Ok(Self::Ec { curve, x, y })
            }
            "OKP" if crv == Some("Ed25519") => {
                let x = bytes(members, "x")?;
                if x.len() != 32 {
                    return Err(KeyError::CoordinateLength);
                }
                Ok(Self::Ed25519 { x })
            }
            "OKP" => Err(KeyError::Curve),
            _ => Err(KeyError::KeyType),
        }
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => matches!(self, Self::Rsa { .. }),
            Algorithm::Es256 => matches!(self, Self::Ec { curve: Curve::P256, .. }),
            Algorithm::Es384 => matches!(self, Self::Ec { curve: Curve::P384, .. }),
            Algorithm::EdDsa => matches!(self, Self::Ed25519 { .. }),
        }
    }
}

fn bytes(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, KeyError> {
    let text = members.get(name).and_then(Value::as_str);
    text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).ok_or(KeyError::Member(name))
}

fn read_kid(members: &Map<String, Value>) -> Result<Option<String>, KeyError> {
    match members.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) if kid.len() <= MAX_KID_BYTES => Ok(Some(kid.clone())),
        Some(_) => Err(KeyError::KeyId),
    }
}

fn is_for_signatures(members: &Map<String, Value>) -> Result<bool, KeyError> {
    match members.get("use") {
        None => Ok(true),
        Some(Value::String(word)) if word == "sig" => Ok(true),
        Some(Value::String(word)) if word == "enc" => Ok(false),
        Some(_) => Err(KeyError::Use),
    }
}

/// Whether `key_ops`, where given, lists `verify`; duplicates are refused as RFC 7517 §4.3 says.
fn may_verify(members: &Map<String, Value>) -> Result<bool, KeyError> {
    let Some(value) = members.get("key_ops") else {
        return Ok(true);
    };
    let list = value.as_array().ok_or(KeyError::KeyOps)?;
    let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    let mut words = words.ok_or(KeyError::KeyOps)?;
    words.sort_unstable();
    words.dedup();
    if words.len() != list.len() {
        return Err(KeyError::KeyOps);
    }
    Ok(words.contains(&"verify"))
}

enum StatedAlgorithm {
    Silent,
    Signature(Algorithm),
    Encryption,
}

fn read_algorithm(members: &Map<String, Value>) -> Result<StatedAlgorithm, KeyError> {
    let Some(value) = members.get("alg") else {
        return Ok(StatedAlgorithm::Silent);
    };
    let text = value.as_str().ok_or(KeyError::Algorithm)?;
    let encrypts = |start: &&str| text.starts_with(*start);
    if ["RSA1_5", "RSA-OAEP", "ECDH-ES"].iter().any(encrypts) {
        return Ok(StatedAlgorithm::Encryption);
    }
    let algorithm = Algorithm::parse(text).ok_or(KeyError::Algorithm)?;
    Ok(StatedAlgorithm::Signature(algorithm))
}

#[derive(Serialize)]
struct Members<'a> {
    kty: &'static str,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    key_use: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_ops: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let b64 = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
        let (kty, crv, [n, e, x, y]) = match &self.material {
            KeyMaterial::Rsa { n, e } => ("RSA", None, [b64(n), b64(e), None, None]),
            KeyMaterial::Ec { curve, x, y } => ("EC", Some(curve.as_str()), [None, None, b64(x), b64(y)]),
            KeyMaterial::Ed25519 { x } => ("OKP", Some("Ed25519"), [None, None, b64(x), None]),
        };
        let members = Members {
            kty,
            key_use: self.says_use.then_some("sig"),
            key_ops: self.says_key_ops.then_some(["verify"]),
            alg: self.algorithm,
            kid: self.kid(),
            crv,
            n,
            e,
            x,
            y,
        };
        members.serialize(serializer)
    }
}
