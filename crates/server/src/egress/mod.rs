//! The one gate through which this server asks anybody anything. Whatever it fetches, it fetches on the word of a stranger: so it asks only
//! addresses of the public internet, in the open, for little, for a short time, and believes no answer but 200.
//!
//! * The URL is https, and its port one that was let in.
//! * The host is looked up once. Every address must be public, and the connection goes to one of those that were looked at; who is at its
//!   other end is looked at again.
//! * No redirect is followed, no proxy is asked, no cookie is kept, nothing is unpacked.
//! * All of it together takes two and a half seconds at most, and is bounded in number: in all, for each host, and by the minute.
//!
//! `outbound.allow` lets addresses in that are not public, for those who develop or have such an application; to this computer then also
//! without TLS.

mod bounds;
mod connect;
mod exchange;
pub mod kept;
mod resolve;
mod tls;
pub mod tries;

#[cfg(test)]
mod tests;

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use domain::{
    client::document_url::Hosts,
    freshness::{self, Said},
    public_address::is_public,
    time::Timestamp,
};
use http::{HeaderMap, StatusCode, header};
use ipnet::IpNet;
use jiff::fmt::rfc2822;
use url::{Host, Url};

pub use resolve::{Lookup, Resolve};

use crate::config::{Config, ConfigError};
use bounds::Bounds;
use resolve::System;

/// All of it: looking up, connecting, asking and reading.
const PATIENCE: Duration = Duration::from_millis(2500);

/// What a fetch may be.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'u> {
    pub url: &'u str,
    /// The longest body that is read.
    pub max_bytes: usize,
    /// Who shares a minute's worth of fetches; `None`: all URLs of the host.
    pub budget: Option<&'u str>,
}

/// What came, with status 200.
#[derive(Clone, Debug)]
pub struct Fetched {
    headers: HeaderMap,
    pub body: Bytes,
}

/// Why nothing came. The peer is told no more than [`fmt::Display`] says; the log has the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EgressError {
    /// It is no URL that is ever asked.
    Url,
    /// As much is being asked already, or was lately, as may be.
    Busy,
    /// The host has no address.
    Unresolved,
    /// One of its addresses is not public.
    NotPublic,
    Unconnected,
    /// The certificate is not good for the host, or the peer does not speak TLS.
    Tls,
    /// It was too slow.
    TooSlow,
    /// What came is no HTTP.
    Protocol,
    Status(StatusCode),
    TooLong,
    /// It is packed, though that was not asked for.
    Packed,
}

/// Who asks.
pub struct Gate {
    allow: Vec<IpNet>,
    ports: Vec<u16>,
    resolver: Arc<dyn Resolve>,
    bounds: Bounds,
    tls: tls::Trust,
}

impl Gate {
    /// Certificates of authorities of one's own are read now: what is wrong with them is wrong with the start.
    pub fn open(config: &Config) -> Result<Self, ConfigError> {
        if !config.outbound.allow.is_empty() {
            let networks = &config.outbound.allow;
            tracing::warn!(?networks, "outbound.allow: this server may ask addresses that are not public");
        }
        Ok(Self {
            allow: config.outbound.allow.clone(),
            ports: config.outbound.ports.clone(),
            resolver: Arc::new(System::default()),
            bounds: Bounds::default(),
            tls: tls::Trust::with(config.outbound.certificates.as_deref())?,
        })
    }

    /// Which hosts the URL of a document may name.
    pub fn hosts(&self) -> Hosts {
        if self.allow.iter().any(|net| net.addr().is_loopback()) {
            Hosts::PublicAndThisComputer
        } else {
            Hosts::Public
        }
    }

    /// Asks once, by GET.
    pub async fn fetch(&self, wanted: Wanted<'_>, now: Timestamp) -> Result<Fetched, EgressError> {
        let target = self.target(wanted.url)?;
        // Apart from whoever waits for it: most requests fetch nothing, and should not carry the room for it.
        let asking = Box::pin(self.ask(&target, wanted, now));
        let outcome = tokio::time::timeout(PATIENCE, asking).await;
        let outcome = outcome.unwrap_or(Err(EgressError::TooSlow));
        if let Err(error) = &outcome {
            tracing::info!(host = target.host, ?error, "nothing was fetched");
        }
        outcome
    }

    async fn ask(&self, target: &Target, wanted: Wanted<'_>, now: Timestamp) -> Result<Fetched, EgressError> {
        self.bounds.spend(wanted.budget.unwrap_or(&target.host), now)?;
        let _place = self.bounds.place(&target.host).await?;
        let addresses = self.addresses(target).await?;
        let stream = self.connect(&addresses, target.port).await?;
        if target.is_https {
            let stream = self.tls.connect(&target.host, stream).await?;
            exchange::get(stream, &target.url, wanted.max_bytes).await
        } else {
            exchange::get(stream, &target.url, wanted.max_bytes).await
        }
    }

    fn target(&self, text: &str) -> Result<Target, EgressError> {
        let url = Url::parse(text).map_err(|_| EgressError::Url)?;
        let host = url.host_str().ok_or(EgressError::Url)?.to_owned();
        let port = url.port_or_known_default().ok_or(EgressError::Url)?;
        let is_https = url.scheme() == "https";
        // What is let in beside the public internet is let in at every port: it says which by itself.
        let knows_port = self.ports.contains(&port) || !self.allow.is_empty();
        let is_right = (is_https || url.scheme() == "http" && self.hosts() == Hosts::PublicAndThisComputer)
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
            && knows_port;
        if is_right { Ok(Target { url, host, port, is_https }) } else { Err(EgressError::Url) }
    }

    /// The addresses of the host, all of which were looked at.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, EgressError> {
        let addresses = match target.url.host() {
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            Some(Host::Domain(name)) => self.resolver.resolve(name).await?,
            None => Vec::new(),
        };
        if addresses.is_empty() {
            return Err(EgressError::Unresolved);
        }
        let may_all = addresses.iter().all(|address| self.may_ask(*address, target));
        if may_all { Ok(addresses) } else { Err(EgressError::NotPublic) }
    }

    fn may_ask(&self, address: IpAddr, target: &Target) -> bool {
        let is_let_in = self.allow.iter().any(|net| net.contains(&address));
        if target.is_https {
            is_let_in || is_public(address) && self.ports.contains(&target.port)
        } else {
            is_let_in && address.is_loopback()
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Gate")
            .field("allow", &self.allow)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}

/// Whom to ask.
struct Target {
    url: Url,
    host: String,
    port: u16,
    is_https: bool,
}

impl Fetched {
    /// Whether it says that it is JSON: `application/json` or any `application/…+json`, in UTF-8 if it says in what.
    pub fn is_json(&self) -> bool {
        let Some(content_type) = self.text(header::CONTENT_TYPE) else {
            return false;
        };
        let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
        let essence = parts.next().unwrap_or_default();
        let is_json = essence == "application/json"
            || essence.starts_with("application/") && essence.ends_with("+json");
        let charset = parts.find_map(|part| part.strip_prefix("charset=").map(str::to_owned));
        is_json && charset.is_none_or(|charset| charset.trim_matches('"') == "utf-8")
    }

    /// For how long it counts as what is there.
    pub fn life(&self) -> Duration {
        let date = |name| self.text(name).and_then(|text| rfc2822::parse(text).ok());
        let expires_in = date(header::EXPIRES).zip(date(header::DATE));
        freshness::life(Said {
            cache_control: self.text(header::CACHE_CONTROL),
            age: self.text(header::AGE),
            expires_in: expires_in
                .map(|(end, start)| end.timestamp().as_second() - start.timestamp().as_second()),
        })
    }

    fn text(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl EgressError {
    /// Whether the peer itself said that there is nothing. Anything else may be over in a moment.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Status(status) => matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE),
            Self::Url => true,
            Self::Busy
            | Self::Unresolved
            | Self::NotPublic
            | Self::Unconnected
            | Self::Tls
            | Self::TooSlow
            | Self::Protocol
            | Self::TooLong
            | Self::Packed => false,
        }
    }
}

/// What strangers hear. What stands between them and the network inside is one sentence, whatever it was.
impl fmt::Display for EgressError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url
            | Self::Unresolved
            | Self::NotPublic
            | Self::Unconnected
            | Self::Tls
            | Self::TooSlow
            | Self::Protocol => {
                out.write_str("could not be fetched within 2.5 seconds, over https, from a public address")
            }
            Self::Busy => out.write_str("could not be fetched now; too much is asked of its host"),
            Self::Status(status) => {
                write!(
                    out,
                    "was answered with status {}; it must be 200, without a redirect",
                    status.as_u16()
                )
            }
            Self::TooLong => out.write_str("is too long"),
            Self::Packed => out.write_str("came with a Content-Encoding; none was accepted"),
        }
    }
}
