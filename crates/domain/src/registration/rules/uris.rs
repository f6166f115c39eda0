//! Links to pages of the client: https, a named host, nothing that could leave the attribute it is printed in. RFC 7591 §2, §5.
//!
//! One check for all of them and their language variants. Nothing is fetched.

use url::{Host, Url};

use crate::{
    error::Refusal,
    redirect_uri::RedirectUri,
    registration::{request::RawRegistration, rules::refuse},
};

const MAX_BYTES: usize = 2048;

pub(in crate::registration) fn read(raw: &RawRegistration, member: &str) -> Result<Option<String>, Refusal> {
    raw.text(member)?.map(|text| metadata_uri(member, text)).transpose()
}

/// A link that others would follow to the client. Nobody else reaches what runs on the computer of the person, so that is left out: whoever
/// develops there names it all the same.
pub(in crate::registration) fn read_reachable(
    raw: &RawRegistration,
    member: &str,
) -> Result<Option<String>, Refusal> {
    let is_local = |text: &str| RedirectUri::parse_tolerated(text).is_ok_and(|uri| uri.is_on_this_computer());
    match raw.text(member)? {
        Some(text) if is_local(text) => Ok(None),
        Some(text) => metadata_uri(member, text).map(Some),
        None => Ok(None),
    }
}

/// An address that this server itself will ask. What its host leads to is judged then, and only then can it be.
pub(in crate::registration) fn read_fetched(
    raw: &RawRegistration,
    member: &str,
) -> Result<Option<String>, Refusal> {
    let Some(text) = raw.text(member)? else {
        return Ok(None);
    };
    let url = https_uri(member, text)?;
    if url.fragment().is_some() {
        return Err(refuse(format!("{member} must not contain a fragment")));
    }
    match url.host() {
        Some(Host::Domain(_)) => Ok(Some(text.to_owned())),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => Err(no_public_host(member)),
    }
}

/// The text unchanged, when it is an https URI that is safe to show and to follow.
pub(super) fn metadata_uri(member: &str, text: &str) -> Result<String, Refusal> {
    match https_uri(member, text)?.host() {
        Some(Host::Domain(name)) if name != "localhost" && !name.ends_with(".localhost") => {
            Ok(text.to_owned())
        }
        Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | None => Err(no_public_host(member)),
    }
}

fn no_public_host(member: &str) -> Refusal {
    refuse(format!("{member} must name a public host, not an address or localhost"))
}

fn https_uri(member: &str, text: &str) -> Result<Url, Refusal> {
    if text.len() > MAX_BYTES {
        return Err(refuse(format!("{member} must be at most {MAX_BYTES} bytes long")));
    }
    let is_plain =
        text.bytes().all(is_uri_byte) && text.starts_with("https://") && !text.starts_with("https:///");
    let url = Url::parse(text).ok().filter(|_| is_plain).ok_or_else(|| {
        refuse(format!("{member} must be an https URI with a host, other characters percent-encoded"))
    })?;
    if !url.username().is_empty()
        || url.password().is_some()
        || text.contains('@') && has_at_sign_in_authority(text)
    {
        return Err(refuse(format!("{member} must not contain a user name or password")));
    }
    Ok(url)
}

fn has_at_sign_in_authority(text: &str) -> bool {
    text.split(['/', '?', '#']).nth(2).is_some_and(|authority| authority.contains('@'))
}

/// RFC 3986 §2.
fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}
