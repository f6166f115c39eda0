//! The ids of records and accounts: 1 to 255 octets of the URL-safe base64 alphabet. RFC 8620 §1.2.

use std::fmt;

const MAX_OCTETS: usize = 255;

/// An id as the server assigned it; opaque to everybody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Box<str>);

/// The text is not of the form of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 255 of the characters A-Z, a-z, 0-9, - and _")]
pub struct NotAnId;

impl Id {
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if text.is_empty() || text.len() > MAX_OCTETS || !text.bytes().all(is_allowed) {
            return Err(NotAnId);
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_url_safe_alphabet() {
        for text in ["a", "A-z_09", "singleton", &"x".repeat(255)] {
            assert_eq!(Id::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_has_another_character_or_length_is_no_id() {
        for text in ["", "a b", "a=", "#a", "a/b", "é", "a\0", &"x".repeat(256)] {
            assert_eq!(Id::parse(text), Err(NotAnId), "{text}");
        }
    }
}
