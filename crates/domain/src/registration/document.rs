//! A registration that stands in a document at the client's id: the same rules, and those that only a document can break.
//! Client ID Metadata Document §4.1, §6.3.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    json,
    replacement::differs_to_a_user,
    request::{Policy, RawRegistration, Registration, parse},
    rules::refuse,
};
use crate::{
    client::{
        Door,
        document_url::DocumentUrl,
        metadata::{AuthMethod, ClientMetadata},
    },
    error::Refusal,
    jose::{self, JwkSet},
};

/// The longest document that is read, in bytes.
pub const MAX_BYTES: usize = 5 * 1024;

/// What only a server gives a client, and a document that everybody can read must not hold.
const SECRETS: [&str; 2] = ["client_secret", "client_secret_expires_at"];

/// Reads the document at `url`. It must say that it is the one at `url`, byte for byte, and must hold no secret.
pub fn read(bytes: &[u8], url: &DocumentUrl) -> Result<RawRegistration, Refusal> {
    let members = json::object(bytes).map_err(|error| refuse(error.to_string()))?;
    if members.get("client_id").and_then(Value::as_str) != Some(url.as_str()) {
        return Err(refuse(
            "client_id in the document must be the URL of the document, character for character",
        ));
    }
    let is_there = |member: &&str| members.get(*member).is_some_and(|value| !value.is_null());
    if let Some(secret) = SECRETS.into_iter().find(is_there) {
        return Err(refuse(format!("{secret} must not stand in a document; everybody can read it")));
    }
    Ok(RawRegistration::from_members(members))
}

/// What stands in a document must have a name; beyond that it is a registration like any other.
pub fn judge(raw: &RawRegistration, policy: &Policy<'_>) -> Result<Registration, Refusal> {
    if raw.value("client_name").is_none() {
        return Err(refuse("client_name is missing; people must be told who asks"));
    }
    parse(raw, policy, Door::Document)
}

/// What follows when a document changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whoever allowed the client would now see, or trust, something else.
    pub voids_consents: bool,
    /// Nothing is left that what it proved itself with, or where it was answered: it may be in other hands.
    pub revokes_grants: bool,
}

/// How the document `after` differs from what it was; `None` when it says the same.
pub fn change(before: &ClientMetadata, after: &ClientMetadata) -> Option<Change> {
    (before != after).then(|| Change {
        voids_consents: differs_to_a_user(before, after),
        revokes_grants: has_other_keys(before, after) || has_other_addresses(before, after),
    })
}

/// Whether a client that proved itself does so with none of its keys any more, or not at all.
fn has_other_keys(before: &ClientMetadata, after: &ClientMetadata) -> bool {
    let signs = |metadata: &ClientMetadata| metadata.accepts(AuthMethod::PrivateKeyJwt);
    if !signs(before) {
        return false;
    }
    if !signs(after) || before.token_endpoint_auth_method != after.token_endpoint_auth_method {
        return true;
    }
    match (&before.jwks, &after.jwks) {
        (Some(before), Some(after)) => thumbprints(before).is_disjoint(&thumbprints(after)),
        (Some(_), None) | (None, Some(_)) => true,
        (None, None) => before.jwks_uri != after.jwks_uri,
    }
}

fn has_other_addresses(before: &ClientMetadata, after: &ClientMetadata) -> bool {
    !before.redirect_uris.iter().any(|uri| after.redirect_uris.contains(uri))
}

fn thumbprints(keys: &JwkSet) -> BTreeSet<String> {
    keys.keys().map(jose::thumbprint).collect()
}
