//! Where the user may be sent after logging out: a redirect URI at one of the places where logins go. RP-Initiated Logout §3.1.

use std::mem::discriminant;

use super::redirect_uris::{read_member, redirect_policy};
use crate::{
    client::Door,
    error::{ErrorCode, Refusal},
    redirect_uri::{Destination, RedirectUri},
    registration::{
        request::{Policy, RawRegistration},
        rules::refuse,
    },
};

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    policy: &Policy<'_>,
    door: Door,
    redirect_uris: &[RedirectUri],
) -> Result<Vec<String>, Refusal> {
    let uris = read_member(
        raw,
        "post_logout_redirect_uris",
        ErrorCode::InvalidClientMetadata,
        &redirect_policy(policy, door),
    )?;
    let places: Vec<_> = redirect_uris.iter().map(RedirectUri::host_for_display).collect();
    let is_known = |uri: &RedirectUri| {
        let target = uri.host_for_display();
        places.iter().any(|place| same_place(place, &target))
    };
    if !uris.iter().all(is_known) {
        return Err(refuse(
            "post_logout_redirect_uris must use a host or scheme that redirect_uris uses too",
        ));
    }
    Ok(uris.iter().map(|uri| uri.as_str().to_owned()).collect())
}

/// On the user's own computer any listener is as good as another.
fn same_place(a: &Destination, b: &Destination) -> bool {
    match a {
        Destination::ThisComputer { .. } => discriminant(a) == discriminant(b),
        Destination::Web { .. } | Destination::App { .. } => a == b,
    }
}
