//! Who is at the other end: the peer's address, or what a listed proxy says of it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};

use crate::{app::App, config::Config};

/// The address of the peer's connection, put into each request by the listener.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddress(pub SocketAddr);

/// The address of whoever sent the request. Forwarded headers count only from listed proxies, and no name is ever looked up.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let address =
            parts.extensions.get::<PeerAddress>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
        Ok(Self(original(address, &parts.headers, &app.config)))
    }
}

/// Walks `X-Forwarded-For` from the right as long as the address before is a listed proxy.
fn original(peer: IpAddr, headers: &HeaderMap, config: &Config) -> IpAddr {
    let mut address = peer.to_canonical();
    if !config.trusts(address) {
        return address;
    }
    let mut hops = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>();
    hops.reverse();
    for hop in hops.iter().flat_map(|value| value.rsplit(',')).take(16) {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        address = hop.to_canonical();
        if !config.trusts(address) {
            break;
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Overrides, load};

    fn seen(peer: &str, forwarded: &str) -> String {
        seen_in(peer, &[("x-forwarded-for", forwarded)])
    }

    fn seen_in(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let environment = |name: &str| (name == "WAYLEAVE_TRUSTED_PROXIES").then(|| "10.0.0.0/8".to_owned());
        let config = load(&Overrides::default(), &environment).unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        original(peer.parse().unwrap(), &map, &config).to_string()
    }

    #[test]
    fn h13_an_unlisted_peer_cannot_speak_for_another() {
        assert_eq!(seen("192.0.2.1", "203.0.113.9"), "192.0.2.1");
    }

    #[test]
    fn a_listed_proxy_is_believed_up_to_the_first_address_that_is_none() {
        assert_eq!(seen("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
    }

    #[test]
    fn h13_what_is_no_address_is_not_looked_up() {
        for name in ["evil.example", "fe80::1%eth0", "203.0.113.9:80", "unknown", ""] {
            assert_eq!(seen("10.0.0.1", name), "10.0.0.1", "{name}");
        }
    }

    #[test]
    fn h13_a_list_of_a_thousand_is_walked_a_few_steps_and_no_more() {
        let list = "203.0.113.9, ".to_owned() + &"10.0.0.2, ".repeat(1_000) + "10.0.0.3";
        assert_eq!(seen("10.0.0.1", &list), "10.0.0.2");
    }

    #[test]
    fn h14_lines_count_together_and_other_headers_not_at_all() {
        let twice = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "10.0.0.2")];
        assert_eq!(seen_in("10.0.0.1", &twice), "203.0.113.9");
        for other in ["x_forwarded_for", "forwarded", "x-real-ip", "cf-connecting-ip"] {
            assert_eq!(seen_in("10.0.0.1", &[(other, "203.0.113.9")]), "10.0.0.1", "{other}");
        }
    }
}
