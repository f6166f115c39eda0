//! What a registration policy or an initial access token adds to the rules: what may be registered, beyond what can be registered at all.
//!
//! They judge the effective metadata, with every default applied: leaving a member out is no way around them. Of a scope they take away
//! what is not allowed, which the answer shows (RFC 7591 §2, §3.2.1); anything else that is beyond them is refused, and every bound that is
//! broken is told at once.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    client::{
        Door,
        metadata::{AuthMethod, ClientMetadata, GrantType},
    },
    error::{ErrorCode, Refusal, Violation},
    redirect_uri::{Destination, Kind, RedirectUri},
    scope::Scope,
};

/// Stands for every private-use scheme. It is none itself: those have a dot, or are let in by name.
pub const ANY_PRIVATE_USE: &str = "private-use";

/// The most hosts, schemes or scope values in one list.
pub const MAX_ENTRIES: usize = 100;

/// What may be registered. Empty lists say nothing. Serialised, it is what the store keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Hosts of `https` redirect URIs: `app.example.com`, or `*.example.com` for every host below it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub redirect_hosts: BTreeSet<String>,
    /// Schemes of redirect URIs; [`ANY_PRIVATE_USE`] stands for those that belong to one application.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub redirect_schemes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub grant_types: BTreeSet<GrantType>,
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub scopes: Scope,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub auth_methods: BTreeSet<AuthMethod>,
    /// In milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_client_life: Option<u64>,
}

/// Bounds, and whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounded {
    /// As a refusal names it.
    pub name: String,
    pub bounds: Bounds,
}

/// Why bounds cannot be as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundsError {
    #[error(
        "redirectHosts must list up to 100 hosts in lower case, such as app.example.com or *.example.com"
    )]
    Hosts,
    #[error(
        "redirectSchemes must list up to 100 schemes in lower case without the colon: https, http (which only loopback may have), private-use for all that belong to one application, or one of these by name"
    )]
    Schemes,
    #[error("scopes must list up to 100 scope values (RFC 6749 section 3.3)")]
    Scopes,
    #[error("maxClientLife must be a minute or more")]
    Life,
}

impl Bounds {
    /// Whether they can be kept at all.
    pub fn check(&self) -> Result<(), BoundsError> {
        const MINUTE: u64 = 60_000;
        if self.redirect_hosts.len() > MAX_ENTRIES || !self.redirect_hosts.iter().all(|host| is_host(host)) {
            return Err(BoundsError::Hosts);
        }
        let is_known = |scheme: &String| {
            is_scheme(scheme) && (is_web(scheme) || RedirectUri::may_be_private_use(scheme))
        };
        if self.redirect_schemes.len() > MAX_ENTRIES || !self.redirect_schemes.iter().all(is_known) {
            return Err(BoundsError::Schemes);
        }
        if self.scopes.iter().count() > MAX_ENTRIES {
            return Err(BoundsError::Scopes);
        }
        if self.max_client_life.is_some_and(|life| life < MINUTE) { Err(BoundsError::Life) } else { Ok(()) }
    }

    fn allows_host(&self, host: &str) -> bool {
        self.redirect_hosts.is_empty() || self.redirect_hosts.iter().any(|pattern| is_like(host, pattern))
    }

    fn allows_scheme(&self, uri: &RedirectUri) -> bool {
        let scheme = uri.as_str().split(':').next().unwrap_or_default();
        self.redirect_schemes.is_empty()
            || self.redirect_schemes.contains(scheme)
            || (uri.kind() == Kind::PrivateUse && self.redirect_schemes.contains(ANY_PRIVATE_USE))
    }
}

/// The shortest life that any of them leaves a client of its own.
pub fn longest_life(all: &[Bounded]) -> Option<Duration> {
    all.iter().filter_map(|bounded| bounded.bounds.max_client_life).min().map(Duration::from_millis)
}

/// The metadata as they may be registered: as they are, but for scope values that are not allowed. `known` is every scope value there is,
/// which is what a client that names none may ask for. What an administrator writes is never changed: it is refused.
pub fn apply(
    all: &[Bounded],
    mut metadata: ClientMetadata,
    known: &Scope,
    door: Door,
) -> Result<ClientMetadata, Refusal> {
    let mut violations = Vec::new();
    for Bounded { name, bounds } in all {
        redirect_uris(name, bounds, &metadata, &mut violations);
        grants_and_method(name, bounds, &metadata, &mut violations);
        if !bounds.scopes.is_empty() {
            match scope(name, bounds, metadata.scope.as_ref(), known, door) {
                Ok(narrowed) => metadata.scope = Some(narrowed),
                Err(violation) => violations.push(violation),
            }
        }
    }
    let Some(first) = violations.first() else { return Ok(metadata) };
    let code = match first.field {
        "redirect_uris" => ErrorCode::InvalidRedirectUri,
        _ => ErrorCode::InvalidClientMetadata,
    };
    Err(Refusal::of_violations(code, violations))
}

fn redirect_uris(name: &str, bounds: &Bounds, metadata: &ClientMetadata, out: &mut Vec<Violation>) {
    let after_logout = metadata.post_logout_redirect_uris.iter().filter_map(|uri| RedirectUri::read(uri));
    let uris = metadata.redirect_uris.iter().map(|uri| ("redirect_uris", uri.clone()));
    let uris = uris.chain(after_logout.map(|uri| ("post_logout_redirect_uris", uri)));
    for (field, uri) in uris {
        if !bounds.allows_scheme(&uri) {
            let allowed = list(bounds.redirect_schemes.iter().map(String::as_str));
            out.push(Violation {
                policy: name.to_owned(),
                field,
                value: uri.as_str().to_owned(),
                rule: format!("a redirect URI must have one of these schemes: {allowed}"),
                remedy: "register a redirect URI with one of these schemes, or ask an administrator to allow yours"
                    .to_owned(),
            });
        } else if let Some(host) = https_host(&uri)
            && !bounds.allows_host(&host)
        {
            let allowed = list(bounds.redirect_hosts.iter().map(String::as_str));
            out.push(Violation {
                policy: name.to_owned(),
                field,
                value: uri.as_str().to_owned(),
                rule: format!("an https redirect URI must be on one of these hosts: {allowed}"),
                remedy:
                    "register a redirect URI on one of these hosts, or ask an administrator to allow yours"
                        .to_owned(),
            });
        }
    }
}

fn grants_and_method(name: &str, bounds: &Bounds, metadata: &ClientMetadata, out: &mut Vec<Violation>) {
    for grant_type in &metadata.grant_types {
        if !bounds.grant_types.is_empty() && !bounds.grant_types.contains(grant_type) {
            let allowed = list(bounds.grant_types.iter().map(|grant_type| grant_type.as_str()));
            out.push(Violation {
                policy: name.to_owned(),
                field: "grant_types",
                value: grant_type.as_str().to_owned(),
                rule: format!("only these grants may be registered: {allowed}"),
                remedy: format!("leave {} out of grant_types", grant_type.as_str()),
            });
        }
    }
    let method = metadata.token_endpoint_auth_method;
    if !bounds.auth_methods.is_empty() && !bounds.auth_methods.contains(&method) {
        let allowed = list(bounds.auth_methods.iter().map(|method| method.as_str()));
        out.push(Violation {
            policy: name.to_owned(),
            field: "token_endpoint_auth_method",
            value: method.as_str().to_owned(),
            rule: format!(
                "a client must authenticate at the token endpoint by one of these methods: {allowed}"
            ),
            remedy: format!(
                "set token_endpoint_auth_method to one of these; left out it is {}",
                method.as_str()
            ),
        });
    }
}

fn scope(
    name: &str,
    bounds: &Bounds,
    asked: Option<&Scope>,
    known: &Scope,
    door: Door,
) -> Result<Scope, Violation> {
    let allowed = asked.unwrap_or(known).intersection(&bounds.scopes);
    let is_narrowed_in_silence = asked.is_some_and(|asked| *asked != allowed) && door == Door::Administrator;
    if !allowed.is_empty() && !is_narrowed_in_silence {
        return Ok(allowed);
    }
    let beyond = asked.unwrap_or(known).filter(|token| !bounds.scopes.contains(token));
    Err(Violation {
        policy: name.to_owned(),
        field: "scope",
        value: beyond.to_string(),
        rule: format!("only these scope values may be registered: {}", list(bounds.scopes.iter())),
        remedy: "ask for one of these in scope, or leave scope out".to_owned(),
    })
}

/// The host of an `https` URI, without a port.
fn https_host(uri: &RedirectUri) -> Option<String> {
    if uri.kind() != Kind::Https {
        return None;
    }
    match uri.host_for_display() {
        Destination::Web { host, .. } | Destination::ThisComputer { host_and_port: host } => {
            let host = match host.rsplit_once(':') {
                Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host.to_owned(),
                _ => host,
            };
            Some(host.to_ascii_lowercase())
        }
        Destination::App { .. } => None,
    }
}

/// Label by label: `*.example.com` is every name below `example.com`, and neither that itself nor `badexample.com`.
fn is_like(host: &str, pattern: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => host
            .strip_suffix(domain)
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|below| !below.is_empty()),
        None => host == pattern,
    }
}

fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "https" | "http")
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_compared_label_by_label() {
        for (host, pattern, is) in [
            ("app.example.com", "app.example.com", true),
            ("a.example.com", "*.example.com", true),
            ("a.b.example.com", "*.example.com", true),
            ("example.com", "*.example.com", false),
            ("badexample.com", "*.example.com", false),
            ("example.com.evil.example", "*.example.com", false),
            ("app.example.com", "example.com", false),
        ] {
            assert_eq!(is_like(host, pattern), is, "{host} {pattern}");
        }
    }

    #[test]
    fn what_can_never_be_met_or_would_start_more_than_one_application_is_refused() {
        let hosts = |host: &str| Bounds { redirect_hosts: [host.to_owned()].into(), ..Bounds::default() };
        for bad in ["", "*", "*.", "App.example", "a..b", "https://a.example", "a.example:8443", "*a.example"]
        {
            assert_eq!(hosts(bad).check(), Err(BoundsError::Hosts), "{bad}");
        }
        let schemes =
            |scheme: &str| Bounds { redirect_schemes: [scheme.to_owned()].into(), ..Bounds::default() };
        for bad in ["javascript", "data", "HTTPS", "https:", "", "mailto"] {
            assert_eq!(schemes(bad).check(), Err(BoundsError::Schemes), "{bad}");
        }
        for good in ["https", "http", ANY_PRIVATE_USE, "com.example.app", "cursor"] {
            assert_eq!(schemes(good).check(), Ok(()), "{good}");
        }
        let life = |life| Bounds { max_client_life: Some(life), ..Bounds::default() };
        assert_eq!((life(59_999).check(), life(60_000).check()), (Err(BoundsError::Life), Ok(())));
    }

    #[test]
    fn the_shortest_of_several_lives_counts() {
        let of = |life| Bounded {
            name: String::new(),
            bounds: Bounds { max_client_life: life, ..Bounds::default() },
        };
        assert_eq!(
            longest_life(&[of(None), of(Some(90_000)), of(Some(60_000))]),
            Some(Duration::from_mins(1))
        );
        assert_eq!(longest_life(&[of(None)]), None);
    }
}
