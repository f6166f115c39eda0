//! A URI cut at the delimiters of RFC 3986 §3, without repairing anything.

use super::RedirectUriError;

pub(super) struct Parts<'a> {
    pub(super) scheme: &'a str,
    /// What stands between `//` and the path; `None` when there is no `//`.
    pub(super) authority: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Cuts a URI without fragment; `None` when no scheme leads it.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let (hierarchy, query) =
            rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
        let (authority, path) = match hierarchy.strip_prefix("//") {
            Some(after) => {
                let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
                (Some(authority), path)
            }
            None => (None, hierarchy),
        };
        Some(Self { scheme, authority, path, query })
    }
}

/// Cuts an authority into host and port; an IPv6 host keeps its brackets. RFC 3986 §3.2.
pub(super) fn host_and_port(authority: &str) -> Result<(&str, Option<&str>), RedirectUriError> {
    if authority.contains('@') {
        return Err(RedirectUriError::UserInfo);
    }
    let end = match authority.find(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, rest) = authority.split_at_checked(end).ok_or(RedirectUriError::BadHost)?;
    match rest.strip_prefix(':') {
        Some(port) if is_port(port) => Ok((host, Some(port))),
        Some(_) => Err(RedirectUriError::BadPort),
        None if rest.is_empty() => Ok((host, None)),
        None => Err(RedirectUriError::BadHost),
    }
}

/// 1 to 65535 in plain digits.
pub(super) fn is_port(text: &str) -> bool {
    text.len() <= 5
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse::<u16>().is_ok()
}
