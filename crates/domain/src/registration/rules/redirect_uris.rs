//! Where answers may go: at most 20 URIs, each valid by itself, stored once. RFC 7591 §2, §5; RFC 6749 §3.1.2.

use crate::{
    client::{Door, metadata::GrantType},
    error::{ErrorCode, Refusal},
    redirect_uri::{RedirectPolicy, RedirectUri},
    registration::request::{Policy, RawRegistration},
};

const MAX_URIS: usize = 20;
const MAX_BYTES: usize = 8 * 1024;

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    policy: &Policy<'_>,
    door: Door,
) -> Result<Vec<RedirectUri>, Refusal> {
    read_member(raw, "redirect_uris", ErrorCode::InvalidRedirectUri, &redirect_policy(policy, door))
}

/// The authorization code needs a place to go to. RFC 7591 §2.
pub(in crate::registration) fn require(
    uris: &[RedirectUri],
    grant_types: &[GrantType],
) -> Result<(), Refusal> {
    if uris.is_empty() && grant_types.contains(&GrantType::AuthorizationCode) {
        return Err(Refusal::new(
            ErrorCode::InvalidRedirectUri,
            "redirect_uris is missing; the authorization_code grant needs at least one",
        ));
    }
    Ok(())
}

/// A list of redirect URIs, its bounds kept and its duplicates dropped; refused with `code`.
pub(super) fn read_member(
    raw: &RawRegistration,
    member: &str,
    code: ErrorCode,
    policy: &RedirectPolicy<'_>,
) -> Result<Vec<RedirectUri>, Refusal> {
    let texts = raw.list(member, code)?.unwrap_or_default();
    if texts.len() > MAX_URIS || texts.iter().map(|text| text.len()).sum::<usize>() > MAX_BYTES {
        return Err(Refusal::new(
            code,
            format!("{member} must hold at most {MAX_URIS} URIs and {MAX_BYTES} bytes in all"),
        ));
    }
    let mut uris = Vec::with_capacity(texts.len());
    for text in texts {
        let uri = RedirectUri::parse(text, policy)
            .map_err(|error| Refusal::new(code, format!("an entry of {member} {error}")))?;
        if !uris.contains(&uri) {
            uris.push(uri);
        }
    }
    Ok(uris)
}

/// Only an administrator may register this server's own pages, which are a client like any other.
pub(super) fn redirect_policy<'a>(policy: &Policy<'a>, door: Door) -> RedirectPolicy<'a> {
    RedirectPolicy {
        allowed_schemes: &policy.settings.allowed_redirect_schemes,
        issuer: match door {
            Door::Anonymous
            | Door::InitialAccessToken
            | Door::ApiKey
            | Door::AccessToken
            | Door::Document => Some(policy.issuer),
            Door::Administrator => None,
        },
    }
}
