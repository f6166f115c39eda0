//! What a single request may be: its target, its headers, its time. RFC 9110 §15.5, RFC 6585 §5.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{extract::Request, response::Response};
use http::{HeaderValue, StatusCode, Version, header};
use serde_json::json;
use tower::{Layer, Service};

use super::Limits;
use crate::wire::answer;

/// The layer that refuses what is too long and ends what takes too long.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    limits: Limits,
}

/// A route within bounds.
#[derive(Clone, Debug)]
pub struct Bounded<S> {
    inner: S,
    limits: Limits,
}

impl Bounds {
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }
}

impl<S> Layer<S> for Bounds {
    type Service = Bounded<S>;

    fn layer(&self, inner: S) -> Bounded<S> {
        Bounded { inner, limits: self.limits }
    }
}

impl<S> Service<Request> for Bounded<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if let Some(refusal) = refuse(&request, &self.limits) {
            return Box::pin(std::future::ready(Ok(refusal)));
        }
        let version = request.version();
        let handler = tokio::time::timeout(self.limits.request, self.inner.call(request));
        Box::pin(async move { handler.await.unwrap_or_else(|_| Ok(took_too_long(version))) })
    }
}

/// The HTTP/1 parser counts headers itself; that of HTTP/2 only adds up their sizes.
fn refuse(request: &Request, limits: &Limits) -> Option<Response> {
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
fn took_too_long(version: Version) -> Response {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{Router, body::Body, routing::get};
    use http::request::Builder;
    use tower::ServiceExt;

    use super::*;

    async fn status(build: impl FnOnce(Builder) -> Builder) -> u16 {
        let router = Router::new()
            .route("/", get(|| async {}))
            .route("/never", get(std::future::pending::<()>))
            .layer(Bounds::new(Limits::default()));
        let request = build(Request::builder().uri("/")).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn a_target_longer_than_8_kib_is_414() {
        let query = |length: usize| format!("/?{}", "q".repeat(length - 2));
        assert_eq!(status(|request| request.uri(query(8 * 1024))).await, 200);
        assert_eq!(status(|request| request.uri(query(8 * 1024 + 1))).await, 414);
    }

    #[tokio::test]
    async fn more_than_a_hundred_headers_are_431() {
        let with = |count: usize| {
            move |request| {
                (0..count).fold(request, |request: Builder, at| request.header(format!("h-{at}"), "v"))
            }
        };
        assert_eq!(status(with(100)).await, 200);
        assert_eq!(status(with(101)).await, 431);
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_does_not_end_is_408_after_30_seconds() {
        let start = tokio::time::Instant::now();
        assert_eq!(status(|request| request.uri("/never")).await, 408);
        assert_eq!(start.elapsed().as_secs(), Duration::from_secs(30).as_secs());
    }
}
