//! What is known of every request from outside its handler: an id, a span, a count, a duration; and the net under a panic.

use std::{
    convert::Infallible,
    future::poll_fn,
    hash::{BuildHasher, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use http::{HeaderName, HeaderValue};
use tokio::time::Instant;
use tower::{Layer, Service};
use tracing::Instrument;

use super::metrics::Metrics;
use crate::wire::error;

/// The response header that carries the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Counted as the status of a request that nobody waits for any more. No peer ever sees it.
const ABANDONED: u16 = 499;

/// As much of a path as a log line shows, in bytes.
const SHOWN_OF_A_PATH: usize = 256;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of the request in whose task this runs, as in its `x-request-id` header and its log lines; `-` outside any.
/// A task that a handler spawns is outside.
pub fn current_id() -> String {
    CURRENT.try_with(|id| id.as_str().to_owned()).unwrap_or_else(|_| "-".to_owned())
}

/// Different for each request of this process, and with great likelihood of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RequestId {
    hex: [u8; 16],
}

impl RequestId {
    fn new(number: u64) -> Self {
        let mut hex = [b'0'; 16];
        for (digit, shift) in hex.iter_mut().zip((0..64).step_by(4).rev()) {
            let value = u8::try_from(number >> shift & 0xf).unwrap_or(0);
            *digit = if value < 10 { b'0' + value } else { b'a' + value - 10 };
        }
        Self { hex }
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.hex).unwrap_or_default()
    }
}

/// The layer that observes every request. It goes around all routes by `Router::layer`, outermost of all layers.
#[derive(Clone, Debug)]
pub struct Observe {
    metrics: Metrics,
    next_id: Arc<AtomicU64>,
}

/// A route under observation.
#[derive(Clone, Debug)]
pub struct Observed<S> {
    inner: S,
    observe: Observe,
}

impl Observe {
    pub fn new(metrics: Metrics) -> Self {
        let start = RandomState::new().hash_one("the first request");
        Self { metrics, next_id: Arc::new(AtomicU64::new(start)) }
    }
}

impl<S> Layer<S> for Observe {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Observed<S> {
        Observed { inner, observe: self.clone() }
    }
}

impl<S> Service<Request> for Observed<S>
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
        let id = RequestId::new(self.observe.next_id.fetch_add(1, Ordering::Relaxed));
        let path = request.uri().path();
        let path = path.get(..path.floor_char_boundary(SHOWN_OF_A_PATH)).unwrap_or_default();
        let span = tracing::info_span!("request", id = id.as_str(), method = request.method().as_str(), path);
        let count = Count::start(self.observe.metrics.clone(), request.extensions().get().cloned());
        // The clone has not been asked whether it is ready; the one that was goes with the request.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(
            CURRENT.scope(id, answer(async move { inner.call(request).await }, id, count).instrument(span)),
        )
    }
}

async fn answer(
    handler: impl Future<Output = Result<Response, Infallible>>,
    id: RequestId,
    count: Count,
) -> Result<Response, Infallible> {
    let mut response = match unless_it_panics(handler).await {
        Some(Ok(response)) => response,
        None => {
            count.metrics.panicked();
            error::internal()
        }
    };
    if let Ok(value) = HeaderValue::from_bytes(&id.hex) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    count.finish(response.status().as_u16());
    Ok(response)
}

/// What `handler` gives, or nothing if it panics. What it held is dropped, not used again, so nothing half done is seen.
async fn unless_it_panics<T>(handler: impl Future<Output = T>) -> Option<T> {
    let mut handler = pin!(handler);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Counts a request once, also when its future is dropped before it has an answer.
struct Count {
    metrics: Metrics,
    route: Option<MatchedPath>,
    start: Instant,
    status: u16,
}

impl Count {
    fn start(metrics: Metrics, route: Option<MatchedPath>) -> Self {
        Self { metrics, route, start: Instant::now(), status: ABANDONED }
    }

    fn finish(mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or("unmatched", MatchedPath::as_str);
        self.metrics.request(route, self.status, self.start.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;

    fn router(metrics: &Metrics) -> Router {
        Router::new()
            .route("/id", get(|| async { current_id() }))
            .route("/client/{id}", get(|| async {}))
            .route("/panic", get(|| async { panic!("a test") as () }))
            .route("/never", get(std::future::pending::<()>))
            .layer(Observe::new(metrics.clone()))
    }

    async fn get_response(metrics: &Metrics, path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router(metrics).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_id_in_the_header_is_the_one_the_handler_sees() {
        let response = get_response(&Metrics::new(), "/id").await;
        let header = response.headers()[REQUEST_ID].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(header.as_bytes(), &body[..]);
        assert!(header.len() == 16 && header.bytes().all(|byte| byte.is_ascii_hexdigit()), "{header}");
    }

    #[tokio::test]
    async fn two_requests_have_different_ids() {
        let app = router(&Metrics::new());
        let request = || Request::get("/id").body(Body::empty()).unwrap();
        let one = app.clone().oneshot(request()).await.unwrap();
        let other = app.oneshot(request()).await.unwrap();
        assert_ne!(one.headers()[REQUEST_ID], other.headers()[REQUEST_ID]);
    }

    #[test]
    fn outside_a_request_there_is_no_id() {
        assert_eq!(current_id(), "-");
    }

    #[tokio::test]
    async fn a_panic_is_answered_with_500_in_json_and_counted() {
        let metrics = Metrics::new();
        let response = get_response(&metrics, "/panic").await;
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert!(response.headers().contains_key(REQUEST_ID));
        assert!(metrics.render().contains("wayleave_panics_total 1"));
    }

    #[tokio::test]
    async fn requests_are_counted_by_route_and_never_by_path() {
        let metrics = Metrics::new();
        get_response(&metrics, "/client/one").await;
        get_response(&metrics, "/client/two").await;
        get_response(&metrics, "/stranger").await;
        let text = metrics.render();
        assert!(text.contains("requests_total{route=\"/client/{id}\",status=\"200\"} 2"), "{text}");
        assert!(text.contains("requests_total{route=\"unmatched\",status=\"404\"} 1"), "{text}");
    }

    #[tokio::test]
    async fn a_request_that_nobody_waits_for_is_counted_too() {
        let metrics = Metrics::new();
        let mut request = Box::pin(get_response(&metrics, "/never"));
        assert!(poll_fn(|context| Poll::Ready(request.as_mut().poll(context))).await.is_pending());
        drop(request);
        assert!(metrics.render().contains("requests_total{route=\"/never\",status=\"499\"} 1"));
    }
}
