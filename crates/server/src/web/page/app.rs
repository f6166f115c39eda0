//! The application that asks, as far as the person in front of the page should believe it.

use std::fmt::Display;

use askama::{Result, Values};

use super::Foreign;
use crate::words::{Locale, Markup, Part, Said, filters, said};

/// Room for every honest name.
const NAME_CHARS: usize = 60;

/// Who asks and where the answer would go.
#[derive(Clone, Debug)]
pub struct App {
    /// `client_name`, if the client gave one.
    pub name: Option<Foreign>,
    pub client_id: Foreign,
    pub trust: Trust,
    /// The host of the document that describes it, if one does.
    pub origin: Option<Foreign>,
    pub destination: Destination,
}

impl App {
    /// The name, unless it is missing or shows nothing; cut where a name ends and a message to the reader begins.
    pub fn name(&self) -> Option<Foreign> {
        let name = self.name.as_ref().filter(|name| !name.is_blank())?;
        Some(name.shortened(NAME_CHARS))
    }
}

/// What asks a person for something, and is called somehow.
pub trait Asker {
    fn called(&self, locale: Locale) -> Markup;
}

impl<A: Asker> Asker for &A {
    fn called(&self, locale: Locale) -> Markup {
        (**self).called(locale)
    }
}

impl Asker for App {
    fn called(&self, locale: Locale) -> Markup {
        let sentence = |words: Said, parts: &[&dyn Part]| Markup::sentence(words.in_locale(locale), parts);
        match (self.name(), &self.destination) {
            _ if self.trust == Trust::House => sentence(said("This server’s console"), &[]),
            (Some(name), _) => self.trust.named(&name, locale),
            (None, Destination::Web { host, .. }) => sentence(said("The app at {0}"), &[&bdi(host)]),
            (None, Destination::ThisComputer { .. }) => sentence(said("A program on this computer"), &[]),
            (None, Destination::App { .. }) => sentence(said("An app on this device"), &[]),
        }
    }
}

/// The application of a device: no answer goes anywhere, the device comes for it.
#[derive(Clone, Debug)]
pub struct DeviceApp {
    pub name: Option<Foreign>,
    pub client_id: Foreign,
    pub trust: Trust,
}

impl Asker for DeviceApp {
    fn called(&self, locale: Locale) -> Markup {
        match self.name.as_ref().filter(|name| !name.is_blank()) {
            Some(name) => self.trust.named(&name.shortened(NAME_CHARS), locale),
            None => Markup::sentence(said("A device").in_locale(locale), &[]),
        }
    }
}

fn bdi(name: &dyn Display) -> Markup {
    Markup::between("<bdi>", name, "</bdi>")
}

/// `{{ "{0} wants access"|t1(app|called) }}`: what a page calls the application, at the beginning of a sentence. A name that nobody
/// vouches for stands in quotes.
#[derive(Clone, Copy, Debug, Default)]
#[expect(non_camel_case_types, reason = "askama looks for a type named as the filter is")]
pub struct called;

impl askama::filters::ValidFilterInvocation for called {}

impl called {
    pub fn execute<A: Asker>(self, app: &A, values: &dyn Values) -> Result<Markup> {
        Ok(app.called(filters::locale(values)))
    }
}

/// What a page says of a name that could be mistaken for another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameWarning {
    /// It is, or looks like, this one that belongs to somebody here.
    Taken(Foreign),
    /// It looks like this well-known one and is spelled otherwise.
    Disguised(Foreign),
    /// It mixes alphabets whose letters look alike.
    Mixed,
}

/// Who vouches for an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It is this server's own console or portal, answered here.
    House,
    /// An administrator checked it.
    Verified,
    /// An account of this server registered it.
    SelfRegistered,
    /// It registered itself.
    Anonymous,
    /// A document describes it, and only whoever holds that website, or its keys, can be answered.
    Published,
    /// A document describes it, but any program could say that it is the one.
    Claimed,
    /// Its id was never registered here.
    Tolerated,
}

impl Trust {
    pub fn is_verified(self) -> bool {
        matches!(self, Self::House | Self::Verified)
    }

    /// A name that somebody vouches for, or one in quotes.
    fn named(self, name: &Foreign, locale: Locale) -> Markup {
        if self.is_verified() {
            bdi(name)
        } else {
            Markup::sentence(said("“{0}”").in_locale(locale), &[&bdi(name)])
        }
    }

    /// The fixed words that stand before anything the application says of itself.
    pub fn label(self) -> Said {
        match self {
            Self::House => said("Part of this server"),
            Self::Verified => said("Verified app"),
            Self::Published => said("App of a website"),
            Self::SelfRegistered | Self::Anonymous | Self::Claimed | Self::Tolerated => {
                said("Unverified app")
            }
        }
    }

    /// What stands before the host of its document.
    pub fn origin_label(self) -> Said {
        match self {
            Self::Published | Self::Verified | Self::House => said("Comes from"),
            Self::SelfRegistered | Self::Anonymous | Self::Claimed | Self::Tolerated => {
                said("Says it comes from")
            }
        }
    }

    pub fn sentence(self) -> Said {
        match self {
            Self::House => said("These are this server's own pages: what you allow stays here."),
            Self::Verified => said("An administrator of this server knows this app."),
            Self::SelfRegistered => said(
                "Somebody with an account on this server registered it. No administrator has checked it, and its name is \
                 only what it calls itself.",
            ),
            Self::Anonymous => said(
                "It registered itself. Nobody vouches for it, and its name is only what it calls itself.",
            ),
            Self::Published => said(
                "The website that it comes from was checked; it is named below. Nobody here has checked what the app does, and its \
                 name is only what it calls itself.",
            ),
            Self::Claimed => said(
                "It says that it comes from the website named below, but any program on this device can say so. Nobody here has \
                 checked it, and its name is only what it calls itself.",
            ),
            Self::Tolerated => {
                said("It was never registered here. Nobody vouches for it or knows who made it.")
            }
        }
    }
}

/// Where the answer would go, by the kind of the redirect URI.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A web address. `host` may end in a port. `site` is the registrable domain at the end of the host (`example.com` of
    /// `login.example.com`), which is set in bold; empty means the whole host.
    Web { host: Foreign, site: Foreign },
    /// A loopback address as the request spelled it, with its port if it has one.
    ThisComputer { address: Foreign },
    /// A private-use scheme without its colon.
    App { scheme: Foreign },
}

impl Destination {
    /// The host in three parts: what is before the registrable domain, that domain, and the port. Only a whole-label match counts.
    fn host_parts(&self) -> (&str, &str, &str) {
        let Self::Web { host, site } = self else {
            return ("", "", "");
        };
        let host = host.as_str();
        let port_at = host.rfind(':').filter(|at| !host.ends_with(']') && *at > 0).unwrap_or(host.len());
        let (name, port) = host.split_at(port_at);
        match name.strip_suffix(site.as_str()) {
            Some(before) if !site.is_blank() && (before.is_empty() || before.ends_with('.')) => {
                (before, site.as_str(), port)
            }
            _ => ("", name, port),
        }
    }

    pub fn host_before_site(&self) -> &str {
        self.host_parts().0
    }

    pub fn host_site(&self) -> &str {
        self.host_parts().1
    }

    pub fn host_port(&self) -> &str {
        self.host_parts().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(host: &str, site: &str) -> (String, String, String) {
        let destination = Destination::Web { host: host.into(), site: site.into() };
        let (before, site, port) = destination.host_parts();
        (before.to_owned(), site.to_owned(), port.to_owned())
    }

    #[test]
    fn the_registrable_domain_is_set_apart_from_what_stands_before_it() {
        let expected = ("google.com.login.".into(), "evil.example".into(), ":8443".into());
        assert_eq!(parts("google.com.login.evil.example:8443", "evil.example"), expected);
    }

    #[test]
    fn a_site_that_ends_no_whole_label_sets_nothing_apart() {
        assert_eq!(
            parts("notexample.com", "example.com"),
            (String::new(), "notexample.com".into(), String::new())
        );
    }

    #[test]
    fn an_ipv6_literal_keeps_its_colons() {
        assert_eq!(parts("[2001:db8::1]", ""), (String::new(), "[2001:db8::1]".into(), String::new()));
        assert_eq!(parts("[2001:db8::1]:8443", "").2, ":8443");
    }

    #[test]
    fn a_name_that_is_a_message_is_cut() {
        let app = App {
            name: Some("Security notice: ".repeat(9).into()),
            client_id: "x".into(),
            trust: Trust::Anonymous,
            origin: None,
            destination: Destination::App { scheme: "x.y".into() },
        };
        assert_eq!(app.name().unwrap().as_str().chars().count(), NAME_CHARS + 1);
    }

    #[test]
    fn everything_but_a_verified_app_is_called_unverified() {
        for trust in [Trust::SelfRegistered, Trust::Anonymous, Trust::Claimed, Trust::Tolerated] {
            assert_eq!(trust.label(), said("Unverified app"));
        }
        assert!(!Trust::Published.is_verified(), "nobody here vouches for it");
        assert_eq!(Trust::Verified.label(), said("Verified app"));
    }
}
