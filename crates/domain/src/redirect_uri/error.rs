//! Why a redirect URI was refused, and what to write instead.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectUriError {
    TooLong,
    /// No scheme, no `//host`, or nothing after the scheme.
    NotAbsolute,
    /// A character that RFC 3986 §2 does not allow in a URI, among them all that is not ASCII.
    BadCharacter,
    Wildcard,
    Fragment,
    UserInfo,
    /// A scheme that no application can own.
    BadScheme,
    /// `http` on a host that is not this computer.
    PlainHttp,
    BadHost,
    BadPort,
    /// A `.` or `..` segment, or an encoding that hides one.
    DotSegment,
    BadEncoding,
    /// Parsers would disagree about what it means.
    Ambiguous,
    PublicSuffix,
    OwnOrigin,
}

impl fmt::Display for RedirectUriError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::TooLong => "must be at most 2048 bytes long",
            Self::NotAbsolute => "must be an absolute URI such as https://host/path or com.example.app:/path",
            Self::BadCharacter => {
                "has a character that a URI does not allow; write other characters percent-encoded and foreign host names in \
                 their xn-- form"
            }
            Self::Wildcard => "must not contain an asterisk; register every URI in full",
            Self::Fragment => "must not have a fragment",
            Self::UserInfo => "must not contain a user name or password",
            Self::BadScheme => {
                "must use https, http on a loopback host, or a private-use scheme in lower case made from a domain name, such as \
                 com.example.app"
            }
            Self::PlainHttp => "must use https; http is only for 127.0.0.1, [::1] and localhost",
            Self::BadHost => "must name a well-formed host",
            Self::BadPort => "must have a port from 1 to 65535 or none",
            Self::DotSegment => "must not have dot segments or encoded dots, slashes or percent signs in its path",
            Self::BadEncoding => {
                "must percent-encode with two hexadecimal digits and must not encode control characters"
            }
            Self::Ambiguous => {
                "must be written as a browser would write it: lower-case host, plain IP address, no default port"
            }
            Self::PublicSuffix => "must not name a public suffix as its host; use a host below it",
            Self::OwnOrigin => "must not lead to this authorization server itself",
        })
    }
}

impl std::error::Error for RedirectUriError {}
