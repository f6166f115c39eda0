//! What goes into a statement and comes out of a row: three types that both databases have.

use std::fmt;

use domain::id::Id;
use domain::time::Timestamp;

/// A parameter or a column: TEXT, BIGINT, BOOLEAN, or nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Int(i64),
    Bool(bool),
    Null,
}

impl Value {
    /// Whether this is text that PostgreSQL has no place for. What comes in refuses it by its own name; this is the net below.
    pub(crate) fn holds_nul(&self) -> bool {
        matches!(self, Self::Text(text) if text.contains('\0'))
    }

    /// The name of the type, which may be printed where the content may not.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Int(_) => "an integer",
            Self::Bool(_) => "a boolean",
            Self::Null => "null",
        }
    }
}

/// Prints the type alone: what is stored may be personal or derived from a secret.
impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.kind())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

/// Stored as milliseconds since 1970.
impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Int(moment.millis())
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        Self::Text(id.into())
    }
}

impl From<&Id> for Value {
    fn from(id: &Id) -> Self {
        Self::from(id.as_str())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_of_a_value_is_its_type_and_not_its_content() {
        assert_eq!(format!("{:?}", Value::from("hunter2")), "text");
        assert_eq!(format!("{:?}", Value::from(Some(7_i64))), "an integer");
    }

    #[test]
    fn nothing_becomes_null() {
        assert_eq!(Value::from(None::<&str>), Value::Null);
        assert_eq!(Value::from(Some("a")), Value::Text("a".to_owned()));
    }
}
