//! An authorization request as it was asked, every parameter checked and typed.

use serde::{Deserialize, Serialize};

use super::{claims_request::ClaimsRequest, pkce::CodeChallenge};
use crate::{
    client::ClientId, directory::SignInMethod, error::Refusal, locale::Locale, redirect_uri::RedirectUri,
    scope::Scope,
};

/// How the answer travels. OAuth 2.0 Multiple Response Type Encoding Practices §2.1, OAuth 2.0 Form Post Response Mode §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

/// The `prompt` parameter: `none` stands alone. OpenID Connect Core §3.1.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    /// `none`: nothing may be shown to the person.
    Silent,
    /// What the person must be asked even if it could be skipped.
    Ask { login: bool, consent: bool, select_account: bool },
}

impl Prompt {
    pub fn is_silent(self) -> bool {
        matches!(self, Self::Silent)
    }

    pub fn wants_login(self) -> bool {
        matches!(self, Self::Ask { login: true, .. })
    }

    pub fn wants_consent(self) -> bool {
        matches!(self, Self::Ask { consent: true, .. })
    }

    pub fn wants_account_choice(self) -> bool {
        matches!(self, Self::Ask { select_account: true, .. })
    }
}

/// A request that passed every check that needs no person. It survives the login page sealed and the consent page in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    pub client_id: ClientId,
    pub redirect_uri: RedirectUri,
    pub response_mode: ResponseMode,
    pub state: Option<String>,
    pub scope: Scope,
    pub code_challenge: Option<CodeChallenge>,
    pub nonce: Option<String>,
    pub prompt: Prompt,
    /// Seconds since the person last typed a credential.
    pub max_age: Option<u32>,
    pub login_hint: Option<String>,
    /// The `sub` of a verified `id_token_hint`.
    pub hinted_subject: Option<String>,
    pub resources: Vec<String>,
    pub claims: Option<ClaimsRequest>,
    pub acr_values: Vec<String>,
    pub wants_auth_time: bool,
    /// The first of `ui_locales` that is one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

/// Where an answer goes: known before anything else of the request is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    pub redirect_uri: RedirectUri,
    pub response_mode: ResponseMode,
    pub state: Option<String>,
}

/// A request that is refused by an answer to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRequest {
    pub reply_to: ReplyTo,
    pub refusal: Refusal,
    /// The client asked that nothing be shown.
    pub is_silent: bool,
}

impl AuthorizationRequest {
    pub fn reply_to(&self) -> ReplyTo {
        ReplyTo {
            redirect_uri: self.redirect_uri.clone(),
            response_mode: self.response_mode,
            state: self.state.clone(),
        }
    }

    /// The classes of sign-in of which the client needs one; none when any will do.
    pub fn essential_acr(&self) -> &[String] {
        self.claims.as_ref().map(|claims| claims.essential_acr.as_slice()).unwrap_or_default()
    }

    /// The class that the ID token tells of a sign-in by `method`; `None` where the client did not ask. OpenID Connect Core §5.5.1.1.
    pub fn acr_of(&self, method: SignInMethod) -> Option<&'static str> {
        let essential = self.essential_acr();
        let is_asked = !self.acr_values.is_empty()
            || self.claims.as_ref().is_some_and(|claims| claims.wants_in_id_token("acr"));
        let wanted = if essential.is_empty() { &self.acr_values } else { essential };
        is_asked.then(|| method.acr_among(wanted))
    }
}
