//! Keys of clients, and of those who vouch for software, that are published at an address of their own. RFC 7591 §2 `jwks_uri`, OpenID Connect
//! Core §10.1.1.

use std::{sync::Arc, time::Duration};

use domain::{
    client::{Client, Door},
    jose::JwkSet,
    time::Timestamp,
};

use crate::{
    app::App,
    egress::{
        EgressError, Wanted,
        kept::{Found, Kept},
    },
};

/// The longest set that is read, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// While its address cannot be reached, a set counts for so long. Keys that must not be used any more go on for so long at most.
const AT_MOST: Duration = Duration::from_hours(24);

/// A set is fetched anew no more often than this: not for a key that it lacks, nor because the last attempt came to nothing.
const AGAIN: Duration = Duration::from_mins(1);

/// Sets of this node.
pub type KeySets = Kept<JwkSet, KeySetError>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    #[error("it {0}")]
    Egress(EgressError),
    #[error("it is not JSON")]
    NotJson,
    #[error("it holds no key that can be used")]
    NoKeys,
    #[error("it was not to be had a moment ago")]
    TooSoon,
}

/// Whose keys are at an address.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    jwks_uri: &'a str,
    /// As the log names it.
    name: &'a str,
    /// Somebody allowed it: what strangers make this server ask of its host keeps nobody from asking for these.
    has_own_budget: bool,
}

impl<'a> Whose<'a> {
    pub fn client(client: &'a Client, jwks_uri: &'a str) -> Self {
        Self { jwks_uri, name: client.client_id.as_str(), has_own_budget: client.door == Door::Document }
    }

    /// An issuer of software statements, whom an administrator named.
    pub const fn trusted(issuer: &'a str, jwks_uri: &'a str) -> Self {
        Self { jwks_uri, name: issuer, has_own_budget: true }
    }
}

/// The keys at their `jwks_uri`.
pub async fn current(app: &App, whose: Whose<'_>, now: Timestamp) -> Option<Found<JwkSet>> {
    let known = app.key_sets.recall(whose.jwks_uri);
    if let Some(found) = &known
        && found.is_fresh(now)
    {
        return known;
    }
    let stale = known.filter(|found| now < found.fetched_at.plus(AT_MOST));
    renew(app, whose, now).await.or(stale)
}

/// The keys at their `jwks_uri` as they are now, after those in `known` did not do; `None` if it is too soon to ask, or nothing better came.
pub async fn newer(
    app: &App,
    whose: Whose<'_>,
    known: &Found<JwkSet>,
    now: Timestamp,
) -> Option<Found<JwkSet>> {
    if now < known.fetched_at.plus(AGAIN) {
        return None;
    }
    renew(app, whose, now).await
}

async fn renew(app: &App, whose: Whose<'_>, now: Timestamp) -> Option<Found<JwkSet>> {
    let jwks_uri = whose.jwks_uri;
    let fetch = async {
        if app.fetch_tries.is_too_soon(jwks_uri, now, AGAIN) {
            return Err(KeySetError::TooSoon);
        }
        let budget = whose.has_own_budget.then_some(jwks_uri);
        let wanted = Wanted { url: jwks_uri, max_bytes: MAX_BYTES, budget };
        let fetched = app.gate.fetch(wanted, now).await.map_err(KeySetError::Egress)?;
        if !fetched.is_json() {
            return Err(KeySetError::NotJson);
        }
        let value = serde_json::from_slice(&fetched.body).map_err(|_| KeySetError::NotJson)?;
        let keys = JwkSet::parse_published(&value).map_err(|_| KeySetError::NoKeys)?;
        Ok(Found { value: Arc::new(keys), fetched_at: now, life: fetched.life() })
    };
    let found = app.key_sets.renew(jwks_uri, fetch).await;
    found.inspect_err(|error| tracing::info!(whose = whose.name, %error, "no keys at jwks_uri")).ok()
}
