//! What comes next for a checked request: a page for the person, a code, or an error. OpenID Connect Core §3.1.2.3, §3.1.2.4.

use std::time::Duration;

use super::request::AuthorizationRequest;
use crate::{
    client::{approval::Approval, management::MANAGE, standing::Standing},
    directory::{SignInMethod, sign_in::ACR_SUPPORTED},
    error::{ErrorCode, Refusal},
    id::Id,
    time::Timestamp,
};

/// What is known of the person in front of the browser.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    pub account_id: &'a Id,
    pub authenticated_at: Timestamp,
    pub method: SignInMethod,
    /// Signed in for this very request.
    pub is_fresh_login: bool,
    /// Said "continue as me" for this very request.
    pub is_account_chosen: bool,
    pub consent: Consent,
}

/// What is known already of the person's wish that the client gets what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    None,
    /// The person allowed this client the same redirect URI, scope and resources before.
    Before,
    /// An administrator allowed this client, answered at this redirect URI, for everybody.
    ForEverybody,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Login,
    ChooseAccount,
    /// Until an administrator approves the client, or does not.
    Wait,
    Consent,
    Issue,
    Refuse(Refusal),
}

/// Decides the next step at `now`. Nothing is ever issued unseen for a client that nobody vouched for, or that another program could
/// pass for; and the right to manage this server only to one that an administrator allowed for everybody.
pub fn next(
    request: &AuthorizationRequest,
    standing: &Standing,
    person: Option<&Person<'_>>,
    now: Timestamp,
) -> Step {
    let prompt = request.prompt;
    let silent = |code, description| Step::Refuse(Refusal::new(code, description));
    let Some(person) = person.filter(|person| !must_sign_in(request, person, now)) else {
        return if prompt.is_silent() {
            silent(ErrorCode::LoginRequired, "nobody is signed in as requested and prompt is none")
        } else {
            Step::Login
        };
    };
    if is_another(request, person) {
        return silent(ErrorCode::LoginRequired, "another account than the one of id_token_hint signed in");
    }
    if !acr_is_met(request, person.method) {
        // Whoever has not signed in for this request may have more to show.
        if !person.is_fresh_login && !prompt.is_silent() && acr_may_be_met(request) {
            return Step::Login;
        }
        return silent(
            ErrorCode::AccessDenied,
            "the essential acr value of the claims parameter is not available",
        );
    }
    if prompt.wants_account_choice() && !person.is_account_chosen && !person.is_fresh_login {
        return Step::ChooseAccount;
    }
    // Whether a client waits is for people who signed in to know, and for nobody else.
    match (standing.approval(), prompt.is_silent()) {
        (None, _) => {}
        (Some(Approval::Denied), _) => {
            return silent(ErrorCode::AccessDenied, "an administrator did not approve this client");
        }
        (Some(Approval::Pending), true) => {
            return silent(
                ErrorCode::InteractionRequired,
                "an administrator has to approve this client first and prompt is none",
            );
        }
        (Some(Approval::Pending), false) => return Step::Wait,
    }
    let is_allowed = match person.consent {
        Consent::None => false,
        Consent::Before => {
            standing.may_be_remembered(&request.redirect_uri) && !request.scope.contains(MANAGE)
        }
        Consent::ForEverybody => true,
    };
    let may_skip_consent = is_allowed && !prompt.wants_consent();
    match (may_skip_consent, prompt.is_silent()) {
        (true, _) => Step::Issue,
        (false, false) => Step::Consent,
        (false, true) => silent(ErrorCode::ConsentRequired, "the person must be asked and prompt is none"),
    }
}

fn must_sign_in(request: &AuthorizationRequest, person: &Person<'_>, now: Timestamp) -> bool {
    let is_stale = request.max_age.is_some_and(|seconds| {
        now.since(person.authenticated_at) > Duration::from_secs(u64::from(seconds)) || seconds == 0
    });
    !person.is_fresh_login && (request.prompt.wants_login() || is_stale || is_another(request, person))
}

fn is_another(request: &AuthorizationRequest, person: &Person<'_>) -> bool {
    request.hinted_subject.as_deref().is_some_and(|subject| subject != person.account_id.as_str())
}

fn acr_is_met(request: &AuthorizationRequest, method: SignInMethod) -> bool {
    let essential = request.essential_acr();
    essential.is_empty() || essential.iter().any(|acr| method.acr().contains(&acr.as_str()))
}

fn acr_may_be_met(request: &AuthorizationRequest) -> bool {
    request.essential_acr().iter().any(|acr| ACR_SUPPORTED.contains(&acr.as_str()))
}
