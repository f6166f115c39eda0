//! What a token may do: a set of scope tokens. RFC 6749 §3.3.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// The most scope tokens a request may carry, and the most bytes.
pub const MAX_TOKENS: usize = 32;
pub const MAX_BYTES: usize = 1024;

/// A set of scope tokens, written with single spaces in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(BTreeSet<String>);

/// Why a text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeError {
    TooLong,
    TooMany,
    /// A character outside %x21 / %x23-5B / %x5D-7E.
    BadCharacter,
}

impl Scope {
    /// Reads a scope leniently in its spaces (leading, trailing and double ones do no harm) and strictly in its characters.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_BYTES {
            return Err(ScopeError::TooLong);
        }
        if !text.bytes().all(|byte| matches!(byte, b' ' | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(ScopeError::BadCharacter);
        }
        let tokens: BTreeSet<_> =
            text.split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect();
        if tokens.len() > MAX_TOKENS {
            return Err(ScopeError::TooMany);
        }
        Ok(Self(tokens))
    }

    /// A scope of tokens known to be well formed.
    pub fn of(tokens: &[&str]) -> Self {
        Self(tokens.iter().map(|token| (*token).to_owned()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, token: &str) -> bool {
        self.0.contains(token)
    }

    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Those tokens that `is_wanted`.
    #[must_use]
    pub fn filter(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|token| is_wanted(token)).cloned().collect())
    }

    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str(" ")?;
            }
            out.write_str(token)?;
        }
        Ok(())
    }
}

impl fmt::Display for ScopeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::TooLong => "scope is longer than 1024 bytes",
            Self::TooMany => "scope has more than 32 values",
            Self::BadCharacter => "scope has a character that RFC 6749 section 3.3 does not allow",
        })
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spaces_are_read_leniently_and_written_strictly() {
        assert_eq!(Scope::parse("  openid   email ").unwrap().to_string(), "email openid");
    }

    #[test]
    fn quotes_and_control_characters_are_refused() {
        assert_eq!(Scope::parse("a\"b"), Err(ScopeError::BadCharacter));
        assert_eq!(Scope::parse("a\nb"), Err(ScopeError::BadCharacter));
        assert_eq!(Scope::parse("ä"), Err(ScopeError::BadCharacter));
    }

    #[test]
    fn the_thirty_third_value_is_one_too_many() {
        let text = (0..33).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(Scope::parse(&text), Err(ScopeError::TooMany));
    }

    proptest! {
        #[test]
        fn what_is_accepted_reads_back_equal(text in ".{0,60}") {
            if let Ok(scope) = Scope::parse(&text) {
                prop_assert_eq!(Scope::parse(&scope.to_string()), Ok(scope));
            }
        }
    }
}
