//! Whether a key is worth trusting: a key can be well-formed and still let a stranger sign. RFC 8725 §3.4.

mod ed25519;
mod rsa;

use super::{KeyError, jwk::KeyMaterial, verifying_key};

/// Names the first reason not to trust the key.
pub(super) fn check(material: &KeyMaterial) -> Result<(), KeyError> {
    match material {
        KeyMaterial::Rsa { n, e } => rsa::check(n, e),
        // The library refuses a point off the curve when it reads one; both curves have prime order, so nothing else can be wrong.
        KeyMaterial::Ec { curve, x, y } => verifying_key::parse_point(*curve, x, y).map(drop),
        KeyMaterial::Ed25519 { x } => ed25519::check(x),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jose::{JwkSet, signer};

    fn parsed(crv: &str, x: &str, y: &str) -> Result<JwkSet, KeyError> {
        let key: Value = json!({"kty": "EC", "crv": crv, "x": x, "y": y});
        JwkSet::parse(&json!({ "keys": [key] }))
    }

    #[test]
    fn a_set_with_one_weak_key_among_good_ones_is_refused() {
        let good = json!({"kty": "RSA", "n": signer::RFC7638_N, "e": "AQAB"});
        let weak = json!({"kty": "RSA", "n": signer::RFC7638_N, "e": "Aw"});
        let small = json!({"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)});
        let outcome = |key: &Value| JwkSet::parse(&json!({ "keys": [good, key] })).err();
        assert_eq!(outcome(&good), None);
        assert_eq!(outcome(&weak), Some(KeyError::RsaExponent));
        assert_eq!(outcome(&small), Some(KeyError::SmallOrder));
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let (x, y) = (signer::RFC7515_A3_X, signer::RFC7515_A3_Y);
        assert!(parsed("P-256", x, y).is_ok());
        assert_eq!(parsed("P-256", y, x), Err(KeyError::OffCurve));
        assert_eq!(parsed("P-256", x, x), Err(KeyError::OffCurve));
        let zero = "A".repeat(43);
        assert_eq!(parsed("P-256", &zero, &zero), Err(KeyError::OffCurve));
        let zero = "A".repeat(64);
        assert_eq!(parsed("P-384", &zero, &zero), Err(KeyError::OffCurve));
    }

    #[test]
    fn a_coordinate_of_another_length_is_refused() {
        let (x, y) = (signer::RFC7515_A3_X, signer::RFC7515_A3_Y);
        assert_eq!(parsed("P-384", x, y), Err(KeyError::CoordinateLength));
        assert_eq!(parsed("P-256", &format!("AA{x}"), y).err(), Some(KeyError::Member("x")));
        assert_eq!(parsed("P-256", &"A".repeat(44), y), Err(KeyError::CoordinateLength));
        assert_eq!(parsed("P-256", "", y), Err(KeyError::CoordinateLength));
    }

    #[test]
    fn other_curves_and_loose_base64_are_refused() {
        let (x, y) = (signer::RFC7515_A3_X, signer::RFC7515_A3_Y);
        for crv in ["P-521", "secp256k1", "p-256", "Ed25519", ""] {
            assert_eq!(parsed(crv, x, y), Err(KeyError::Curve), "{crv}");
        }
        assert_eq!(parsed("P-256", &format!("{x}="), y), Err(KeyError::Member("x")));
        assert_eq!(parsed("P-256", x, &y.replace('_', "/")), Err(KeyError::Member("y")));
    }
}
