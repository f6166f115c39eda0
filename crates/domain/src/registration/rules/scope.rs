//! What the client may ask for: what it named and this server knows. RFC 7591 §2, RFC 6749 §3.3.

use crate::{
    error::Refusal,
    registration::{
        request::{Policy, RawRegistration},
        rules::refuse,
    },
    scope::Scope,
};

/// Narrowed to the known values; `None` when the client named none, which leaves it the server's default set.
pub(in crate::registration) fn read(
    raw: &RawRegistration,
    policy: &Policy<'_>,
) -> Result<Option<Scope>, Refusal> {
    let Some(text) = raw.text("scope")? else {
        return Ok(None);
    };
    let asked = Scope::parse(text).map_err(|error| refuse(error.to_string()))?;
    if asked.is_empty() {
        return Ok(None);
    }
    let known = policy.settings.known_part(&asked);
    if known.is_empty() {
        return Err(refuse(
            "scope has no value that this server knows; see scopes_supported in its metadata",
        ));
    }
    Ok(Some(known))
}
