//! Codes for the day on which the phone is gone: ten of them, each once.

use crate::{
    id::Id,
    secret::{HashKey, Secret, SecretHash},
};

/// So many are made at a time.
pub const HOW_MANY: usize = 10;

/// How many bytes of chance are in one: 80 bits, two times what nobody guesses at twenty tries a day.
pub const BYTES: usize = 10;

/// Without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// As it is shown: four groups of four.
pub fn spelled(chance: [u8; BYTES]) -> Secret {
    let bits = chance.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let letter = |place: usize| {
        let index = usize::try_from((bits >> (75 - 5 * place)) & 31).unwrap_or(0);
        ALPHABET.get(index).map_or('0', |letter| char::from(*letter))
    };
    let mut text = String::with_capacity(19);
    for place in 0..16 {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(letter(place));
    }
    Secret::new(text)
}

/// The hash under which the code of an account is kept, whichever way it was typed; `None` for what cannot be a code.
pub fn hash(key: &HashKey, account_id: &Id, typed: &str) -> Option<SecretHash> {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let code: String = letters
        .map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let is_code = code.len() == 16 && code.bytes().all(|letter| ALPHABET.contains(&letter));
    is_code.then(|| key.hash(&format!("recovery code {account_id} {code}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::fixtures::id;

    fn hash_of(typed: &str) -> Option<String> {
        hash(&HashKey::new(&[1; 32]), &id(1), typed).map(|hash| hash.as_str().to_owned())
    }

    #[test]
    fn a_code_is_four_groups_of_four_and_every_bit_counts() {
        assert_eq!(spelled([0; BYTES]).expose(), "0000-0000-0000-0000");
        assert_eq!(spelled([0xff; BYTES]).expose(), "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(spelled([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]).expose(), "0000-0000-0000-0001");
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let as_shown = hash_of("0123-4567-89ab-cdef");
        assert!(as_shown.is_some());
        for typed in ["0123456789abcdef", " O123 4567 89AB CDEF ", "0l23-4567-89ab-cdef"] {
            assert_eq!(hash_of(typed), as_shown, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_has_no_hash() {
        for typed in
            ["", "0123-4567-89ab-cde", "0123-4567-89ab-cdeff", "u123-4567-89ab-cdef", "é123456789abcde"]
        {
            assert_eq!(hash_of(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_same_code_of_another_account_has_another_hash() {
        let other = hash(&HashKey::new(&[1; 32]), &id(2), "0123-4567-89ab-cdef");
        assert_ne!(other.map(|hash| hash.as_str().to_owned()), hash_of("0123-4567-89ab-cdef"));
    }
}
