//! Cross-origin access for endpoints that browsers of other sites may call without credentials. Never with cookies, never on `/authorize`.
//! RFC 9700 §2.6, WHATWG Fetch.

use axum::{
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// Answers the preflights of a route that every origin may call with `methods`.
pub fn answer_preflights<S: Clone + Send + Sync + 'static>(
    route: MethodRouter<S>,
    methods: &'static str,
) -> MethodRouter<S> {
    route.options(move || async move { preflight(methods) })
}

fn preflight(methods: &'static str) -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods)),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type, mcp-protocol-version"),
        ),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Lets every origin read an answer.
pub fn allow_everybody(headers: &mut HeaderMap) {
    const EXPOSED: HeaderName = header::ACCESS_CONTROL_EXPOSE_HEADERS;
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(EXPOSED, HeaderValue::from_static("www-authenticate, retry-after, x-request-id"));
}
