//! Redeeming an authorization code: once, by the client it was issued to, with the verifier of its challenge. RFC 6749 §4.1.3, RFC 7636 §4.6.

use super::{Grant, GrantRefusal, unknown_credential};
use crate::{
    authorize::pkce::CodeChallenge,
    client::{auth::AuthenticatedClient, metadata::GrantType},
    directory::SignInMethod,
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
    pub acr: Option<String>,
    /// What the person signed in with.
    pub method: SignInMethod,
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
    /// The client was confidential when it asked and is public now: nothing binds the code to it.
    ChallengeMissing,
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
            | Self::ChallengeMissing
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
    if code.code_challenge.is_none() && !client.is_confidential() {
        return Err(CodeRefusal::ChallengeMissing);
    }
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
            CodeRefusal::ChallengeMissing => {
                invalid_grant("the authorization request had no code_challenge; public clients must send one")
            }
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

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::client::metadata::AuthMethod;
    use proptest::prelude::*;
    use std::time::Duration;

    /// RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const URI: &str = "https://c.example/cb";

    fn code() -> AuthorizationCode {
        AuthorizationCode {
            id: id(9),
            grant: grant(),
            redirect_uri: URI.into(),
            code_challenge: CodeChallenge::parse(CHALLENGE),
            nonce: None,
            acr: None,
            method: SignInMethod::Password,
            wants_auth_time: false,
            expires_at: NOW.plus(Duration::from_mins(10)),
            failures: 0,
            used_at: None,
        }
    }

    fn right() -> Redemption<'static> {
        Redemption { redirect_uri: Some(URI), code_verifier: Some(VERIFIER), resources: Vec::new() }
    }

    fn redeem(code: &AuthorizationCode, redemption: Redemption<'_>) -> Result<Vec<String>, CodeRefusal> {
        decide(code, &public(), redemption, &OidcProvider::default(), NOW)
    }

    #[test]
    fn the_right_client_with_the_right_verifier_gets_the_audience_of_the_grant() {
        assert_eq!(redeem(&code(), right()), Ok(grant().resources));
    }

    #[test]
    fn tk12_tk13_a_missing_or_wrong_verifier_is_refused_and_counted() {
        for verifier in [None, Some(CHALLENGE), Some("short")] {
            let refusal = redeem(&code(), Redemption { code_verifier: verifier, ..right() }).unwrap_err();
            assert_eq!(refusal.effect(), Effect::CountFailure, "{verifier:?}");
        }
    }

    #[test]
    fn tk16_a_verifier_without_a_challenge_is_refused() {
        let code = AuthorizationCode { code_challenge: None, ..code() };
        assert_eq!(redeem(&code, right()), Err(CodeRefusal::VerifierWithoutChallenge));
    }

    #[test]
    fn tk19_a_code_expires_to_the_millisecond() {
        let last = AuthorizationCode { expires_at: Timestamp::from_millis(NOW.millis() + 1), ..code() };
        assert!(redeem(&last, right()).is_ok());
        let over = AuthorizationCode { expires_at: NOW, ..code() };
        assert_eq!(redeem(&over, right()), Err(CodeRefusal::CodeExpired));
    }

    #[test]
    fn tk20_a_second_use_by_its_owner_revokes_the_grant() {
        let used = AuthorizationCode { used_at: Some(NOW), ..code() };
        let refusal = redeem(&used, right()).unwrap_err();
        assert_eq!((refusal.clone(), refusal.effect()), (CodeRefusal::Replayed, Effect::RevokeGrant));
    }

    #[test]
    fn v051_whoever_merely_saw_a_used_code_revokes_nothing() {
        let used = AuthorizationCode { used_at: Some(NOW), ..code() };
        let no_verifier = redeem(&used, Redemption { code_verifier: None, ..right() }).unwrap_err();
        assert_ne!(no_verifier.effect(), Effect::RevokeGrant);
        let stranger = authenticated(client("stranger", AuthMethod::None));
        let refusal = decide(&used, &stranger, right(), &OidcProvider::default(), NOW).unwrap_err();
        assert_eq!(refusal.effect(), Effect::Nothing);
    }

    #[test]
    fn tk17_after_the_allowed_failures_even_the_right_verifier_is_refused() {
        let tried = AuthorizationCode { failures: 3, ..code() };
        assert_eq!(redeem(&tried, right()), Err(CodeRefusal::TooManyFailures));
    }

    #[test]
    fn a_code_without_a_challenge_is_nothing_to_a_client_that_is_public_by_now() {
        let unbound = AuthorizationCode { code_challenge: None, ..code() };
        let redemption = Redemption { code_verifier: None, ..right() };
        assert_eq!(redeem(&unbound, redemption), Err(CodeRefusal::ChallengeMissing));
    }

    #[test]
    fn the_redirect_uri_may_be_left_out_only_where_a_challenge_binds_the_code() {
        let left_out = || Redemption { redirect_uri: None, ..right() };
        assert!(redeem(&code(), left_out()).is_ok());
        let unbound = AuthorizationCode { code_challenge: None, ..code() };
        let redemption = Redemption { code_verifier: None, ..left_out() };
        assert_eq!(redeem(&unbound, redemption), Err(CodeRefusal::RedirectUriMissing));
    }

    proptest! {
        /// V050, P07: every subset of mismatches is refused; only none of them is a yes.
        #[test]
        fn a_code_is_redeemed_only_when_everything_fits(wrong in proptest::array::uniform7(any::<bool>())) {
            let [client_is, uri_is, verifier_is, expired, used, revoked, disabled] = wrong;
            let mut code = code();
            if expired { code.expires_at = NOW; }
            if used { code.used_at = Some(NOW); }
            if revoked { code.grant.revoked_at = Some(NOW); }
            if disabled { code.grant.account.is_enabled = false; }
            let client = if client_is { authenticated(client("other", AuthMethod::None)) } else { public() };
            let redemption = Redemption {
                redirect_uri: Some(if uri_is { "https://c.example/other" } else { URI }),
                code_verifier: Some(if verifier_is { CHALLENGE } else { VERIFIER }),
                resources: Vec::new(),
            };
            let verdict = decide(&code, &client, redemption, &OidcProvider::default(), NOW);
            prop_assert_eq!(verdict.is_ok(), wrong == [false; 7]);
        }
    }
}
