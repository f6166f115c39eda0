//! The one function that validates a redirect URI and the one that compares two.

mod error;
mod matching;
mod parts;
mod validate;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

pub use error::RedirectUriError;

use parts::Parts;

/// A redirect URI that passed every check, byte for byte as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// What the operator adds to the rules.
#[derive(Clone, Copy, Debug)]
pub struct RedirectPolicy<'a> {
    /// Private-use schemes without a dot that are let in all the same.
    pub allowed_schemes: &'a BTreeSet<String>,
    /// The server whose own origin is no place for a client; `None` for the server's own pages.
    pub issuer: Option<&'a Url>,
}

/// The three kinds of place that a redirect URI may name. RFC 8252 §7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `https` on any host.
    Https,
    /// `http` on `127.0.0.1`, `[::1]` or `localhost`, with whatever port the application got (RFC 8252 §7.3).
    Loopback,
    /// A scheme that belongs to one application (RFC 8252 §7.1).
    PrivateUse,
}

/// Where the user will be sent, in the words of a consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A web site; the host is ASCII, a foreign name in its `xn--` form. `site` is the part of it that somebody registered
    /// (`example.com` of `login.example.com`), or all of it.
    Web { host: String, site: String },
    /// Something that listens on the computer of the user.
    ThisComputer { host_and_port: String },
    /// An application that claimed a scheme.
    App { scheme: String },
}

impl RedirectUri {
    pub const MAX_LEN: usize = 2048;

    /// Whether a setting may let this scheme in: nothing may, where the scheme does something other than start one application.
    pub fn may_be_private_use(scheme: &str) -> bool {
        !validate::NEVER.contains(&scheme)
    }

    /// Accepts `https`, `http` on a loopback host and private-use schemes, each in the one spelling that every parser reads alike.
    /// RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1.
    pub fn parse(text: &str, policy: &RedirectPolicy<'_>) -> Result<Self, RedirectUriError> {
        validate::check(text, policy).map(|()| Self(text.to_owned()))
    }

    /// What a client that nobody registered may use: `https`, loopback or a private-use scheme with a dot; no exceptions by setting.
    /// Whether it leads to this server itself is a question of its own, see [`Self::leads_to`].
    pub fn parse_tolerated(text: &str) -> Result<Self, RedirectUriError> {
        let policy = RedirectPolicy { allowed_schemes: &BTreeSet::new(), issuer: None };
        Self::parse(text, &policy)
    }

    /// One that was checked before: as the store has it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Parts::of(text).map(|_| Self(text.to_owned()))
    }

    /// Whether a request that names `presented` means this URI: equal bytes, or loopback URIs that differ in nothing but the port.
    /// RFC 9700 §2.1, RFC 8252 §7.3.
    pub fn matches(&self, presented: &str) -> bool {
        matching::same(&self.0, presented)
    }

    /// The URI to answer at: `presented`, when one of `registered` matches it, with the port that the application listens on now.
    /// What could not be registered is not followed either, however it got among them.
    pub fn select(registered: &[impl AsRef<str>], presented: &str) -> Option<Self> {
        let is_registered = registered.iter().any(|uri| matching::same(uri.as_ref(), presented));
        let own_scheme = presented.split_once(':').map(|(scheme, _)| scheme.to_owned());
        let policy = RedirectPolicy { allowed_schemes: &own_scheme.into_iter().collect(), issuer: None };
        Self::parse(presented, &policy).ok().filter(|_| is_registered)
    }

    pub fn kind(&self) -> Kind {
        if self.0.starts_with("https:") {
            Kind::Https
        } else if self.0.starts_with("http:") {
            Kind::Loopback
        } else {
            Kind::PrivateUse
        }
    }

    /// Whether it leads to the very origin of `url`.
    pub fn leads_to(&self, url: &Url) -> bool {
        Url::parse(&self.0).is_ok_and(|own| own.origin() == url.origin())
    }

    /// Whether what is sent there reaches only the owner of a domain name, which tells an application from its impostors: any program
    /// may listen on loopback or claim a private-use scheme. RFC 8252 §8.6.
    pub fn has_an_owner(&self) -> bool {
        match self.kind() {
            Kind::Https => !self.is_on_this_computer(),
            Kind::Loopback | Kind::PrivateUse => false,
        }
    }

    /// Whether it leads to a web server on the computer of the user, by `http` or by `https`.
    pub fn is_on_this_computer(&self) -> bool {
        matches!(self.host_for_display(), Destination::ThisComputer { .. })
    }

    /// The URI as it counts for recognising an application: a loopback one without its port, any other unchanged.
    pub fn without_loopback_port(&self) -> String {
        matching::split_loopback(&self.0)
            .map_or_else(|| self.0.clone(), |(host, rest)| format!("{host}{rest}"))
    }

    /// What a consent page shows large.
    pub fn host_for_display(&self) -> Destination {
        let Some(Parts { scheme, authority, .. }) = Parts::of(&self.0) else {
            return Destination::App { scheme: self.0.clone() };
        };
        let authority = authority.unwrap_or_default();
        let host = parts::host_and_port(authority).map_or(authority, |(host, _)| host);
        match self.kind() {
            Kind::PrivateUse => Destination::App { scheme: scheme.to_owned() },
            Kind::Https if !validate::is_loopback_host(host) => Destination::Web {
                host: authority.to_owned(),
                site: psl::domain_str(host).unwrap_or(host).to_owned(),
            },
            Kind::Https | Kind::Loopback => Destination::ThisComputer { host_and_port: authority.to_owned() },
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RedirectUri {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
