//! People who sign in and decide, and what their grants are used for.

use domain::{
    authorize::request::AuthorizationRequest,
    client::{Client, ClientId, auth::AuthenticatedClient},
    device::DeviceRequest,
    directory::{Account, Passkey, Session, SignInMethod},
    grant::Grant,
    journal::{ActorRef, CredentialKind, Event, EventKind, ObjectKind},
    scope::Scope,
};
use serde_json::json;
use store::{Statement, journal};

use super::{Occasion, count, event, object, refused, refused_with_a_write};
use crate::{app::App, second_factor::AnswerRefusal};

pub fn signed_in(app: &App, session: &Session, occasion: Occasion) -> Statement {
    journal::insert(&Event {
        tenant_id: session.account.member_tenant_id.clone(),
        object: Some(account(&session.account)),
        actor: ActorRef {
            account_id: Some(session.account.id.clone()),
            credential_kind: Some(credential(session.method)),
            ..ActorRef::default()
        },
        after: Some(json!({ "sessionId": session.id, "method": session.method.as_str() })),
        ..event(app, EventKind::SignedIn, occasion)
    })
}

/// Somebody could not sign in: as `whom`, or by a name that is nobody's. What was typed is not kept; it might be a password.
pub fn sign_in_refused(app: &App, whom: Option<&Account>, occasion: Occasion) {
    let event = Event {
        tenant_id: whom.and_then(|account| account.member_tenant_id.clone()),
        object: whom.map(account),
        actor: ActorRef { credential_kind: Some(CredentialKind::Password), ..ActorRef::default() },
        note: whom.is_none().then(|| "there is no such account".to_owned()),
        ..event(app, EventKind::SignInRefused, occasion)
    };
    refused(app, event);
}

/// Somebody who knew the password of the account had no right code for it. `note` says what was tried; what was typed is not kept.
pub fn second_factor_refused(app: &App, whom: &Account, note: &str, occasion: Occasion) {
    let event = Event {
        object: Some(account(whom)),
        actor: ActorRef { credential_kind: Some(CredentialKind::Password), ..ActorRef::default() },
        note: Some(note.to_owned()),
        ..event(app, EventKind::SecondFactorRefused, occasion)
    };
    refused(app, event);
}

/// A passkey's answer did not hold. One that counted backwards is an event of its own: somebody may have a copy.
pub fn passkey_refused(app: &App, passkey: &Passkey, why: AnswerRefusal, occasion: Occasion) {
    let kind = match why {
        AnswerRefusal::CounterRegressed => EventKind::PasskeyCounterRegressed,
        AnswerRefusal::Malformed
        | AnswerRefusal::Unknown
        | AnswerRefusal::OtherChallenge
        | AnswerRefusal::OtherSite
        | AnswerRefusal::NotVerified
        | AnswerRefusal::Invalid => EventKind::PasskeyRefused,
    };
    let event = Event {
        object: Some((ObjectKind::Passkey, passkey.id.to_string())),
        actor: ActorRef { credential_kind: Some(CredentialKind::Passkey), ..ActorRef::default() },
        note: Some(why.to_string()),
        ..event(app, kind, occasion)
    };
    refused(app, event);
}

const fn credential(method: SignInMethod) -> CredentialKind {
    match method {
        SignInMethod::Password | SignInMethod::PasswordAndTotp | SignInMethod::PasswordAndRecoveryCode => {
            CredentialKind::Password
        }
        SignInMethod::Passkey => CredentialKind::Passkey,
    }
}

/// What a person decided about a request of a client.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    pub session: &'a Session,
    pub client_id: &'a ClientId,
    pub scope: &'a Scope,
    pub resources: &'a [String],
    /// None where nobody registered it.
    pub client: Option<&'a Client>,
    /// What came of it; none where the person said no.
    pub grant: Option<&'a Grant>,
}

impl<'a> Decided<'a> {
    /// A no about the request of an application that nobody registered; what is more is for the caller to add.
    pub fn about(session: &'a Session, request: &'a AuthorizationRequest) -> Self {
        let AuthorizationRequest { client_id, scope, resources, .. } = request;
        Self { session, client_id, scope, resources, client: None, grant: None }
    }
}

pub fn consented(app: &App, decided: Decided<'_>, occasion: Occasion) -> Statement {
    let Decided { session, client_id, scope, resources, client, grant } = decided;
    let kind = if grant.is_some() { EventKind::ConsentGiven } else { EventKind::ConsentDenied };
    journal::insert(&Event {
        tenant_id: session.account.member_tenant_id.clone(),
        object: client.map(object),
        actor: by_session(session, Some(client_id)),
        after: Some(json!({
            "grantId": grant.map(|grant| &grant.id),
            "scope": scope.to_string(),
            "resources": resources,
        })),
        ..event(app, kind, occasion)
    })
}

/// Somebody was asked to allow a device and says that they did not start this: whoever did may have asked others too. It tells from
/// where the device asked.
pub fn device_reported(
    app: &App,
    session: &Session,
    request: &DeviceRequest,
    client: Option<&Client>,
    occasion: Occasion,
) -> Statement {
    let event = Event {
        tenant_id: session.account.member_tenant_id.clone(),
        object: client.map(object),
        actor: by_session(session, Some(&request.client_id)),
        after: Some(json!({
            "scope": request.scope.to_string(),
            "askedFrom": request.from.to_string(),
            "askedBy": request.user_agent,
        })),
        note: Some(format!("the device asked from {}", request.from)),
        ..event(app, EventKind::DeviceRequestReported, occasion)
    };
    count(app, &event);
    journal::insert(&event)
}

/// Somebody typed a code that no device shows. What was typed is not kept: it may be one of tomorrow.
pub fn user_code_refused(app: &App, session: &Session, occasion: Occasion) {
    let event = Event {
        tenant_id: session.account.member_tenant_id.clone(),
        object: Some(account(&session.account)),
        actor: by_session(session, None),
        ..event(app, EventKind::UserCodeRefused, occasion)
    };
    refused(app, event);
}

fn by_session(session: &Session, client_id: Option<&ClientId>) -> ActorRef {
    ActorRef {
        account_id: Some(session.account.id.clone()),
        credential_kind: Some(CredentialKind::Session),
        credential_id: Some(session.id.clone()),
        client_id: client_id.cloned(),
    }
}

/// The first tokens of a grant, for this kind of code.
pub fn code_redeemed(
    app: &App,
    (grant, code): (&Grant, CredentialKind),
    client: &AuthenticatedClient,
    occasion: Occasion,
) -> Statement {
    let used = used(app, EventKind::CodeRedeemed, grant, client.registered(), occasion);
    let actor = ActorRef { credential_kind: Some(code), ..used.actor };
    let after = json!({ "grantId": grant.id, "scope": grant.scope.to_string() });
    journal::insert(&Event { after: Some(after), actor, ..used })
}

/// A code came again, or without the verifier that belongs to it.
pub fn code_refused(
    app: &App,
    kind: EventKind,
    grant: &Grant,
    client: &AuthenticatedClient,
    occasion: Occasion,
) -> Option<Statement> {
    refused_with_a_write(app, used(app, kind, grant, client.registered(), occasion))
}

/// A refresh token came that was spent before.
pub fn refresh_token_reused(
    app: &App,
    grant: &Grant,
    client: &AuthenticatedClient,
    occasion: Occasion,
) -> Option<Statement> {
    let used = used(app, EventKind::RefreshTokenReused, grant, client.registered(), occasion);
    let actor = ActorRef { credential_kind: Some(CredentialKind::RefreshToken), ..used.actor };
    refused_with_a_write(app, Event { actor, ..used })
}

/// A client came with something of a grant, which its account once made.
fn used(app: &App, kind: EventKind, grant: &Grant, client: Option<&Client>, occasion: Occasion) -> Event {
    Event {
        tenant_id: grant.account.member_tenant_id.clone(),
        object: client.map(object),
        actor: ActorRef {
            account_id: Some(grant.account.id.clone()),
            credential_kind: Some(CredentialKind::AuthorizationCode),
            credential_id: Some(grant.id.clone()),
            client_id: Some(grant.client_id.clone()),
        },
        ..event(app, kind, occasion)
    }
}

fn account(account: &Account) -> (ObjectKind, String) {
    (ObjectKind::Account, account.id.to_string())
}
