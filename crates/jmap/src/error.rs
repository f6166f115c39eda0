//! Errors of one call, which stand in the place of its response: RFC 8620 §3.6.2, §5.1–5.6.

use serde_json::Value;

use crate::json::Object;

macro_rules! types {
    ($($name:ident $text:literal $source:literal,)*) => {
        /// The type of a method-level error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MethodErrorType { $(#[doc = $source] $name,)* }

        impl MethodErrorType {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The value of the member `type`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

types! {
    ServerUnavailable "serverUnavailable" "RFC 8620 §3.6.2",
    ServerFail "serverFail" "RFC 8620 §3.6.2",
    ServerPartialFail "serverPartialFail" "RFC 8620 §3.6.2",
    UnknownMethod "unknownMethod" "RFC 8620 §3.6.2",
    InvalidArguments "invalidArguments" "RFC 8620 §3.6.2",
    InvalidResultReference "invalidResultReference" "RFC 8620 §3.6.2",
    Forbidden "forbidden" "RFC 8620 §3.6.2",
    AccountNotFound "accountNotFound" "RFC 8620 §3.6.2",
    AccountNotSupportedByMethod "accountNotSupportedByMethod" "RFC 8620 §3.6.2",
    AccountReadOnly "accountReadOnly" "RFC 8620 §3.6.2",
    RequestTooLarge "requestTooLarge" "RFC 8620 §5.1, §5.3",
    CannotCalculateChanges "cannotCalculateChanges" "RFC 8620 §5.2, §5.6",
    StateMismatch "stateMismatch" "RFC 8620 §5.3",
    FromAccountNotFound "fromAccountNotFound" "RFC 8620 §5.4",
    FromAccountNotSupportedByMethod "fromAccountNotSupportedByMethod" "RFC 8620 §5.4",
    AnchorNotFound "anchorNotFound" "RFC 8620 §5.5",
    UnsupportedSort "unsupportedSort" "RFC 8620 §5.5",
    UnsupportedFilter "unsupportedFilter" "RFC 8620 §5.5",
    TooManyChanges "tooManyChanges" "RFC 8620 §5.6",
}

/// A refused call. The description is for whoever debugs a client, never for a user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{}", kind.as_str(), if description.is_some() { ": " } else { "" }, description.as_deref().unwrap_or_default())]
pub struct MethodError {
    kind: MethodErrorType,
    description: Option<String>,
}

impl MethodError {
    pub fn new(kind: MethodErrorType, description: impl Into<String>) -> Self {
        Self { kind, description: Some(description.into()) }
    }

    /// The most frequent of them all.
    pub fn invalid_arguments(description: impl Into<String>) -> Self {
        Self::new(MethodErrorType::InvalidArguments, description)
    }

    pub const fn kind(&self) -> MethodErrorType {
        self.kind
    }

    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The arguments of the `error` response.
    pub fn to_arguments(&self) -> Object {
        let mut arguments = Object::new();
        arguments.insert("type".to_owned(), self.kind.as_str().into());
        if let Some(description) = &self.description {
            arguments.insert("description".to_owned(), Value::from(description.as_str()));
        }
        arguments
    }
}

impl From<MethodErrorType> for MethodError {
    fn from(kind: MethodErrorType) -> Self {
        Self { kind, description: None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_type_has_a_name_of_its_own() {
        let names: BTreeSet<_> = MethodErrorType::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), MethodErrorType::ALL.len());
    }

    #[test]
    fn an_error_without_a_description_has_no_such_member() {
        let error = MethodError::from(MethodErrorType::UnknownMethod);
        assert_eq!(Value::Object(error.to_arguments()), serde_json::json!({ "type": "unknownMethod" }));
    }
}
