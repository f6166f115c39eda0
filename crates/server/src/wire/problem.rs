//! Problem details: how the management API refuses a request as a whole. RFC 9457 §3.

use std::time::Duration;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::answer;

/// A refusal whose type says nothing beyond its status. RFC 9457 §4.2.1.
pub fn of_status(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Refused");
    details(
        status,
        &json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail }),
    )
}

/// A refusal with these members.
pub fn details(status: StatusCode, members: &Value) -> Response {
    let mut response = answer::json(status, members);
    let problem = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, problem);
    response
}

/// The server cannot answer now.
pub fn unavailable() -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    with_retry(of_status(status, "the server cannot answer right now; try again in a moment"))
}

/// The sender asks for too much at a time.
pub fn too_many(detail: &str) -> Response {
    with_retry(of_status(StatusCode::TOO_MANY_REQUESTS, detail))
}

/// One source asked too often.
pub fn too_often(detail: &str, retry_after: Duration) -> Response {
    let mut response = of_status(StatusCode::TOO_MANY_REQUESTS, detail);
    response.headers_mut().insert(header::RETRY_AFTER, retry_after.as_secs().into());
    response
}

fn with_retry(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// It is the server's own fault.
pub fn internal() -> Response {
    let detail = "something went wrong on this server; the x-request-id header names the log line";
    of_status(StatusCode::INTERNAL_SERVER_ERROR, detail)
}
