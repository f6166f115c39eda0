//! Where a person decides what an application gets.

use std::time::Duration;

use askama::Template;
use domain::time::Timestamp;

use super::{App, Destination, Foreign, span};
use crate::words::filters;

/// Posts `csrf` and `decision` (`allow` or `deny`) to `/interaction/{id}/consent`; "Not you?" posts `account_csrf` as `csrf` and
/// `account=other` to `/interaction/{id}/account`.
#[derive(Debug, Template)]
#[template(path = "page/consent.html")]
pub struct Consent {
    pub interaction: String,
    pub csrf: String,
    pub account_csrf: String,
    pub app: App,
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

impl Consent {
    fn first_seen(&self) -> Option<String> {
        self.first_seen.map(|then| span::day_and_age(then, self.now))
    }
}

/// One scope in words.
#[derive(Clone, Debug)]
pub struct GrantedScope {
    pub title: Foreign,
    /// May be empty.
    pub detail: Foreign,
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

impl Lasting {
    fn sentence(self) -> String {
        match self {
            Self::Once(span) => format!("For {}, then it has to ask again", span::in_words(span)),
            Self::Renewed(span) => format!("Up to {}, also while you are away", span::in_words(span)),
            Self::Bounded { unused, in_all } => {
                format!("Up to {}, or until unused for {}", span::in_words(in_all), span::in_words(unused))
            }
        }
    }
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
    fn label(&self) -> &'static str {
        match self.kind {
            AppLinkKind::Client => "Website",
            AppLinkKind::Policy => "Privacy policy",
            AppLinkKind::TermsOfService => "Terms of service",
        }
    }

    /// A second look at the scheme: registration has already refused everything that is not a web address.
    fn may_be_clicked(&self, app: &App) -> bool {
        app.trust.is_verified() && (self.url.starts_with("https://") || self.url.starts_with("http://"))
    }

    fn text(&self) -> Foreign {
        self.url.as_str().into()
    }
}
