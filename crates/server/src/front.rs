//! The front of every route: what each request goes through before its handler and each answer after it, in one place and in order.
//!
//! One service and not a layer for each concern: every layer costs each request an allocation and a dynamic call or two.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    extract::Request,
    handler::Handler,
    response::Response,
    routing::{MethodRouter, any},
};
use tower::{Layer, Service};

use crate::{
    serve::{Limits, bounds},
    telemetry::{
        metrics::{Metrics, RouteMetrics},
        request::{Count, InFlight, REQUEST_ID, RequestIds},
    },
    wire::{cors, error, host::Hosts},
};

/// Who calls a route, and with that what its front does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// Whoever names one of our hosts. Pages of other sites cannot read the answer.
    OwnSite,
    /// Whoever names one of our hosts and, by these methods, pages of every site.
    EverySite(&'static str),
    /// The operator's probes, by whatever name they know this machine.
    Probes,
}

/// What all fronts share.
#[derive(Clone, Debug)]
pub struct Fronts(Arc<House>);

#[derive(Debug)]
struct House {
    limits: Limits,
    hosts: Hosts,
    metrics: Metrics,
    ids: RequestIds,
}

/// One route's front, as a layer.
#[derive(Clone, Debug)]
struct Front {
    house: Arc<House>,
    callers: Callers,
    metrics: RouteMetrics,
}

/// A route behind its front.
#[derive(Clone, Debug)]
struct Fronted<S> {
    inner: S,
    front: Front,
}

impl Fronts {
    pub fn new(limits: Limits, hosts: Hosts, metrics: Metrics) -> Self {
        Self(Arc::new(House { limits, hosts, metrics, ids: RequestIds::default() }))
    }

    /// `methods` behind a front. `route` is its pattern, as the metrics name it; `otherwise` answers all other methods.
    pub fn before<S, H, T>(
        &self,
        route: &str,
        methods: MethodRouter<S>,
        callers: Callers,
        otherwise: H,
    ) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
        H: Handler<T, S>,
        T: 'static,
    {
        let methods = match callers {
            Callers::EverySite(names) => cors::answer_preflights(methods, names),
            Callers::OwnSite | Callers::Probes => methods,
        };
        methods.fallback(otherwise).layer(self.front(route, callers))
    }

    /// What answers where there is no route.
    pub fn before_nothing<S, H, T>(&self, handler: H) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
        H: Handler<T, S>,
        T: 'static,
    {
        any(handler).layer(self.front("unmatched", Callers::OwnSite))
    }

    /// The same front before all of `router`, for tests of what stands around it.
    #[cfg(test)]
    pub fn before_all(&self, router: axum::Router) -> axum::Router {
        router.layer(self.front("any", Callers::OwnSite))
    }

    fn front(&self, route: &str, callers: Callers) -> Front {
        Front { house: Arc::clone(&self.0), callers, metrics: self.0.metrics.route(route) }
    }
}

impl<S> Layer<S> for Front {
    type Service = Fronted<S>;

    fn layer(&self, inner: S) -> Fronted<S> {
        Fronted { inner, front: self.clone() }
    }
}

impl<S> Service<Request> for Fronted<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let in_flight = InFlight::new(self.front.house.ids.next(), &request);
        let in_flight = match self.front.callers {
            Callers::OwnSite => in_flight.speaking(&request),
            // These are programs, which are never shown a page.
            Callers::EverySite(_) | Callers::Probes => in_flight,
        };
        let count = Count::start(self.front.metrics.clone());
        if let Some(refusal) = self.front.refuse(&request) {
            return Box::pin(self.front.clone().attend(in_flight, count, async { refusal }));
        }
        let limit = self.front.house.limits.request;
        let version = request.version();
        let handler = tokio::time::timeout(limit, self.inner.call(request));
        let handler =
            async move { handler.await.map_or_else(|_| bounds::took_too_long(version), infallible) };
        Box::pin(self.front.clone().attend(in_flight, count, handler))
    }
}

fn infallible(answer: Result<Response, Infallible>) -> Response {
    answer.unwrap_or_else(|never| match never {})
}

impl Front {
    /// Sees a request through to its answer, whatever its handler does.
    async fn attend(
        self,
        in_flight: InFlight,
        count: Count,
        handler: impl Future<Output = Response>,
    ) -> Result<Response, Infallible> {
        let id = in_flight.id();
        let mut response = in_flight.unless_it_panics(handler).await.unwrap_or_else(|| {
            self.metrics.panicked();
            error::internal()
        });
        let headers = response.headers_mut();
        if let Callers::EverySite(_) = self.callers {
            cors::allow_everybody(headers);
        }
        headers.insert(REQUEST_ID, id.header_value());
        count.finish(response.status().as_u16());
        Ok(response)
    }

    fn refuse(&self, request: &Request) -> Option<Response> {
        let misdirected = match self.callers {
            Callers::Probes => None,
            Callers::OwnSite | Callers::EverySite(_) => self.house.hosts.refuse(request),
        };
        misdirected.or_else(|| bounds::refuse(request, &self.house.limits))
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, time::Duration};

    use axum::{Router, body::Body, routing::get};
    use http::{StatusCode, request::Builder};
    use tower::ServiceExt;

    use super::*;
    use crate::telemetry::request::current_id;

    fn router(metrics: &Metrics) -> Router {
        let fronts = Fronts::new(Limits::default(), Hosts::default(), metrics.clone());
        let before = |route, methods, callers| fronts.before(route, methods, callers, no_such_method);
        Router::new()
            .route("/id", before("/id", get(async || current_id()), Callers::OwnSite))
            .route("/open", before("/open", get(async || ()), Callers::EverySite("GET")))
            .route("/probe", before("/probe", get(async || ()), Callers::Probes))
            .route("/client/{id}", before("/client/{id}", get(async || ()), Callers::OwnSite))
            .route("/panic", before("/panic", get(async || panic!("a test") as ()), Callers::OwnSite))
            .route("/never", before("/never", get(std::future::pending::<()>), Callers::OwnSite))
            .fallback_service(fronts.before_nothing(async || StatusCode::NOT_FOUND))
    }

    async fn no_such_method() -> StatusCode {
        StatusCode::METHOD_NOT_ALLOWED
    }

    async fn send(metrics: &Metrics, build: impl FnOnce(Builder) -> Builder) -> Response {
        let request = build(Request::builder().header("host", "localhost")).body(Body::empty()).unwrap();
        router(metrics).oneshot(request).await.unwrap()
    }

    async fn get_response(metrics: &Metrics, path: &str) -> Response {
        send(metrics, |request| request.uri(path)).await
    }

    async fn status(build: impl FnOnce(Builder) -> Builder) -> u16 {
        send(&Metrics::new(), build).await.status().as_u16()
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
        let request = || Request::get("http://localhost/id").body(Body::empty()).unwrap();
        let one = app.clone().oneshot(request()).await.unwrap();
        let other = app.oneshot(request()).await.unwrap();
        assert_ne!(one.headers()[REQUEST_ID], other.headers()[REQUEST_ID]);
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
        send(&metrics, |request| request.method("PUT").uri("/client/one")).await;
        let text = metrics.render();
        for line in [
            "requests_total{route=\"/client/{id}\",status=\"200\"} 2",
            "requests_total{route=\"/client/{id}\",status=\"405\"} 1",
            "requests_total{route=\"unmatched\",status=\"404\"} 1",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[tokio::test]
    async fn a_request_that_nobody_waits_for_is_counted_too() {
        let metrics = Metrics::new();
        let mut request = Box::pin(get_response(&metrics, "/never"));
        assert!(poll_fn(|context| Poll::Ready(request.as_mut().poll(context))).await.is_pending());
        drop(request);
        assert!(metrics.render().contains("requests_total{route=\"/never\",status=\"499\"} 1"));
    }

    #[tokio::test]
    async fn a_target_longer_than_8_kib_is_414() {
        let query = |length: usize| format!("/id?{}", "q".repeat(length - 4));
        assert_eq!(status(|request| request.uri(query(8 * 1024))).await, 200);
        assert_eq!(status(|request| request.uri(query(8 * 1024 + 1))).await, 414);
    }

    #[tokio::test]
    async fn more_than_a_hundred_headers_are_431() {
        let with = |count: usize| {
            move |request: Builder| {
                (1..count).fold(request.uri("/id"), |request, at| request.header(format!("h-{at}"), "v"))
            }
        };
        assert_eq!(status(with(100)).await, 200);
        assert_eq!(status(with(101)).await, 431);
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_does_not_end_is_408_after_30_seconds() {
        let start = tokio::time::Instant::now();
        assert_eq!(status(|request| request.uri("/never")).await, 408);
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    }

    #[tokio::test]
    async fn only_probes_may_name_another_host_and_nobody_two() {
        let named = |host: &'static str| move |request: Builder| request.uri("/id").header("host", host);
        assert_eq!(status(named("localhost")).await, 400);
        let other = |path| Request::get(path).header("host", "rebound.example").body(Body::empty()).unwrap();
        let app = router(&Metrics::new());
        assert_eq!(app.clone().oneshot(other("/id")).await.unwrap().status(), 421);
        assert_eq!(app.oneshot(other("/probe")).await.unwrap().status(), 200);
    }

    #[tokio::test]
    async fn every_site_may_read_what_is_open_and_nothing_else() {
        const ALLOWED: &str = "access-control-allow-origin";
        let metrics = Metrics::new();
        assert_eq!(get_response(&metrics, "/open").await.headers()[ALLOWED], "*");
        let preflight = send(&metrics, |request| request.method("OPTIONS").uri("/open")).await;
        assert_eq!(preflight.headers()["access-control-allow-methods"], "GET");
        assert!(!get_response(&metrics, "/id").await.headers().contains_key(ALLOWED));
    }
}
