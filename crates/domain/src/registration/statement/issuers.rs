//! Whose statements count: a list that an administrator writes, one issuer to a line.
//!
//! A line is the `iss` of the issuer, a space, and the https URL of its keys or the JWK set itself. `once` at the end says that each statement
//! of this issuer is good for one client only.

use std::collections::BTreeMap;

use serde_json::Value;
use url::{Host, Url};

use crate::jose::JwkSet;

/// The most issuers.
const MAX_ISSUERS: usize = 100;

/// The longest line, in characters.
const MAX_LINE: usize = 2048;

const ONCE: &str = "once";

/// By `iss`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedIssuers(BTreeMap<String, Trust>);

/// How the statements of an issuer are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    pub keys: IssuerKeys,
    /// Each statement registers one client and no other.
    pub is_once: bool,
}

/// Where the keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerKeys {
    Inline(JwkSet),
    /// A `jwks_uri`.
    Remote(String),
}

/// Why a list cannot be as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuersError {
    Line,
    Twice,
    TooMany,
    Keys,
}

impl IssuersError {
    /// What the list must be, in words that follow its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Line => {
                "must list issuers in up to 2048 characters each: the iss, a space, and the https URL of its keys or its JWK set; then once, where each of its statements is good for one client only"
            }
            Self::Twice => "must list each issuer once",
            Self::TooMany => "must list at most 100 issuers",
            Self::Keys => "must list public keys only, each of them one that can be trusted",
        }
    }
}

impl TrustedIssuers {
    /// Reads the lines. Whether the keys are any good is asked by [`Self::check`].
    pub fn parse<S: AsRef<str>>(lines: &[S]) -> Result<Self, IssuersError> {
        if lines.len() > MAX_ISSUERS {
            return Err(IssuersError::TooMany);
        }
        let mut all = BTreeMap::new();
        for line in lines {
            let (issuer, trust) = read(line.as_ref())?;
            if all.insert(issuer, trust).is_some() {
                return Err(IssuersError::Twice);
            }
        }
        Ok(Self(all))
    }

    /// The lines, in the order of the issuers and each in its one form.
    pub fn lines(&self) -> Vec<String> {
        self.0.iter().map(|(issuer, trust)| trust.line(issuer)).collect()
    }

    /// Whether every key is worth trusting. It takes arithmetic, so it is asked when the list is written and not when it is read.
    pub fn check(&self) -> Result<(), IssuersError> {
        let is_good = |trust: &Trust| match &trust.keys {
            IssuerKeys::Inline(keys) => {
                serde_json::to_value(keys).is_ok_and(|value| JwkSet::parse(&value).is_ok())
            }
            IssuerKeys::Remote(_) => true,
        };
        if self.0.values().all(is_good) { Ok(()) } else { Err(IssuersError::Keys) }
    }

    /// Compared character by character.
    pub(super) fn get(&self, issuer: &str) -> Option<(&str, &Trust)> {
        self.0.get_key_value(issuer).map(|(issuer, trust)| (issuer.as_str(), trust))
    }
}

impl Trust {
    fn line(&self, issuer: &str) -> String {
        let keys = match &self.keys {
            IssuerKeys::Inline(keys) => serde_json::to_string(keys).unwrap_or_default(),
            IssuerKeys::Remote(jwks_uri) => jwks_uri.clone(),
        };
        let once = if self.is_once { " once" } else { "" };
        format!("{issuer} {keys}{once}")
    }
}

fn read(line: &str) -> Result<(String, Trust), IssuersError> {
    let line = line.trim();
    let (issuer, rest) = line.split_once(char::is_whitespace).ok_or(IssuersError::Line)?;
    let before_once = rest.strip_suffix(ONCE).filter(|before| before.ends_with(char::is_whitespace));
    let (keys, is_once) = before_once.map_or((rest, false), |before| (before, true));
    let keys = keys.trim();
    let is_short = line.chars().count() <= MAX_LINE && issuer.chars().all(|c| c.is_ascii_graphic());
    if !is_short {
        return Err(IssuersError::Line);
    }
    let keys = if keys.starts_with('{') {
        let value: Value = serde_json::from_str(keys).map_err(|_| IssuersError::Line)?;
        let set: JwkSet = serde_json::from_value(value).map_err(|_| IssuersError::Keys)?;
        if set.is_empty() {
            return Err(IssuersError::Keys);
        }
        IssuerKeys::Inline(set)
    } else if may_be_fetched(keys) {
        IssuerKeys::Remote(keys.to_owned())
    } else {
        return Err(IssuersError::Line);
    };
    Ok((issuer.to_owned(), Trust { keys, is_once }))
}

/// An https URL, or an http one of this computer, which is asked only where the operator lets it.
fn may_be_fetched(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    text.chars().all(|c| c.is_ascii_graphic())
        && (url.scheme() == "https" || url.scheme() == "http" && is_here)
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{Algorithm, signer};

    fn set() -> String {
        format!(r#"{{"keys": [{}]}}"#, serde_json::to_string(signer::of(Algorithm::Es256).jwk()).unwrap())
    }

    fn parsed(lines: &[&str]) -> Result<TrustedIssuers, IssuersError> {
        TrustedIssuers::parse(lines)
    }

    #[test]
    fn a_list_reads_back_as_it_was_written_and_in_one_order() {
        let inline = format!("https://a.example  {} once", set());
        let remote = "https://b.example https://b.example/jwks.json".to_owned();
        let issuers = TrustedIssuers::parse(&[remote.clone(), inline]).unwrap();
        assert_eq!(TrustedIssuers::parse(&issuers.lines()), Ok(issuers.clone()));
        assert_eq!(issuers.lines()[1], remote);
        assert!(issuers.get("https://a.example").is_some_and(|(_, trust)| trust.is_once));
        assert!(issuers.get("https://b.example").is_some_and(|(_, trust)| !trust.is_once));
        assert!(issuers.get("https://a.example/").is_none() && issuers.check().is_ok());
    }

    #[test]
    fn a_line_that_is_none_is_refused() {
        let long = format!("https://a.example https://a.example/{}", "a".repeat(2048));
        for line in [
            "",
            "https://a.example",
            "https://a.example once",
            "https://a.example http://a.example/jwks",
            "https://a.example ftp://a.example/jwks",
            "https://a.example https://u:p@a.example/jwks",
            "https://a.example https://a.example/jwks#a",
            "https://a.example https://a.example/jwks twice",
            "https://ä.example https://a.example/jwks",
            "https://a.example {",
            long.as_str(),
        ] {
            assert_eq!(parsed(&[line]), Err(IssuersError::Line), "{line:.60}");
        }
        assert!(parsed(&["a http://127.0.0.1:1/jwks", "b http://localhost/jwks"]).is_ok());
    }

    #[test]
    fn an_issuer_is_named_once_and_its_keys_are_public_and_good() {
        let line = "https://a.example https://a.example/jwks";
        assert_eq!(parsed(&[line, line]), Err(IssuersError::Twice));
        assert_eq!(TrustedIssuers::parse(&vec![line; 101]), Err(IssuersError::TooMany));
        for keys in [r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AA"}]}"#, r#"{"a":1}"#] {
            assert_eq!(parsed(&[&format!("a {keys}")]), Err(IssuersError::Keys), "{keys}");
        }
        let small_order =
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;
        assert_eq!(
            parsed(&[&format!("a {small_order}")]).unwrap().check(),
            Err(IssuersError::Keys),
            "anything would verify"
        );
    }
}
