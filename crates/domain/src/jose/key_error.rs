//! Why a key or a set of keys was not let in.

/// The first fault found. `Display` is one sentence for the developer who sent the keys, fit for an `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("jwks must be an object with a keys array")]
    NotASet,
    #[error("jwks holds no key that can verify a signature; add one whose use is sig")]
    Empty,
    #[error("jwks holds more than 20 keys; send only those in use")]
    TooMany,
    #[error("each entry of keys must be an object")]
    NotAKey,
    #[error("kty must be RSA, EC or OKP")]
    KeyType,
    #[error("a key of kty oct is a shared secret and cannot be registered; send a public key")]
    Symmetric,
    #[error(
        "a key carries private members; send the public key only, and replace this pair, it is no longer secret"
    )]
    Private,
    #[error("x5u is not supported; send the key itself")]
    CertificateUrl,
    #[error("kid must be a string of at most 256 bytes")]
    KeyId,
    #[error("two keys share one kid; give each key a kid of its own")]
    DuplicateKeyId,
    #[error("use must be sig")]
    Use,
    #[error("key_ops must be an array of different strings")]
    KeyOps,
    #[error(
        "alg must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA, or be left out"
    )]
    Algorithm,
    #[error("alg does not belong to this kty and crv; correct it or leave it out")]
    AlgorithmMismatch,
    #[error("crv must be P-256 or P-384 for kty EC and Ed25519 for kty OKP")]
    Curve,
    #[error("{0} is missing or is not base64url without padding")]
    Member(&'static str),
    #[error("the RSA modulus must have 2048 to 4096 bits and no leading zero byte")]
    RsaSize,
    #[error("the RSA public exponent must be 65537 (AQAB)")]
    RsaExponent,
    #[error("the RSA modulus has a small factor; generate a new key")]
    RsaSmallFactor,
    #[error("the RSA key was made by a generator with the ROCA fault; generate a new key elsewhere")]
    RsaRoca,
    #[error("the RSA primes are too close to each other; generate a new key elsewhere")]
    RsaClosePrimes,
    #[error("x and y must have the full length of the curve: 32 bytes for P-256 and Ed25519, 48 for P-384")]
    CoordinateLength,
    #[error("x and y are no point of the curve")]
    OffCurve,
    #[error("x is a point of small order, under which anything verifies; generate a new key")]
    SmallOrder,
}
