//! Ed25519: a point of the curve, written in the one right way, and not one of the eight under which signatures mean nothing.
//! RFC 8032 §5.1.3, RFC 8725 §3.4.

use std::sync::LazyLock;

use num_bigint::BigUint;

use crate::jose::KeyError;

/// The field and the curve −x² + y² = 1 + d·x²·y² (RFC 8032 §5.1).
struct Field {
    p: BigUint,
    d: BigUint,
}

static FIELD: LazyLock<Field> = LazyLock::new(|| {
    let p = (BigUint::from(1u32) << 255) - 19u32;
    // d = −121665/121666, the quotient by Fermat's little theorem.
    let inverse = BigUint::from(121_666u32).modpow(&(&p - 2u32), &p);
    let d = (&p - 121_665u32) * inverse % &p;
    Field { p, d }
});

pub(super) fn check(x: &[u8]) -> Result<(), KeyError> {
    if x.len() != 32 {
        return Err(KeyError::CoordinateLength);
    }
    let Field { p, d } = &*FIELD;
    // The member `x` carries the y coordinate, little-endian, and one sign bit on top.
    let mut encoded = BigUint::from_bytes_le(x);
    encoded.set_bit(255, false);
    let y = &encoded % p;
    let y2 = &y * &y % p;
    if is_small_order(&y, &y2) {
        return Err(KeyError::SmallOrder);
    }
    // x² = (y² − 1) / (d·y² + 1) has a root exactly if the product of the two has one (Euler's criterion).
    let product = (&y2 + (p - 1u32)) * (d * &y2 + 1u32) % p;
    let has_root = product.modpow(&((p - 1u32) / 2u32), p) == BigUint::from(1u32);
    if encoded == y && has_root { Ok(()) } else { Err(KeyError::OffCurve) }
}

/// The points of order 1 and 2 have y = ±1, those of order 4 y = 0; doubling one of order 8 must give y = 0, that is x² = −y²,
/// which put into the curve's equation is d·y⁴ + 2·y² − 1 = 0.
fn is_small_order(y: &BigUint, y2: &BigUint) -> bool {
    let Field { p, d } = &*FIELD;
    let zero = BigUint::ZERO;
    let order_8 = (d * y2 % p * y2 + y2 + y2 + (p - 1u32)) % p;
    *y == zero || *y2 == BigUint::from(1u32) || order_8 == zero
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;
    use crate::jose::signer;

    fn bytes(number: &BigUint) -> [u8; 32] {
        let mut bytes = [0; 32];
        let digits = number.to_bytes_le();
        bytes[..digits.len()].copy_from_slice(&digits);
        bytes
    }

    #[test]
    fn the_key_of_rfc_8037_and_fresh_ones_are_good() {
        let published = URL_SAFE_NO_PAD.decode(signer::RFC8037_X).expect("base64");
        assert_eq!(check(&published), Ok(()));
        for seed in 0..8 {
            assert_eq!(check(&signer::ed25519_public_key([seed; 32])), Ok(()));
        }
    }

    #[test]
    fn the_points_of_order_1_2_and_4_are_refused_in_every_spelling() {
        let p = &FIELD.p;
        let one = BigUint::from(1u32);
        for y in [BigUint::ZERO, one.clone(), p - &one, p.clone(), p + &one] {
            assert_eq!(check(&bytes(&y)), Err(KeyError::SmallOrder), "{y}");
            let signed = &y + (&one << 255);
            assert_eq!(check(&bytes(&signed)), Err(KeyError::SmallOrder), "{y}");
        }
    }

    #[test]
    fn the_points_of_order_8_are_refused() {
        for hex in [
            "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
            "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
        ] {
            let y = BigUint::parse_bytes(hex.as_bytes(), 16).expect("hex");
            assert_eq!(check(&bytes(&y)), Err(KeyError::SmallOrder));
        }
    }

    #[test]
    fn a_number_without_a_point_and_a_number_beyond_the_field_are_refused() {
        assert_eq!(check(&bytes(&BigUint::from(2u32))), Err(KeyError::OffCurve));
        let beyond = &FIELD.p + 3u32;
        assert_eq!(check(&bytes(&BigUint::from(3u32))), Ok(()));
        assert_eq!(check(&bytes(&beyond)), Err(KeyError::OffCurve));
        assert_eq!(check(&[9; 31]), Err(KeyError::CoordinateLength));
        assert_eq!(check(&[9; 33]), Err(KeyError::CoordinateLength));
    }
}
