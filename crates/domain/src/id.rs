//! Names for rows: unique, never reused, and growing with time so that an index is appended to, not scattered over.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// A 128-bit identifier written as 26 characters of base32hex: 48 bits of milliseconds, 16 of sequence, 64 of chance.
///
/// Two ids compare as text in the order in which they were made (on one node).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

impl Id {
    /// How many characters an id has.
    pub const LEN: usize = 26;

    /// The id of `now`, the `sequence`-th of its millisecond, made unguessable by `entropy`.
    pub fn new(now: Timestamp, sequence: u16, entropy: [u8; 8]) -> Self {
        let time = u128::from(u64::try_from(now.millis()).unwrap_or(0)) & 0xffff_ffff_ffff;
        let bits = (time << 80) | (u128::from(sequence) << 64) | u128::from(u64::from_be_bytes(entropy));
        Self((0..Self::LEN).rev().map(|group| letter(bits >> (group * 5))).collect())
    }

    /// Reads an id as it is written; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed =
            text.len() == Self::LEN && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v'));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The 128 bits that the text writes down.
    pub fn bits(&self) -> u128 {
        let value = |letter: u8| ALPHABET.iter().position(|known| *known == letter).unwrap_or(0);
        self.0.bytes().fold(0, |bits, letter| (bits << 5) | u128::try_from(value(letter)).unwrap_or(0))
    }

    /// An id that is part of the program.
    pub(crate) fn from_static(text: &'static str) -> Self {
        debug_assert!(Self::parse(text).is_some(), "not an id: {text}");
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn letter(bits: u128) -> char {
    let index = usize::try_from(bits & 31).unwrap_or(0);
    ALPHABET.get(index).map_or('0', |byte| char::from(*byte))
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an id is 26 characters of 0-9 and a-v")
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_after_earlier_ones_whatever_chance_says() {
        let early = Id::new(Timestamp::from_millis(1_000), 7, [0xff; 8]);
        let next = Id::new(Timestamp::from_millis(1_000), 8, [0; 8]);
        let late = Id::new(Timestamp::from_millis(1_001), 0, [0; 8]);
        assert!(early < next && next < late);
    }

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let id = Id::new(Timestamp::from_millis(1_790_000_000_000), 3, *b"whatever");
        assert_eq!(Id::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id.as_str().len(), Id::LEN);
    }

    #[test]
    fn the_bits_of_an_id_are_its_time_its_sequence_and_its_chance() {
        let id = Id::new(Timestamp::from_millis(0x1234), 0x56, [0x78; 8]);
        assert_eq!(id.bits(), 0x1234_0056_7878_7878_7878_7878);
    }

    #[test]
    fn other_text_is_no_id() {
        assert_eq!(Id::parse(""), None);
        assert_eq!(Id::parse("0123456789ABCDEFGHIJKLMNOP"), None);
        assert_eq!(Id::parse("0123456789abcdefghijklmnop0"), None);
    }
}
