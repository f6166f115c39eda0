//! What a single request may be: its target, its headers, its time. RFC 9110 §15.5, RFC 6585 §5.

use axum::{extract::Request, response::Response};
use http::{HeaderValue, StatusCode, Version, header};
use serde_json::json;

use super::Limits;
use crate::wire::answer;

/// The answer to a request that is larger than it may be.
/// The HTTP/1 parser counts headers itself; that of HTTP/2 only adds up their sizes.
pub fn refuse(request: &Request, limits: &Limits) -> Option<Response> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > limits.target {
        return Some(refusal(StatusCode::URI_TOO_LONG, "invalid_request", "the request target is too long"));
    }
    if request.headers().len() > limits.headers {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Some(refusal(status, "invalid_request", "the request has too many headers"));
    }
    None
}

/// The rest of the request may still be on its way, so the connection ends with the answer. RFC 9110 §15.5.9.
pub fn took_too_long(version: Version) -> Response {
    let status = StatusCode::REQUEST_TIMEOUT;
    let mut response =
        refusal(status, "temporarily_unavailable", "the request did not end in time; send it again");
    if version < Version::HTTP_2 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn refusal(status: StatusCode, error: &'static str, description: &'static str) -> Response {
    answer::json(status, &json!({ "error": error, "error_description": description }))
}
