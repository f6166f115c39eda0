//! State strings: what tells a client whether what it has is still what there is. RFC 8620 §5.1.

use std::fmt;

/// The state of all data of a type in an account, of a query, or of the session; only ever compared for equality by clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(Box<str>);

impl State {
    /// Takes any string: one from a client may be anything, and what it means is decided where states are made.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
