//! Which `Host` a request may name: ours. A page that points its own name at this server's address (DNS rebinding) gets nothing. RFC 9110 §7.2, §7.4.

use std::net::IpAddr;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Request, StatusCode, header};

use crate::config::Config;

/// The names this server answers to, besides `localhost` and addresses, which no name server can redirect.
#[derive(Clone, Debug, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// The public host and the configured ones.
    pub fn of(config: &Config) -> Self {
        let public = config.issuer.url().host_str().map(str::to_owned);
        Self(public.into_iter().chain(config.allowed_hosts.iter().cloned()).collect())
    }

    /// The answer to a request for another host, or one that names none or two.
    pub fn refuse<B>(&self, request: &Request<B>) -> Option<Response> {
        let Some(authority) = named(request) else {
            return Some((StatusCode::BAD_REQUEST, "the request must name one host\n").into_response());
        };
        (!without_port(authority).is_some_and(|host| self.include(host))).then(|| {
            (
                StatusCode::MISDIRECTED_REQUEST,
                "this server does not answer for that host; see public_url and allowed_hosts\n",
            )
                .into_response()
        })
    }

    fn include(&self, host: &str) -> bool {
        self.0.iter().any(|ours| ours.eq_ignore_ascii_case(host))
            || host.eq_ignore_ascii_case("localhost")
            || host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
    }
}

fn named<B>(request: &Request<B>) -> Option<&str> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str());
    }
    let mut headers = request.headers().get_all(header::HOST).into_iter();
    let first = headers.next().map(HeaderValue::to_str)?.ok()?;
    headers.next().is_none().then_some(first)
}

fn without_port(authority: &str) -> Option<&str> {
    if authority.contains('@') {
        return None;
    }
    match authority.rfind(':') {
        Some(at) if !authority.ends_with(']') => authority.get(..at),
        _ => Some(authority),
    }
}
