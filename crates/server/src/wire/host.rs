//! Which `Host` a request may name: ours. A page that points its own name at this server's address (DNS rebinding) gets nothing. RFC 9110 §7.4.

use std::net::IpAddr;

use http::Request;

use crate::config::Config;

/// Whether the request names the public host, `localhost`, an address (which no name server can redirect) or a configured host.
pub fn is_ours<B>(request: &Request<B>, config: &Config) -> bool {
    let named = request
        .uri()
        .authority()
        .map(http::uri::Authority::as_str)
        .or_else(|| request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok()));
    let Some(host) = named.and_then(without_port) else {
        return false;
    };
    let is_address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    is_address
        || host.eq_ignore_ascii_case("localhost")
        || config.issuer.url().host_str().is_some_and(|ours| ours.eq_ignore_ascii_case(host))
        || config.allowed_hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
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
