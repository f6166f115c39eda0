//! What the client may ask for: what it named and this server knows. RFC 7591 §2, RFC 6749 §3.3.

use crate::{
    client::{Door, management::MANAGE},
    error::Refusal,
    registration::{
        request::{Policy, RawRegistration},
        rules::refuse,
    },
    scope::Scope,
};

/// Narrowed to the known values; `None` when the client named none, which leaves it the server's default set.
///
/// The right to manage this server is written into a registration by administrators alone. To everybody else it is a value that does
/// not exist: left out of what is registered, which the response shows (RFC 7591 §3.2.1), so that a client which asks for all it ever
/// heard of still gets registered.
pub(in crate::registration) fn read(
    raw: &RawRegistration,
    policy: &Policy<'_>,
    door: Door,
) -> Result<Option<Scope>, Refusal> {
    let Some(text) = raw.text("scope")? else {
        return Ok(None);
    };
    let asked = Scope::parse(text).map_err(|error| refuse(error.to_string()))?;
    if asked.is_empty() {
        return Ok(None);
    }
    let is_permitted = |token: &str| token == MANAGE && door == Door::Administrator;
    let known = policy.settings.known_part(&asked).union(&asked.filter(is_permitted));
    if known.is_empty() {
        return Err(refuse(
            "scope has no value that this server knows; see scopes_supported in its metadata",
        ));
    }
    Ok(Some(known))
}
