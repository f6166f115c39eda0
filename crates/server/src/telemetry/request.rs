//! What is known of every request from outside its handler: an id, what it asks for, a count, a duration; and the net under a panic.

use std::{
    future::poll_fn,
    hash::{BuildHasher, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    task::Poll,
};

use http::{HeaderName, HeaderValue, Method, Request, header, uri::PathAndQuery};
use tokio::time::Instant;

use super::metrics::RouteMetrics;
use crate::words::Spoken;

/// The response header that carries the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Counted as the status of a request that nobody waits for any more. No peer ever sees it.
const ABANDONED: u16 = 499;

/// As much of a path as a log line shows, in bytes.
const SHOWN_OF_A_PATH: usize = 256;

tokio::task_local! {
    static CURRENT: InFlight;
}

/// The id of the request in whose task this runs, as in its `x-request-id` header and its log lines; `-` outside any.
/// A task that a handler spawns is outside.
pub fn current_id() -> String {
    with_current(|request| request.id.as_str().to_owned()).unwrap_or_else(|| "-".to_owned())
}

/// What `tell` makes of the language of the request in whose task this runs; nothing outside any.
pub fn with_spoken<T>(tell: impl FnOnce(&Spoken) -> T) -> Option<T> {
    with_current(|request| tell(&request.spoken))
}

/// What `tell` makes of the request in whose task this runs; nothing outside any.
pub(super) fn with_current<T>(tell: impl FnOnce(&InFlight) -> T) -> Option<T> {
    CURRENT.try_with(tell).ok()
}

/// Different for each request of this process, and with great likelihood of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId {
    hex: [u8; 16],
}

/// Where ids come from.
#[derive(Debug)]
pub struct RequestIds(AtomicU64);

impl Default for RequestIds {
    /// Begins somewhere else in every process.
    fn default() -> Self {
        Self(AtomicU64::new(RandomState::new().hash_one("the first request")))
    }
}

impl RequestIds {
    pub fn next(&self) -> RequestId {
        RequestId::new(self.0.fetch_add(1, Ordering::Relaxed))
    }
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

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.hex).unwrap_or_default()
    }

    /// For the [`REQUEST_ID`] header.
    pub fn header_value(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.hex).unwrap_or(HeaderValue::from_static("-"))
    }
}

/// A request on its way, as its log lines name it. Made for every request, so it only refers to what it names.
#[derive(Clone, Debug)]
pub struct InFlight {
    id: RequestId,
    method: Method,
    target: Option<PathAndQuery>,
    spoken: Spoken,
}

impl InFlight {
    pub fn new<B>(id: RequestId, request: &Request<B>) -> Self {
        let target = request.uri().path_and_query().cloned();
        Self { id, method: request.method().clone(), target, spoken: Spoken::default() }
    }

    /// Remembers which languages the browser prefers, for a request that may be answered with a page.
    #[must_use]
    pub fn speaking<B>(mut self, request: &Request<B>) -> Self {
        self.spoken = Spoken::new(request.headers().get(header::ACCEPT_LANGUAGE).cloned());
        self
    }

    pub fn id(&self) -> RequestId {
        self.id
    }

    pub(super) fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path without its query, which may hold what no log may show, and without a token that stands in it; cut where it is long.
    pub(super) fn path(&self) -> &str {
        const BEFORE_A_TOKEN: &str = "/register/i/";
        let path = self.target.as_ref().map_or("", PathAndQuery::path);
        let path = match path.find(BEFORE_A_TOKEN) {
            Some(at) => path.get(..at + BEFORE_A_TOKEN.len()).unwrap_or_default(),
            None => path,
        };
        path.get(..path.floor_char_boundary(SHOWN_OF_A_PATH)).unwrap_or_default()
    }

    /// Runs `handler` as the course of this request. Nothing if it panics: what it held is dropped, not used again, so nothing half done is seen.
    pub async fn unless_it_panics<T>(self, handler: impl Future<Output = T>) -> Option<T> {
        CURRENT.scope(self, catch(handler)).await
    }
}

async fn catch<T>(handler: impl Future<Output = T>) -> Option<T> {
    let mut handler = pin!(handler);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Counts a request once, also when its future is dropped before it has an answer.
#[derive(Debug)]
pub struct Count {
    route: RouteMetrics,
    start: Instant,
    status: u16,
}

impl Count {
    pub fn start(route: RouteMetrics) -> Self {
        Self { route, start: Instant::now(), status: ABANDONED }
    }

    pub fn finish(mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.route.answered(self.status, self.start.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_a_request_there_is_no_id() {
        assert_eq!(current_id(), "-");
    }

    #[test]
    fn the_path_of_a_log_line_has_no_query_and_an_end() {
        let of = |target: &str| {
            let request = Request::get(target).body(()).unwrap();
            InFlight::new(RequestIds::default().next(), &request).path().to_owned()
        };
        assert_eq!(of("/login?login_hint=someone"), "/login");
        assert_eq!(of(&format!("/{}", "é".repeat(200))).len(), 255);
        assert_eq!(of("/id/auth/register/i/wli_secret"), "/id/auth/register/i/");
    }
}
