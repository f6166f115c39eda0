//! The one function that says no in JSON: code and status by the table of `domain::error`.

use axum::response::{IntoResponse, Response};
use domain::error::{ErrorCode, Refusal, Violation};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use store::StoreError;

use crate::{keys::ring::KeyError, pace::TooOften, password::Busy};

use super::answer;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub enum Failure {
    Refused(Refusal),
    /// The same with the status that a specification gives this endpoint, where the table has another.
    At(StatusCode, Refusal),
    /// A bearer credential is needed and none was sent: 401 with a bare challenge. RFC 6750 §3.1.
    Unauthenticated(Refusal),
    /// The body is larger than the route accepts.
    TooLarge,
    /// The body is not of the type the route reads.
    UnsupportedMediaType(&'static str),
    Store(StoreError),
    Key(KeyError),
    Busy,
    /// The source asked too often: 429 and when to come back. RFC 6585 §4.
    TooOften(TooOften),
}

impl Failure {
    pub fn new(code: ErrorCode, description: &'static str) -> Self {
        Self::Refused(Refusal::new(code, description))
    }

    /// What the peer is told to be at fault; nothing where it is not at fault.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(refusal) | Self::At(_, refusal) | Self::Unauthenticated(refusal) => {
                Some(refusal.code())
            }
            Self::TooLarge | Self::UnsupportedMediaType(_) => Some(ErrorCode::InvalidRequest),
            Self::Store(_) | Self::Key(_) | Self::Busy | Self::TooOften(_) => None,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Everybody | Busy::Source => Self::Busy,
            Busy::TooOften(too_often) => too_often.into(),
        }
    }
}

impl From<TooOften> for Failure {
    fn from(too_often: TooOften) -> Self {
        Self::TooOften(too_often)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refused(&refusal, true),
            Self::At(status, refusal) => {
                let mut response = body(status, &refusal);
                if status == StatusCode::TOO_MANY_REQUESTS {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
                }
                response
            }
            Self::Unauthenticated(refusal) => refused(&refusal, false),
            Self::TooLarge => {
                let refusal =
                    Refusal::new(ErrorCode::InvalidRequest, "the body is larger than this endpoint accepts");
                let mut response = body(StatusCode::PAYLOAD_TOO_LARGE, &refusal);
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                response
            }
            Self::UnsupportedMediaType(wanted) => {
                let refusal =
                    Refusal::new(ErrorCode::InvalidRequest, format!("the Content-Type must be {wanted}"));
                body(StatusCode::UNSUPPORTED_MEDIA_TYPE, &refusal)
            }
            Self::Store(error @ StoreError::Unavailable(_)) => {
                tracing::warn!(%error, "the store gave no answer");
                unavailable()
            }
            Self::Store(StoreError::Nul) => {
                refused(&Refusal::new(ErrorCode::InvalidRequest, "the request holds a NUL character"), true)
            }
            Self::Store(error) => {
                tracing::error!(%error, "the store failed");
                internal()
            }
            Self::Key(error) => {
                tracing::error!(%error, "a token was not signed");
                internal()
            }
            Self::Busy => unavailable(),
            Self::TooOften(too_often) => self::too_often(too_often),
        }
    }
}

fn refused(refusal: &Refusal, credential_was_sent: bool) -> Response {
    let status = StatusCode::from_u16(refusal.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    tracing::debug!(code = refusal.code().as_str(), description = refusal.description(), "refused");
    let mut response = body(status, refusal);
    let challenge = match refusal.code() {
        ErrorCode::InvalidClient => Some("Basic realm=\"wayleave\", charset=\"UTF-8\"".to_owned()),
        ErrorCode::InvalidToken | ErrorCode::InsufficientScope if credential_was_sent => Some(format!(
            "Bearer realm=\"wayleave\", error=\"{}\", error_description=\"{}\"",
            refusal.code().as_str(),
            refusal.description()
        )),
        ErrorCode::InvalidToken | ErrorCode::InsufficientScope => {
            Some("Bearer realm=\"wayleave\"".to_owned())
        }
        _ => None,
    };
    if let Some(challenge) = challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn body(status: StatusCode, refusal: &Refusal) -> Response {
    let members = json!({ "error": refusal.code().as_str(), "error_description": refusal.description() });
    match (members, refusal.violations()) {
        (Value::Object(mut members), [_, ..]) => {
            members.insert("violations".to_owned(), violations(refusal));
            answer::json(status, &members)
        }
        (members, _) => answer::json(status, &members),
    }
}

fn too_often(TooOften { retry_after }: TooOften) -> Response {
    let refusal = Refusal::new(
        ErrorCode::TemporarilyUnavailable,
        "too many requests from this address; the Retry-After header says when to come back",
    );
    let mut response = body(StatusCode::TOO_MANY_REQUESTS, &refusal);
    response.headers_mut().insert(header::RETRY_AFTER, retry_after.as_secs().into());
    response
}

/// What policies have against a registration, each with what would mend it.
pub fn violations(refusal: &Refusal) -> Value {
    /// Of a value that somebody sent so much is repeated.
    const SHOWN: usize = 200;
    let one = |violation: &Violation| {
        let value: String = violation.value.chars().take(SHOWN).collect();
        json!({
            "policy": violation.policy,
            "field": violation.field,
            "value": value,
            "rule": violation.rule,
            "remedy": violation.remedy,
        })
    };
    refusal.violations().iter().map(one).collect()
}

fn unavailable() -> Response {
    let refusal = Refusal::new(
        ErrorCode::TemporarilyUnavailable,
        "the server cannot answer right now; try again in a moment",
    );
    let mut response = body(StatusCode::SERVICE_UNAVAILABLE, &refusal);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// What an endpoint says to a method it does not have; the router adds which ones it has. RFC 9110 §15.5.6.
pub fn method_not_allowed() -> Response {
    let refusal = Refusal::new(
        ErrorCode::InvalidRequest,
        "this endpoint does not accept the method; the Allow header names those it does",
    );
    body(StatusCode::METHOD_NOT_ALLOWED, &refusal)
}

/// What a peer hears when it is the server's own fault.
pub fn internal() -> Response {
    let refusal = Refusal::new(
        ErrorCode::ServerError,
        "something went wrong on this server; the x-request-id header names the log line",
    );
    body(StatusCode::INTERNAL_SERVER_ERROR, &refusal)
}
