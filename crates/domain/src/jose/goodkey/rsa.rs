//! RSA: long enough to hold, short enough to check, and not made by a generator known to be broken. RFC 7518 §3.3.

use num_bigint::BigUint;

use crate::jose::KeyError;

const BITS: std::ops::RangeInclusive<u64> = 2048..=4096;
/// 65537, big-endian: the one exponent everybody uses and every library takes.
const EXPONENT: &[u8] = &[1, 0, 1];
/// A modulus with a factor up to here is no product of two random primes.
const TRIAL_DIVISION: u32 = 751;
/// The faulty generator makes primes that are powers of 65537 modulo the product of the primes up to here (or further).
const ROCA_PRIMES: u32 = 167;
const FERMAT_ROUNDS: u32 = 100;

pub(super) fn check(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    if e != EXPONENT {
        return Err(KeyError::RsaExponent);
    }
    // The length first: nothing is computed with a number of a size we did not choose.
    if n.len() > 512 || n.first().is_none_or(|first| *first == 0) {
        return Err(KeyError::RsaSize);
    }
    let n = BigUint::from_bytes_be(n);
    if !BITS.contains(&n.bits()) {
        return Err(KeyError::RsaSize);
    }
    if primes_to(TRIAL_DIVISION).any(|prime| residue(&n, prime) == 0) {
        return Err(KeyError::RsaSmallFactor);
    }
    if has_roca_fingerprint(&n) {
        return Err(KeyError::RsaRoca);
    }
    if has_close_primes(&n) {
        return Err(KeyError::RsaClosePrimes);
    }
    Ok(())
}

/// Whether the modulus is a power of 65537 modulo every small odd prime. Both primes of a key made by the faulty generator
/// (CVE-2017-15361) are, hence so is their product; a random modulus is with a chance below one in a hundred million.
fn has_roca_fingerprint(n: &BigUint) -> bool {
    primes_to(ROCA_PRIMES)
        .filter(|prime| *prime != 2)
        .all(|prime| is_power_of_65537(residue(n, prime), prime))
}

fn is_power_of_65537(wanted: u32, prime: u32) -> bool {
    let mut power = 1;
    loop {
        if power == wanted {
            return true;
        }
        power = power * (65537 % prime) % prime;
        if power == 1 {
            return false;
        }
    }
}

/// Fermat's factorisation, as far as a stranger would try it on a laptop: with n = a² − b², the smaller b the sooner it is found.
fn has_close_primes(n: &BigUint) -> bool {
    let mut a = n.sqrt();
    if &a * &a == *n {
        return true;
    }
    a += 1u32;
    let mut b_squared = &a * &a - n;
    for _ in 0..FERMAT_ROUNDS {
        if is_square(&b_squared) {
            return true;
        }
        b_squared += &a + &a + 1u32;
        a += 1u32;
    }
    false
}

/// The cheap residues first: the root is drawn of about one number in a hundred.
fn is_square(number: &BigUint) -> bool {
    let could_be = |modulus: u32| {
        let wanted = residue(number, modulus);
        (0..modulus).any(|root| root * root % modulus == wanted)
    };
    if ![64, 63, 65, 11].into_iter().all(could_be) {
        return false;
    }
    let root = number.sqrt();
    &root * &root == *number
}

fn residue(n: &BigUint, modulus: u32) -> u32 {
    // What is left over is below the modulus, so it always fits.
    u32::try_from(n % modulus).unwrap_or(0)
}

fn primes_to(limit: u32) -> impl Iterator<Item = u32> {
    (2..=limit).filter(|candidate| {
        (2..*candidate)
            .take_while(|divisor| divisor * divisor <= *candidate)
            .all(|divisor| candidate % divisor != 0)
    })
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;
    use crate::jose::signer;

    fn check_number(n: &BigUint) -> Result<(), KeyError> {
        check(&n.to_bytes_be(), EXPONENT)
    }

    fn good() -> BigUint {
        BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(signer::RFC7638_N).expect("base64"))
    }

    fn product_of_primes(limit: u32) -> BigUint {
        primes_to(limit).fold(BigUint::from(1u32), |product, prime| product * prime)
    }

    #[test]
    fn the_published_examples_are_good_keys() {
        assert_eq!(check_number(&good()), Ok(()));
        let other = URL_SAFE_NO_PAD.decode(signer::RFC7515_A2_N).expect("base64");
        assert_eq!(check(&other, EXPONENT), Ok(()));
    }

    #[test]
    fn a_modulus_of_512_1024_2047_4097_or_8192_bits_is_refused() {
        for bits in [512u64, 1024, 2047, 4097, 8192] {
            let n = (BigUint::from(1u32) << (bits - 1)) + 1u32;
            assert_eq!(check_number(&n), Err(KeyError::RsaSize), "{bits}");
        }
        assert_eq!(check(&[], EXPONENT), Err(KeyError::RsaSize));
        let padded = [&[0], good().to_bytes_be().as_slice()].concat();
        assert_eq!(check(&padded, EXPONENT), Err(KeyError::RsaSize));
    }

    #[test]
    fn any_exponent_but_65537_is_refused() {
        let beyond_64_bits: &[u8] = &[1, 0, 0, 0, 0, 0, 0, 0, 1];
        for e in [&[][..], &[1], &[2], &[3], &[0, 1, 0, 1], &[1, 0, 0], beyond_64_bits] {
            assert_eq!(check(&good().to_bytes_be(), e), Err(KeyError::RsaExponent));
        }
    }

    #[test]
    fn an_even_modulus_and_one_with_a_small_factor_are_refused() {
        assert_eq!(check_number(&(good() - 1u32)), Err(KeyError::RsaSmallFactor));
        let multiple = (BigUint::from(1u32) << 2040) * 751u32;
        assert_eq!(check_number(&(multiple + 751u32)), Err(KeyError::RsaSmallFactor));
    }

    #[test]
    fn a_modulus_with_the_fingerprint_of_roca_is_refused() {
        let product = product_of_primes(ROCA_PRIMES);
        let power = BigUint::from(65537u32).modpow(&BigUint::from(1_234_567u32), &product);
        // Lifted to full length; the first such number without a small factor.
        let lifted = (1u32..100_000)
            .map(|k| ((BigUint::from(1u32) << 1900) + k) * &product + &power)
            .find(|n| primes_to(TRIAL_DIVISION).all(|prime| residue(n, prime) != 0));
        assert_eq!(check_number(&lifted.expect("one of many")), Err(KeyError::RsaRoca));
    }

    #[test]
    fn a_modulus_of_two_close_factors_is_refused() {
        // Neighbours of a multiple of all small primes: without small factors themselves, and two apart.
        let middle = product_of_primes(TRIAL_DIVISION) << 200;
        let n = (&middle - 1u32) * (&middle + 1u32);
        assert_eq!(check_number(&n), Err(KeyError::RsaClosePrimes));
        // A distance d is found after d²/(8·p) steps: here fifty, and beyond the hundred we try.
        let distant = |steps: u32| {
            let distance: BigUint = &middle * (steps * 8);
            &middle + ((distance.sqrt() >> 1) << 1)
        };
        assert!(has_close_primes(&(&middle * distant(50))));
        assert!(!has_close_primes(&(&middle * distant(150))));
        assert!(has_close_primes(&(&middle * &middle)));
        assert!(!has_close_primes(&good()));
    }

    #[test]
    fn squares_are_told_from_their_neighbours() {
        for root in 2u32..400 {
            let square = BigUint::from(root) * root;
            assert!(is_square(&square));
            assert!(!is_square(&(square + 1u32)));
        }
    }
}
