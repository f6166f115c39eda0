//! What a person reads on one screen and types on another. RFC 8628 §6.1.

use std::fmt;

/// No vowels, so that no code is a word; no digits, so that nothing looks like one; nothing that depends on upper or lower case.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// 20⁸ codes: five guesses at one outstanding code succeed once in five billion times.
const LEN: usize = 8;

/// So much is read of what somebody typed; a code with everything that may stand around it is shorter.
const MOST_TYPED: usize = 64;

/// Eight letters of the twenty.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode([u8; LEN]);

impl UserCode {
    /// Out of `chance`, every code as likely as any other. `None` where too few of the bytes were of use, which happens once in
    /// a great many lives.
    pub fn draw(chance: &[u8; 32]) -> Option<Self> {
        // 240 is the largest multiple of twenty below 256: the bytes above it would favour some letters.
        let mut letters =
            chance.iter().filter(|byte| **byte < 240).filter_map(|byte| LETTERS.get(usize::from(byte % 20)));
        let mut code = [0; LEN];
        for place in &mut code {
            *place = *letters.next()?;
        }
        Some(Self(code))
    }

    /// What somebody typed: in upper or lower case, with spaces and punctuation wherever they like, and with the digits that look
    /// like a letter of the alphabet taken for it.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = [0; LEN];
        let mut places = code.iter_mut();
        for letter in typed.chars().take(MOST_TYPED).filter_map(significant) {
            *places.next()? = *LETTERS.iter().find(|known| char::from(**known) == letter)?;
        }
        let is_whole = places.next().is_none() && typed.chars().nth(MOST_TYPED).is_none();
        is_whole.then_some(Self(code))
    }

    /// As it is hashed.
    pub fn canonical(&self) -> String {
        self.0.iter().map(|letter| char::from(*letter)).collect()
    }

    /// As it is shown: in two halves.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(LEN / 2);
        let half = |letters: &[u8]| letters.iter().map(|letter| char::from(*letter)).collect::<String>();
        format!("{}-{}", half(first), half(second))
    }
}

/// The letter that a typed character stands for; none for what only stands between letters.
fn significant(typed: char) -> Option<char> {
    match typed {
        '2' => Some('Z'),
        '5' => Some('S'),
        '8' => Some('B'),
        _ if typed.is_alphanumeric() => Some(typed.to_ascii_uppercase()),
        _ => None,
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("****")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(typed: &str) -> Option<String> {
        UserCode::parse(typed).map(|code| code.canonical())
    }

    #[test]
    fn d11_case_spaces_and_punctuation_do_not_matter() {
        for typed in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "w.d.j.b—m/j h_t", "WDJB\u{a0}MJHT"] {
            assert_eq!(canonical(typed).as_deref(), Some("WDJBMJHT"), "{typed}");
        }
    }

    #[test]
    fn d11_digits_that_look_like_a_letter_are_taken_for_it_and_no_code_has_two_that_look_alike() {
        assert_eq!(canonical("58Z2-BBBB").as_deref(), Some("SBZZBBBB"));
        assert!(LETTERS.iter().all(|letter| !b"AEIOUY0123456789".contains(letter)));
        for typed in ["0DJB-MJHT", "ODJB-MJHT", "1DJB-MJHT"] {
            assert_eq!(canonical(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_is_shorter_longer_or_of_other_letters_is_no_code() {
        for typed in ["", "WDJB-MJH", "WDJB-MJHTB", "WDJB-MJHÜ", "----", &"W".repeat(100), &"-".repeat(100)]
        {
            assert_eq!(canonical(typed), None, "{typed}");
        }
        assert_eq!(canonical(&format!("{}WDJBMJHT{}", "-".repeat(30), " ".repeat(40))), None);
    }

    #[test]
    fn a_code_does_not_print() {
        assert_eq!(format!("{:?}", UserCode::parse("WDJB-MJHT")), "Some(****)");
    }

    #[test]
    fn bytes_that_would_favour_a_letter_are_passed_over() {
        let mut chance = [255; 32];
        assert_eq!(UserCode::draw(&chance), None);
        chance[10..18].copy_from_slice(&[0, 19, 20, 39, 239, 220, 1, 2]);
        assert_eq!(UserCode::draw(&chance).unwrap().shown(), "BZBZ-ZBCD");
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_read_back_however_it_is_typed(chance: [u8; 32]) {
            if let Some(code) = UserCode::draw(&chance) {
                prop_assert_eq!(UserCode::parse(&code.shown()), Some(code.clone()));
                prop_assert_eq!(UserCode::parse(&code.canonical().to_lowercase()), Some(code));
            }
        }

        #[test]
        fn nothing_that_is_typed_does_harm(typed in ".{0,80}") {
            if let Some(code) = UserCode::parse(&typed) {
                prop_assert_eq!(code.canonical().len(), LEN);
            }
        }
    }
}
