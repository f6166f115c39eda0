//! Which grants a client may use, and the response types that go with them. RFC 7591 §2, §2.1; RFC 9700 §2.1.2, §2.4.
//!
//! Each list is filled from the other when it is missing. With both missing a client gets the code grant and refresh tokens: nearly
//! all want them and few ask.
//!
//! What this server has not is left out of either list as long as something that it has remains there: many clients name whatever they
//! know. What remains must agree, and the answer says what it is (RFC 7591 §3.2.1).

use crate::{
    client::{
        Door,
        metadata::{AuthMethod, GrantType, ResponseType},
    },
    error::{ErrorCode, Refusal},
    registration::{
        request::{Policy, RawRegistration},
        rules::refuse,
    },
    settings::DeviceGrantPolicy,
};

const MEMBER_CODE: ErrorCode = ErrorCode::InvalidClientMetadata;

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    policy: &Policy<'_>,
    door: Door,
) -> Result<(Vec<GrantType>, Vec<ResponseType>), Refusal> {
    let grant_types =
        raw.list("grant_types", MEMBER_CODE)?.map(|names| read_grant_types(&names)).transpose()?;
    let grant_types = grant_types.map(|named| without_the_closed(named, policy, door)).transpose()?;
    let response_types =
        raw.list("response_types", MEMBER_CODE)?.map(|names| read_response_types(&names)).transpose()?;
    let Some(grant_types) = grant_types else {
        // An empty list beside no list at all says as little as both missing.
        return Ok((vec![GrantType::AuthorizationCode, GrantType::RefreshToken], vec![ResponseType::Code]));
    };
    let has_code = grant_types.contains(&GrantType::AuthorizationCode);
    let expected = if has_code { vec![ResponseType::Code] } else { Vec::new() };
    match response_types {
        Some(given) if given != expected => Err(refuse(
            "response_types and grant_types disagree: code goes with authorization_code and with nothing else",
        )),
        Some(_) | None => Ok((grant_types, expected)),
    }
}

/// A client that acts for itself must prove itself, and must be known to somebody. RFC 6749 §4.4.
pub(in crate::registration) fn check_client_credentials(
    grant_types: &[GrantType],
    method: AuthMethod,
    door: Door,
) -> Result<(), Refusal> {
    if !grant_types.contains(&GrantType::ClientCredentials) {
        return Ok(());
    }
    if method == AuthMethod::None {
        return Err(refuse(
            "the client_credentials grant needs a token_endpoint_auth_method other than none",
        ));
    }
    match door {
        Door::Anonymous | Door::Document => Err(refuse(
            "the client_credentials grant is only for clients registered with a credential; send an API key",
        )),
        Door::InitialAccessToken | Door::ApiKey | Door::AccessToken | Door::Administrator => Ok(()),
    }
}

/// Takes the device grant from whoever registers without a credential, unless it is open to everybody: many name it beside the code
/// grant and get by without. Whoever wants nothing else hears why. RFC 8628 §5.4.
fn without_the_closed(
    mut named: Vec<GrantType>,
    policy: &Policy<'_>,
    door: Door,
) -> Result<Vec<GrantType>, Refusal> {
    let is_open = match policy.settings.device_grant {
        DeviceGrantPolicy::Anybody => true,
        DeviceGrantPolicy::Registered => door != Door::Anonymous,
    };
    let is_device = named.contains(&GrantType::DeviceCode);
    if is_open || !is_device {
        return Ok(named);
    }
    named.retain(|grant| *grant != GrantType::DeviceCode);
    if named.iter().all(|grant| *grant == GrantType::RefreshToken) {
        return Err(refuse(
            "the device grant is only for clients registered with a credential; send an API key",
        ));
    }
    Ok(named)
}

/// Keeps the grants this server has and drops those it has not, unless nothing would remain to begin with.
fn read_grant_types(names: &[&str]) -> Result<Vec<GrantType>, Refusal> {
    let mut grant_types: Vec<_> = names.iter().filter_map(|name| GrantType::parse(name)).collect();
    grant_types.sort_unstable();
    grant_types.dedup();
    if grant_types.iter().all(|grant| *grant == GrantType::RefreshToken) {
        return Err(refuse(
            "grant_types must contain authorization_code, client_credentials or urn:ietf:params:oauth:grant-type:device_code",
        ));
    }
    Ok(grant_types)
}

/// Keeps `code`. Whoever names others only would wait for an answer that never comes.
fn read_response_types(names: &[&str]) -> Result<Vec<ResponseType>, Refusal> {
    let has_code = names.contains(&"code");
    if !has_code && !names.is_empty() {
        return Err(refuse("response_types must contain code; tokens come from the token endpoint alone"));
    }
    Ok(has_code.then_some(ResponseType::Code).into_iter().collect())
}
