//! Where a person decides what an application gets.

use std::time::Duration;

use askama::Template;
use domain::time::Timestamp;

use super::{App, Destination, Foreign, NameWarning, filters};
use crate::words::{Said, said};

/// Posts `csrf` and `decision` (`allow` or `deny`) to `/interaction/{id}/consent`; "Not you?" posts `account_csrf` as `csrf` and
/// `account=other` to `/interaction/{id}/account`.
#[derive(Debug, Template)]
#[template(path = "page/consent.html")]
pub struct Consent {
    pub interaction: String,
    pub csrf: String,
    pub account_csrf: String,
    pub app: App,
    pub name_warning: Option<NameWarning>,
    /// The account that is signed in.
    pub account: Foreign,
    pub scopes: Vec<GrantedScope>,
    /// The audiences of `resource` (RFC 8707), empty if none were named.
    pub resources: Vec<Foreign>,
    pub links: Vec<AppLink>,
    pub lasting: Lasting,
    /// When the client first came to this server, if it ever registered.
    pub first_seen: Option<Timestamp>,
    pub now: Timestamp,
}

/// One scope in words.
#[derive(Clone, Debug)]
pub struct GrantedScope {
    pub title: ScopeTitle,
    pub detail: Option<Said>,
}

/// What a scope is called.
#[derive(Clone, Debug)]
pub enum ScopeTitle {
    Ours(Said),
    /// The value itself, of a scope that this server does not define.
    Theirs(Foreign),
}

/// For how long "allow" holds.
#[derive(Clone, Copy, Debug)]
pub enum Lasting {
    /// An access token and nothing to renew it with.
    Once(Duration),
    /// A refresh token that lives this long, and longer with every use.
    Renewed(Duration),
    /// A refresh token that lives as long as `unused` unless it is used, and as long as `in_all` at most.
    Bounded { unused: Duration, in_all: Duration },
}

/// A page about the application that the application itself named.
#[derive(Clone, Debug)]
pub struct AppLink {
    pub kind: AppLinkKind,
    pub url: String,
    pub host: Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppLinkKind {
    Client,
    Policy,
    TermsOfService,
}

impl AppLink {
    pub(super) fn label(&self) -> Said {
        match self.kind {
            AppLinkKind::Client => said("Website"),
            AppLinkKind::Policy => said("Privacy policy"),
            AppLinkKind::TermsOfService => said("Terms of service"),
        }
    }

    /// A second look at the scheme: registration has already refused everything that is not a web address.
    pub(super) fn is_web_address(&self) -> bool {
        self.url.starts_with("https://") || self.url.starts_with("http://")
    }

    pub(super) fn text(&self) -> Foreign {
        self.url.as_str().into()
    }
}
