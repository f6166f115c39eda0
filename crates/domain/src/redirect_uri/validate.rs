//! What a redirect URI must be before it is registered or followed.
//!
//! Two parsers look at it: a plain cut by RFC 3986, on which the rules are decided, and the one of browsers, which must read the very
//! same thing. Where they could differ, the URI is refused.

use std::net::Ipv4Addr;

use url::Url;

use super::{
    RedirectPolicy, RedirectUri, RedirectUriError as Error, matching,
    parts::{Parts, host_and_port},
};

/// Schemes that do something other than start one application, whatever a setting says.
pub(super) const NEVER: [&str; 27] = [
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "dict",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "gopher",
    "http",
    "https",
    "intent",
    "jar",
    "javascript",
    "ldap",
    "mailto",
    "sftp",
    "sms",
    "ssh",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

pub(super) fn check(text: &str, policy: &RedirectPolicy<'_>) -> Result<(), Error> {
    if text.len() > RedirectUri::MAX_LEN {
        return Err(Error::TooLong);
    }
    if text.contains('#') {
        return Err(Error::Fragment);
    }
    if !text.bytes().all(is_uri_byte) {
        return Err(Error::BadCharacter);
    }
    if text.contains('*') {
        return Err(Error::Wildcard);
    }
    let parts = Parts::of(text).ok_or(Error::NotAbsolute)?;
    let query = parts.query.unwrap_or_default();
    // RFC 3986 keeps brackets for IPv6 hosts; browsers let them stand anywhere.
    if parts.path.contains(['[', ']']) || query.contains(['[', ']']) {
        return Err(Error::BadCharacter);
    }
    check_path(parts.path)?;
    check_encoding(query)?;
    match parts.scheme {
        "https" => check_https(text, &parts, policy),
        "http" => check_loopback(text, &parts, policy),
        scheme => check_private_use(text, scheme, &parts, policy),
    }
}

fn check_https(text: &str, parts: &Parts<'_>, policy: &RedirectPolicy<'_>) -> Result<(), Error> {
    let host = check_authority(parts)?;
    let url = read_alike(text, parts)?;
    if host.contains('.') && !is_ip_address(host) {
        let suffix = psl::suffix(host.as_bytes()).filter(psl::Suffix::is_known);
        if suffix.is_some_and(|suffix| suffix.as_bytes() == host.as_bytes()) {
            return Err(Error::PublicSuffix);
        }
    }
    check_origin(&url, policy)
}

fn check_loopback(text: &str, parts: &Parts<'_>, policy: &RedirectPolicy<'_>) -> Result<(), Error> {
    let host = check_authority(parts)?;
    if !is_loopback_host(host) {
        return Err(Error::PlainHttp);
    }
    // The port is of no meaning here, not even as :80, which a browser would drop.
    let (start, rest) = matching::split_loopback(text).ok_or(Error::PlainHttp)?;
    read_alike(&format!("{start}{rest}"), parts)?;
    check_origin(&Url::parse(text).map_err(|_| Error::Ambiguous)?, policy)
}

fn check_private_use(
    text: &str,
    scheme: &str,
    parts: &Parts<'_>,
    policy: &RedirectPolicy<'_>,
) -> Result<(), Error> {
    if scheme.is_empty() {
        return Err(Error::NotAbsolute);
    }
    if NEVER.contains(&scheme) || !(is_reverse_domain(scheme) || policy.allowed_schemes.contains(scheme)) {
        return Err(Error::BadScheme);
    }
    if parts.authority.is_none() && !parts.path.starts_with('/') {
        return Err(Error::NotAbsolute);
    }
    let (host, _) = host_and_port(parts.authority.unwrap_or_default())?;
    if !host.bytes().all(|byte| is_host_byte(byte) || byte.is_ascii_uppercase()) {
        return Err(Error::BadHost);
    }
    read_alike(text, parts).map(|_| ())
}

/// The host of an `http` or `https` URI, once it is well formed. RFC 3986 §3.2.2, RFC 1035 §2.3.4.
fn check_authority<'a>(parts: &Parts<'a>) -> Result<&'a str, Error> {
    let authority = parts.authority.filter(|authority| !authority.is_empty()).ok_or(Error::NotAbsolute)?;
    let (host, _) = host_and_port(authority)?;
    let name = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .filter(|inner| inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'));
    let is_name = || {
        host.len() <= 253
            && host.split('.').all(|label| (1..=63).contains(&label.len()) && label.bytes().all(is_host_byte))
    };
    if name.is_some() || is_name() {
        Ok(host)
    } else if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Err(Error::Ambiguous)
    } else {
        Err(Error::BadHost)
    }
}

/// Parses as browsers do and asks for the same text back; only the slash of an empty path may be added.
fn read_alike(text: &str, parts: &Parts<'_>) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::BadHost)?;
    let read = url.as_str();
    let same = read == text
        || url.is_special() && parts.path.is_empty() && {
            let end = text.find('?').unwrap_or(text.len());
            let (before, after) = text.split_at(end);
            read.strip_prefix(before).and_then(|rest| rest.strip_prefix('/')) == Some(after)
        };
    if same { Ok(url) } else { Err(Error::Ambiguous) }
}

fn check_origin(url: &Url, policy: &RedirectPolicy<'_>) -> Result<(), Error> {
    match policy.issuer {
        // On a loopback host the port tells applications apart, and any of them may have been given ours when it registered.
        Some(issuer)
            if issuer.origin() == url.origin() && !issuer.host_str().is_some_and(is_loopback_host) =>
        {
            Err(Error::OwnOrigin)
        }
        Some(_) | None => Ok(()),
    }
}

/// No dot segments, not even behind `;` or an encoding, and no encoded delimiters: what a proxy might decode once more.
fn check_path(path: &str) -> Result<(), Error> {
    check_encoding(path)?;
    let dotted = path.split('/').any(|segment| matches!(segment.split(';').next(), Some("." | "..")));
    let hidden = path
        .split('%')
        .skip(1)
        .filter_map(|after| after.get(..2))
        .any(|code| ["25", "2e", "2f", "5c"].contains(&code.to_ascii_lowercase().as_str()));
    if dotted || hidden { Err(Error::DotSegment) } else { Ok(()) }
}

/// Every `%` leads two hexadecimal digits, and they do not stand for a control character. RFC 3986 §2.1.
fn check_encoding(text: &str) -> Result<(), Error> {
    let well_formed = text.split('%').skip(1).all(|after| {
        after
            .get(..2)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .is_some_and(|byte| !byte.is_ascii_control())
    });
    if well_formed { Ok(()) } else { Err(Error::BadEncoding) }
}

/// RFC 3986 §2, without the number sign.
fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte)
}

fn is_host_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_')
}

/// A scheme made from a domain name of its owner: labels with a dot between them. RFC 8252 §7.1.
fn is_reverse_domain(scheme: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'+'))
    };
    scheme.contains('.')
        && scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.split('.').all(is_label)
}

/// The three literal names of this computer, and no other spelling of them.
pub(super) fn is_loopback_host(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "[::1]" | "localhost")
}

fn is_ip_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}
