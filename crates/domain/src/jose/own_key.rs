//! From a key pair of our own to the key we publish.

use super::{
    Algorithm, Jwk, KeyError,
    jwk::{Curve, KeyMaterial},
};

impl Jwk {
    /// The key to publish for a pair of our own. `public_key` is what the cryptographic library calls so: `RSAPublicKey` in DER
    /// (RFC 8017 §A.1.1), the uncompressed point (SEC 1 §2.3.3), or the 32 bytes of Ed25519. It has no `kid` yet: see
    /// [`Jwk::with_kid`].
    pub fn of_public_key(algorithm: Algorithm, public_key: &[u8]) -> Result<Self, KeyError> {
        let material = match algorithm {
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => rsa(public_key).ok_or(KeyError::Member("n"))?,
            Algorithm::Es256 => point(Curve::P256, public_key)?,
            Algorithm::Es384 => point(Curve::P384, public_key)?,
            Algorithm::EdDsa => KeyMaterial::Ed25519 { x: public_key.to_vec() },
        };
        Self::own(algorithm, material)
    }
}

fn point(curve: Curve, uncompressed: &[u8]) -> Result<KeyMaterial, KeyError> {
    let Some((0x04, coordinates)) = uncompressed.split_first() else {
        return Err(KeyError::OffCurve);
    };
    if coordinates.len() != 2 * curve.coordinate_bytes() {
        return Err(KeyError::CoordinateLength);
    }
    let (x, y) = coordinates.split_at(curve.coordinate_bytes());
    Ok(KeyMaterial::Ec { curve, x: x.to_vec(), y: y.to_vec() })
}

fn rsa(der: &[u8]) -> Option<KeyMaterial> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let (sequence, after) = element(SEQUENCE, der)?;
    let (n, rest) = element(INTEGER, sequence)?;
    let (e, rest) = element(INTEGER, rest)?;
    // A number whose first bit is set is written with a zero byte before it, to be no negative number.
    let unsigned = |number: &[u8]| number.strip_prefix(&[0]).unwrap_or(number).to_vec();
    (after.is_empty() && rest.is_empty()).then(|| KeyMaterial::Rsa { n: unsigned(n), e: unsigned(e) })
}

/// Splits DER after its first element, which must have this tag: (content, what follows).
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (short, rest) = rest.split_first()?;
    let (length, rest) = match *short {
        0..=0x7f => (usize::from(*short), rest),
        0x81 | 0x82 => {
            let (long, rest) = rest.split_at_checked(usize::from(*short & 0x0f))?;
            (long.iter().fold(0, |length, byte| length * 256 + usize::from(*byte)), rest)
        }
        _ => return None,
    };
    if *first == tag { rest.split_at_checked(length) } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::{JwkSet, signer};

    #[test]
    fn a_published_key_is_public_states_its_use_and_algorithm_and_is_good() {
        for pair in signer::all() {
            let key = pair.jwk().clone().with_kid("k1");
            let value = serde_json::to_value(&key).expect("plain");
            assert_eq!(value["use"], "sig");
            assert_eq!(value["alg"], pair.algorithm().as_str());
            let set = JwkSet::parse(&json!({ "keys": [value] })).expect("good");
            assert_eq!(set, JwkSet::of(vec![key]).expect("one"));
        }
    }

    #[test]
    fn bytes_of_another_kind_of_key_are_an_error() {
        for algorithm in Algorithm::ALL {
            for bytes in [&[][..], &[0x30], &[0x30, 0x82], &[0x30, 0x03, 2, 1, 1], &[0x04; 33]] {
                assert!(Jwk::of_public_key(algorithm, bytes).is_err(), "{algorithm} {bytes:?}");
            }
        }
    }
}
