//! Software statements: what somebody whom this server trusts says of a software, signed, for all of its instances to show.
//! RFC 7591 §2.3, §3.1.1.
//!
//! A statement is no credential: every copy of the software carries it. So it comes in through whichever door its bearer may use, what it
//! says takes the place of what the bearer says, and the rules judge the whole as they judge any registration.
//!
//! [`carried`] finds out whose it claims to be; whoever calls brings the keys of that issuer; [`Carried::signed_by`] checks the signature, and
//! [`Signed::believe`] the rest.

mod issuers;
mod life;
mod precedence;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use url::Url;

pub use self::{
    issuers::{IssuerKeys, IssuersError, Trust, TrustedIssuers},
    life::{OneUse, used_before},
};

use super::{json, request::RawRegistration};
use crate::{
    client::metadata::ClientMetadata,
    error::{ErrorCode, Refusal},
    jose::{self, Algorithm, Expected, JwkSet, JwsError},
    settings::OidcProvider,
    time::Timestamp,
};

/// The member that carries a statement.
pub(super) const MEMBER: &str = "software_statement";

/// The longest statement, in bytes.
const MAX_BYTES: usize = jose::MAX_TOKEN_BYTES;

/// A statement that names an issuer who is trusted here. Whether it is theirs is not known.
#[derive(Debug)]
pub struct Carried<'s> {
    text: String,
    claims: Map<String, Value>,
    issuer: &'s str,
    trust: &'s Trust,
}

/// A statement of its issuer.
#[derive(Debug)]
pub struct Signed<'c> {
    carried: &'c Carried<'c>,
    /// The client was registered with this very statement.
    is_registered: bool,
}

/// What was believed of a statement, beside its claims.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Vouched {
    /// As it came.
    pub(super) text: String,
    /// Where it is good for one client only.
    pub(super) one_use: Option<OneUse>,
}

/// The statement that the registration carries, if it carries one. One that could not be a statement is invalid, one of an issuer who is
/// not trusted is unapproved. RFC 7591 §3.2.2.
pub fn carried<'s>(
    raw: &RawRegistration,
    settings: &'s OidcProvider,
) -> Result<Option<Carried<'s>>, Refusal> {
    let Some(value) = raw.value(MEMBER) else { return Ok(None) };
    let text = value.as_str().filter(|text| text.len() <= MAX_BYTES);
    let found = text.and_then(|text| {
        let claims = read(text)?;
        let issuer = claims.get("iss")?.as_str().filter(|issuer| !issuer.is_empty())?.to_owned();
        Some((text.to_owned(), claims, issuer))
    });
    let Some((text, claims, issuer)) = found else {
        return Err(invalid("software_statement must be a signed JWT with an issuer; leave it out"));
    };
    let (issuer, trust) = settings.software_statement_issuers.get(&issuer).ok_or_else(unapproved)?;
    Ok(Some(Carried { text, claims, issuer, trust }))
}

/// A statement whose signature nobody looked at counts for nothing.
pub(super) fn refuse_unheeded(raw: &RawRegistration, settings: &OidcProvider) -> Result<(), Refusal> {
    carried(raw, settings)?.map_or(Ok(()), |_| Err(unapproved()))
}

/// Whom a statement that was believed once is of. Of any other text it says what that claims.
pub fn issuer_of(text: &str) -> Option<String> {
    read(text)?.get("iss")?.as_str().map(str::to_owned)
}

impl<'s> Carried<'s> {
    /// The `iss` of the statement.
    pub fn issuer(&self) -> &'s str {
        self.issuer
    }

    pub fn keys(&self) -> &'s IssuerKeys {
        &self.trust.keys
    }

    /// Checks the signature. The key decides about the algorithm, and none is symmetric. RFC 8725 §3.1.
    pub fn signed_by(&self, keys: &JwkSet) -> Result<Signed<'_>, JwsError> {
        let expected = Expected { algorithms: &Algorithm::ALL, typ: None };
        jose::verify_within(MAX_BYTES, &self.text, keys, &expected)?;
        Ok(Signed { carried: self, is_registered: false })
    }

    /// The statement that a client was registered with was found right then. Its keys may be gone since, and its time over: neither takes
    /// from the client what it is.
    pub fn registered_with(&self, metadata: &ClientMetadata) -> Option<Signed<'_>> {
        let is_same = metadata.software_statement.as_deref() == Some(self.text.as_str());
        is_same.then_some(Signed { carried: self, is_registered: true })
    }
}

impl Signed<'_> {
    /// The registration with what the statement says in the place of what it says itself, if the statement holds now and for the server
    /// whose public URL is `server`.
    pub fn believe(
        &self,
        raw: &RawRegistration,
        server: &Url,
        now: Timestamp,
    ) -> Result<RawRegistration, Refusal> {
        let Carried { text, claims, issuer, trust } = self.carried;
        let one_use = if self.is_registered {
            None
        } else {
            life::check(claims, server, now)?;
            trust.is_once.then(|| life::one_use(claims, issuer)).transpose()?
        };
        let said = RawRegistration::from_members(claims.clone());
        precedence::check_redirect_uris(raw, &said)?;
        Ok(precedence::merge(raw, &said).vouched_by(Vouched { text: text.clone(), one_use }))
    }
}

/// No key of the issuer made the signature.
pub fn unsigned() -> Refusal {
    invalid("software_statement must be signed by a key of its issuer, with an algorithm of that key")
}

/// The issuer publishes keys, and they are not to be had. It is not the fault of whoever registers.
pub fn keys_unavailable() -> Refusal {
    Refusal::new(
        ErrorCode::TemporarilyUnavailable,
        "the keys of the issuer of software_statement cannot be fetched now; try again later",
    )
}

fn unapproved() -> Refusal {
    Refusal::new(
        ErrorCode::UnapprovedSoftwareStatement,
        "the issuer of software_statement is not trusted here; leave it out",
    )
}

fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidSoftwareStatement, description)
}

/// The claims of what has the form of a signed JWT.
fn read(text: &str) -> Option<Map<String, Value>> {
    let parts: Vec<_> = text.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return None;
    };
    let is_signed = decode(header)?.get("alg")?.as_str().is_some_and(|alg| !alg.eq_ignore_ascii_case("none"))
        && !signature.is_empty()
        && URL_SAFE_NO_PAD.decode(signature).is_ok();
    is_signed.then(|| decode(claims)).flatten()
}

/// Read as strictly as the registration itself: no member twice.
fn decode(part: &str) -> Option<Map<String, Value>> {
    json::object(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
