//! Errors of a request as a whole, as problem details: RFC 8620 §3.6.1, RFC 7807 §3.

use serde_json::{Value, json};

/// The longest part of a stranger's text that an answer repeats, in characters.
const MAX_ECHO: usize = 200;

/// Why no call of a request was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("this server does not support the capability '{capability}'")]
    UnknownCapability { capability: String },
    #[error("the request is not application/json in the form of I-JSON: {reason}")]
    NotJson { reason: String },
    #[error("the JSON is not a Request object: {reason}")]
    NotRequest { reason: &'static str },
    #[error("the request is beyond the limit {}", limit.as_str())]
    Limit { limit: Limit },
}

/// The limit of the core capability that a request went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    MaxSizeRequest,
    MaxCallsInRequest,
    MaxConcurrentRequests,
    MaxSizeUpload,
    MaxConcurrentUpload,
}

impl Limit {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxSizeRequest => "maxSizeRequest",
            Self::MaxCallsInRequest => "maxCallsInRequest",
            Self::MaxConcurrentRequests => "maxConcurrentRequests",
            Self::MaxSizeUpload => "maxSizeUpload",
            Self::MaxConcurrentUpload => "maxConcurrentUpload",
        }
    }
}

impl Problem {
    /// The status of the answer that carries the problem.
    pub const STATUS: u16 = 400;

    pub(crate) fn unknown_capability(capability: &str) -> Self {
        Self::UnknownCapability { capability: capability.chars().take(MAX_ECHO).collect() }
    }

    /// The value of `type`.
    pub const fn problem_type(&self) -> &'static str {
        match self {
            Self::UnknownCapability { .. } => "urn:ietf:params:jmap:error:unknownCapability",
            Self::NotJson { .. } => "urn:ietf:params:jmap:error:notJSON",
            Self::NotRequest { .. } => "urn:ietf:params:jmap:error:notRequest",
            Self::Limit { .. } => "urn:ietf:params:jmap:error:limit",
        }
    }

    /// The problem details object, for a body of type `application/problem+json`.
    pub fn to_json(&self) -> Value {
        let mut details =
            json!({ "type": self.problem_type(), "status": Self::STATUS, "detail": self.to_string() });
        if let (Self::Limit { limit }, Some(members)) = (self, details.as_object_mut()) {
            members.insert("limit".to_owned(), limit.as_str().into());
        }
        details
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_named_in_the_problem() {
        let details = Problem::Limit { limit: Limit::MaxSizeRequest }.to_json();
        assert_eq!(details["type"], "urn:ietf:params:jmap:error:limit");
        assert_eq!(details["limit"], "maxSizeRequest");
        assert_eq!(details["status"], 400);
    }

    #[test]
    fn a_long_capability_is_not_repeated_in_full() {
        let details = Problem::unknown_capability(&"é".repeat(10_000)).to_json();
        assert!(details["detail"].as_str().unwrap().chars().count() < 300);
        assert_eq!(details.get("limit"), None);
    }
}
