//! The one table of what a peer may hear: code, HTTP status and the section that defines it.
//!
//! A step's own enum says what happened, for log and test; it becomes a [`Refusal`] here and nowhere is a code chosen by looking
//! into a message.

use std::borrow::Cow;

macro_rules! table {
    ($($name:ident $code:literal $status:literal $source:literal,)*) => {
        /// An error code of the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode { $(#[doc = $source] $name,)* }

        impl ErrorCode {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The value of the `error` member or parameter.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status where the error is an answer of its own and not part of a redirect.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The document and section that define the code.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$name => $source,)* }
            }
        }
    };
}

table! {
    InvalidRequest "invalid_request" 400 "RFC 6749 §5.2",
    InvalidClient "invalid_client" 401 "RFC 6749 §5.2",
    InvalidGrant "invalid_grant" 400 "RFC 6749 §5.2",
    UnauthorizedClient "unauthorized_client" 400 "RFC 6749 §5.2",
    UnsupportedGrantType "unsupported_grant_type" 400 "RFC 6749 §5.2",
    InvalidScope "invalid_scope" 400 "RFC 6749 §5.2",
    AccessDenied "access_denied" 403 "RFC 6749 §4.1.2.1",
    UnsupportedResponseType "unsupported_response_type" 400 "RFC 6749 §4.1.2.1",
    ServerError "server_error" 500 "RFC 6749 §4.1.2.1",
    TemporarilyUnavailable "temporarily_unavailable" 503 "RFC 6749 §4.1.2.1",
    AuthorizationPending "authorization_pending" 400 "RFC 8628 §3.5",
    SlowDown "slow_down" 400 "RFC 8628 §3.5",
    ExpiredToken "expired_token" 400 "RFC 8628 §3.5",
    InvalidTarget "invalid_target" 400 "RFC 8707 §2",
    InvalidToken "invalid_token" 401 "RFC 6750 §3.1",
    InsufficientScope "insufficient_scope" 403 "RFC 6750 §3.1",
    UnsupportedTokenType "unsupported_token_type" 400 "RFC 7009 §2.2.1",
    InvalidRedirectUri "invalid_redirect_uri" 400 "RFC 7591 §3.2.2",
    InvalidClientMetadata "invalid_client_metadata" 400 "RFC 7591 §3.2.2",
    InvalidSoftwareStatement "invalid_software_statement" 400 "RFC 7591 §3.2.2",
    UnapprovedSoftwareStatement "unapproved_software_statement" 400 "RFC 7591 §3.2.2",
    LoginRequired "login_required" 400 "OpenID Connect Core §3.1.2.6",
    ConsentRequired "consent_required" 400 "OpenID Connect Core §3.1.2.6",
    InteractionRequired "interaction_required" 400 "OpenID Connect Core §3.1.2.6",
    AccountSelectionRequired "account_selection_required" 400 "OpenID Connect Core §3.1.2.6",
    RequestNotSupported "request_not_supported" 400 "OpenID Connect Core §3.1.2.6",
    RequestUriNotSupported "request_uri_not_supported" 400 "OpenID Connect Core §3.1.2.6",
    RegistrationNotSupported "registration_not_supported" 400 "OpenID Connect Core §3.1.2.6",
}

/// A no: a code of the table and one sentence for the developer at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: ErrorCode,
    description: Cow<'static, str>,
    violations: Vec<Violation>,
}

/// One thing of a registration that a policy does not allow, and what would mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The policy, in the words of whoever wrote it.
    pub policy: String,
    /// The member of the metadata; `door` where it is the way in.
    pub field: &'static str,
    /// What it said, or what stands for it where it said nothing.
    pub value: String,
    pub rule: String,
    pub remedy: String,
}

impl Refusal {
    /// Keeps `description` to the characters that RFC 6749 §5.2 allows: printable ASCII without `"` and `\`. It names the field and
    /// the remedy and never repeats what the peer sent.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        let description = if description.chars().all(allowed) {
            description
        } else {
            Cow::Owned(description.chars().map(|c| if allowed(c) { c } else { '\'' }).collect())
        };
        Self { code, description, violations: Vec::new() }
    }

    /// As [`Refusal::new`] with the rule that is broken first, and all of them beside it.
    pub fn of_violations(code: ErrorCode, violations: Vec<Violation>) -> Self {
        let first = violations.first().map(|violation| violation.rule.clone());
        Self { violations, ..Self::new(code, first.unwrap_or_default()) }
    }

    /// What policies have against it; empty where it is something else.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    pub fn description(&self) -> &str {
        &self.description
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_share_a_code() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn a_description_keeps_to_the_characters_of_rfc_6749() {
        let refusal = Refusal::new(ErrorCode::InvalidRequest, "a \"b\" \\ ü\n");
        assert_eq!(refusal.description(), "a 'b' ' ''");
    }
}
