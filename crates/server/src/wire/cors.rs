//! Cross-origin access for endpoints that browsers of other sites may call without credentials. Never with cookies, never on `/authorize`.
//! RFC 9700 §2.6, WHATWG Fetch.

use axum::{
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use http::{HeaderName, HeaderValue, StatusCode, header};

/// Opens a route to every origin and answers its preflights.
pub fn open<S: Clone + Send + Sync + 'static>(
    route: MethodRouter<S>,
    methods: &'static str,
) -> MethodRouter<S> {
    let preflight = move || async move {
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods)),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static("authorization, content-type, mcp-protocol-version"),
            ),
            (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
        ];
        (StatusCode::NO_CONTENT, headers).into_response()
    };
    route.options(preflight).layer(axum::middleware::map_response(allow_everybody))
}

async fn allow_everybody(mut response: Response) -> Response {
    const EXPOSED: HeaderName = header::ACCESS_CONTROL_EXPOSE_HEADERS;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(EXPOSED, HeaderValue::from_static("www-authenticate, retry-after, x-request-id"));
    response
}
