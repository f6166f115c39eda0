//! Redeeming an authorization code: once, by the client it was issued to, with the verifier of its challenge. RFC 6749 §4.1.3, RFC 7636 §4.6.

use super::{Grant, GrantRefusal, unknown_credential};
use crate::{
    authorize::{claims_request::ClaimsRequest, pkce::CodeChallenge},
    client::{auth::AuthenticatedClient, metadata::GrantType},
    error::{ErrorCode, Refusal},
    id::Id,
    resource,
    settings::OidcProvider,
    time::Timestamp,
};

/// A code whose whole text matched the stored hash, with everything it is bound to.
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    pub id: Id,
    pub grant: Grant,
    pub redirect_uri: String,
    pub code_challenge: Option<CodeChallenge>,
    pub nonce: Option<String>,
    pub claims: Option<ClaimsRequest>,
    pub acr: Option<String>,
    pub wants_auth_time: bool,
    pub expires_at: Timestamp,
    /// Redemptions that failed on the verifier.
    pub failures: u32,
    pub used_at: Option<Timestamp>,
}

/// What the request brings beside the code.
#[derive(Clone, Debug, Default)]
pub struct Redemption<'a> {
    pub redirect_uri: Option<&'a str>,
    pub code_verifier: Option<&'a str>,
    pub resources: Vec<String>,
}

/// What must be written although the answer is no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Nothing,
    /// One more failed attempt at this code.
    CountFailure,
    /// The code was redeemed before: everything it produced dies. RFC 6749 §4.1.2.
    RevokeGrant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    Grant(GrantRefusal),
    RedirectUriMismatch,
    RedirectUriMissing,
    VerifierMissing,
    VerifierWithoutChallenge,
    WrongVerifier,
    TooManyFailures,
    CodeExpired,
    Replayed,
    Resource(Refusal),
}

impl CodeRefusal {
    pub fn effect(&self) -> Effect {
        match self {
            Self::WrongVerifier | Self::VerifierMissing => Effect::CountFailure,
            Self::Replayed => Effect::RevokeGrant,
            Self::Grant(_)
            | Self::RedirectUriMismatch
            | Self::RedirectUriMissing
            | Self::VerifierWithoutChallenge
            | Self::TooManyFailures
            | Self::CodeExpired
            | Self::Resource(_) => Effect::Nothing,
        }
    }
}

/// Decides whether `code` may be redeemed; the answer is the audience of the tokens. Whoever does it first is decided by the row.
///
/// A second use counts as a replay only when everything else about it is right: a stranger who merely saw the code can neither
/// redeem it nor revoke what its owner holds.
pub fn decide(
    code: &AuthorizationCode,
    client: &AuthenticatedClient,
    redemption: Redemption<'_>,
    settings: &OidcProvider,
    now: Timestamp,
) -> Result<Vec<String>, CodeRefusal> {
    code.grant.is_for(client, GrantType::AuthorizationCode, settings).map_err(CodeRefusal::Grant)?;
    if code.failures >= settings.auth_code_max_attempts {
        return Err(CodeRefusal::TooManyFailures);
    }
    check_redirect_uri(code, redemption.redirect_uri)?;
    check_verifier(code, redemption.code_verifier)?;
    if code.used_at.is_some() {
        return Err(CodeRefusal::Replayed);
    }
    if code.expires_at <= now {
        return Err(CodeRefusal::CodeExpired);
    }
    code.grant.stands(now).map_err(CodeRefusal::Grant)?;
    resource::narrow(redemption.resources, &code.grant.resources).map_err(CodeRefusal::Resource)
}

/// OAuth 2.1 drops the parameter, OAuth 2.0 clients send it: compared when sent, required where no challenge binds the code.
fn check_redirect_uri(code: &AuthorizationCode, presented: Option<&str>) -> Result<(), CodeRefusal> {
    match presented {
        Some(presented) if presented == code.redirect_uri => Ok(()),
        Some(_) => Err(CodeRefusal::RedirectUriMismatch),
        None if code.code_challenge.is_some() => Ok(()),
        None => Err(CodeRefusal::RedirectUriMissing),
    }
}

/// A challenge needs its verifier; a verifier without a challenge is a downgrade and refused. RFC 9700 §4.8.2.
fn check_verifier(code: &AuthorizationCode, verifier: Option<&str>) -> Result<(), CodeRefusal> {
    match (&code.code_challenge, verifier) {
        (Some(challenge), Some(verifier)) if challenge.accepts(verifier) => Ok(()),
        (Some(_), Some(_)) => Err(CodeRefusal::WrongVerifier),
        (Some(_), None) => Err(CodeRefusal::VerifierMissing),
        (None, Some(_)) => Err(CodeRefusal::VerifierWithoutChallenge),
        (None, None) => Ok(()),
    }
}

/// The answer for a code that is in no row.
pub fn unknown(client: &AuthenticatedClient) -> Refusal {
    unknown_credential(client, "code")
}

impl From<CodeRefusal> for Refusal {
    fn from(refusal: CodeRefusal) -> Self {
        let invalid_grant = |description| Self::new(ErrorCode::InvalidGrant, description);
        match refusal {
            CodeRefusal::Grant(refusal) => refusal.into(),
            CodeRefusal::Resource(refusal) => refusal,
            CodeRefusal::RedirectUriMismatch => {
                invalid_grant("redirect_uri differs from that of the authorization request")
            }
            CodeRefusal::RedirectUriMissing => {
                invalid_grant("redirect_uri is missing; the authorization request had no code_challenge")
            }
            CodeRefusal::VerifierMissing => invalid_grant("code_verifier is missing"),
            CodeRefusal::VerifierWithoutChallenge => invalid_grant(
                "code_verifier was sent although the authorization request had no code_challenge",
            ),
            CodeRefusal::WrongVerifier => invalid_grant("code_verifier does not fit the code_challenge"),
            CodeRefusal::TooManyFailures => {
                invalid_grant("code was tried too often with a wrong code_verifier")
            }
            CodeRefusal::CodeExpired => {
                invalid_grant("code has expired; start again at the authorization_endpoint")
            }
            CodeRefusal::Replayed => {
                invalid_grant("code was used before; everything issued for it is revoked")
            }
        }
    }
}
