//! The boot configuration: where to listen, the public URL, the database. Everything else is a setting in the store.
//!
//! Later sources win: defaults, the file, the environment, flags.

mod file;
mod keys;
mod rates;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use url::Url;

pub use file::{Overrides, load};
pub use keys::{KEYS, Key, SECRET_VARIABLES};
pub use rates::Rates;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Human on a terminal, JSON otherwise.
    Auto,
    Human,
    Json,
}

/// Certificate chain and private key in PEM files.
#[derive(Clone, Debug)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What this server may ask by itself.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// Addresses that it may ask although they are not of the public internet.
    pub allow: Vec<IpNet>,
    /// Ports of public addresses.
    pub ports: Vec<u16>,
    /// A PEM file with authorities that are trusted beside those of the operating system.
    pub certificates: Option<PathBuf>,
}

impl Default for Outbound {
    fn default() -> Self {
        Self { allow: Vec::new(), ports: vec![443], certificates: None }
    }
}

/// The configuration in force.
#[derive(Clone, Debug)]
pub struct Config {
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Serve also from a PostgreSQL server that is set up to lose what it confirmed.
    pub allow_unsafe_durability: bool,
    pub listen: SocketAddr,
    pub issuer: Issuer,
    pub tls: Option<Tls>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Hosts by which this server may be called beside the public one.
    pub allowed_hosts: Vec<String>,
    /// Who may read `/metrics` without a credential.
    pub metrics_allow: Vec<IpNet>,
    /// How often one source may ask for what is dear.
    pub rates: Rates,
    pub outbound: Outbound,
    /// `WAYLEAVE_MASTER_KEY`, if given.
    pub master_key: Option<String>,
    pub log_format: LogFormat,
    pub log_filter: String,
}

impl Config {
    /// Whether `address` is a proxy whose forwarded headers count.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|net| net.contains(&address))
    }
}

/// The public URL, in the one spelling that tokens, metadata and responses carry. Never taken from a request.
#[derive(Clone, Debug)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// An absolute https URL without query, fragment and credentials; http only on a loopback host. RFC 8414 §2.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let refuse = |why: &str| ConfigError::new("public_url", why);
        let url = Url::parse(text)
            .map_err(|_| refuse("must be an absolute URL such as https://login.example.com"))?;
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(refuse("must have no query, fragment or user name"));
        }
        let is_loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return Err(refuse("must start with https:// unless its host is localhost")),
            _ => return Err(refuse("must start with https://")),
        }
        let text = text.trim_end_matches('/').to_owned();
        if text.chars().any(|c| !c.is_ascii_graphic() || "\"'`$<>\\".contains(c)) {
            return Err(refuse("must be plain ASCII without quotes and spaces"));
        }
        Ok(Self { text, url })
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The path under which everything is served: empty or `/tenant`.
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// `scheme://host[:port]`, as browsers send it in `Origin`.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether cookies may be `Secure` and carry the `__Host-` prefix.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// A configuration that cannot be used: the key and the remedy, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub key: String,
    pub why: String,
}

impl ConfigError {
    pub fn new(key: impl Into<String>, why: impl Into<String>) -> Self {
        Self { key: key.into(), why: why.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.key, self.why)
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_has_one_spelling_and_is_https_outside_loopback() {
        assert_eq!(Issuer::parse("https://a.example/").unwrap().as_str(), "https://a.example");
        assert_eq!(Issuer::parse("http://localhost:8080").unwrap().as_str(), "http://localhost:8080");
        assert!(Issuer::parse("http://[::1]:8080").is_ok());
        for text in [
            "http://a.example",
            "ftp://a.example",
            "a.example",
            "https://a.example/?q",
            "https://u@a.example",
            "https://a/`x",
        ] {
            assert!(Issuer::parse(text).is_err(), "{text}");
        }
    }
}
