//! Clients that register, change and delete their registrations themselves, and who fails to pass for one.

use domain::{
    client::{Client, approval::Approval, life::Why},
    directory::{Account, Key, permission::Permission},
    journal::{ActorRef, CredentialKind, Event, EventKind, ObjectKind, difference},
    registration::initial_access_token::InitialAccessToken,
    time::Timestamp,
};
use serde_json::{Value, json};
use store::{Statement, journal};

use super::{Occasion, event, object, refused};
use crate::{admin, app::App, registration::Registrant, wire::extract::bearer::Caller};

/// A client came to be. Everything it is stands in its row, and in the event that changes it; here is what tells it from others.
pub fn registered(app: &App, client: &Client, actor: ActorRef, occasion: Occasion) -> Statement {
    let mut after = json!({
        "clientId": client.client_id,
        "door": client.door.as_str(),
        "clientName": client.metadata.client_name,
        "redirectUris": client.metadata.redirect_uris,
    });
    if let Value::Object(members) = &mut after {
        let issuer = client.metadata.vouched_for_by();
        members.extend(issuer.map(|issuer| ("vouchedForBy".to_owned(), issuer.into())));
        let approval = client.approval.map(Approval::as_str);
        members.extend(approval.map(|approval| ("approval".to_owned(), approval.into())));
    }
    journal::insert(&Event {
        tenant_id: client.member_tenant_id.clone(),
        object: Some(object(client)),
        actor,
        after: Some(after),
        ..event(app, EventKind::Created, occasion)
    })
}

/// Somebody with a good credential asked for what it does not permit.
pub fn forbidden(app: &App, caller: &Caller, lacks: Permission, occasion: Occasion) {
    let (actor, tenant_id) = (caller.reference(), caller.account().member_tenant_id.clone());
    let note = Some(format!("this needs the permission {lacks}"));
    refused(app, Event { tenant_id, actor, note, ..event(app, EventKind::Forbidden, occasion) });
}

/// Somebody with a good credential asked to register what it, or a policy, does not permit.
pub fn forbidden_to_register(app: &App, registrant: &Registrant, note: String, occasion: Occasion) {
    let (actor, tenant_id) = (registrant.reference(), registrant.tenant().cloned());
    let note = Some(note);
    refused(app, Event { tenant_id, actor, note, ..event(app, EventKind::Forbidden, occasion) });
}

/// Somebody presented the name of an initial access token and not the token, or the token when it does not count any more.
pub fn wrong_initial_access_token(
    app: &App,
    token: &InitialAccessToken,
    why: &'static str,
    occasion: Occasion,
) {
    let event = Event {
        tenant_id: token.member_tenant_id.clone(),
        object: Some((ObjectKind::InitialAccessToken, token.id.to_string())),
        actor: ActorRef { credential_kind: Some(CredentialKind::InitialAccessToken), ..ActorRef::default() },
        note: Some(why.to_owned()),
        ..event(app, EventKind::InitialAccessTokenRefused, occasion)
    };
    refused(app, event);
}

/// The owner replaced the registration `before` by `after`.
pub fn replaced(app: &App, before: &Client, after: &Client, occasion: Occasion) -> Statement {
    let sides = difference(admin::journal::client(before), admin::journal::client(after)).unzip();
    let has_new_secret = before.secret != after.secret;
    journal::insert(&Event {
        before: sides.0,
        after: sides.1,
        note: has_new_secret.then(|| admin::journal::SECRET_CHANGED.to_owned()),
        ..by_owner(app, after, EventKind::Updated, occasion)
    })
}

/// The document of the client said `before` and says `after` now. Nobody of ours did that.
pub fn document_changed(
    app: &App,
    before: &Client,
    after: &Client,
    has_lost_everything: bool,
    now: Timestamp,
) -> Statement {
    let sides = difference(admin::journal::client(before), admin::journal::client(after)).unzip();
    let note = if has_lost_everything {
        "its document changed; its keys or addresses are all others, and everything that it held ended"
    } else {
        "its document changed"
    };
    journal::insert(&Event {
        tenant_id: after.member_tenant_id.clone(),
        object: Some(object(after)),
        actor: ActorRef { client_id: Some(after.client_id.clone()), ..ActorRef::default() },
        before: sides.0,
        after: sides.1,
        note: Some(note.to_owned()),
        ..Event::new(app.chance.id(now), now, EventKind::Updated)
    })
}

pub fn deleted(app: &App, client: &Client, occasion: Occasion) -> Statement {
    let before = Some(admin::journal::client(client));
    journal::insert(&Event { before, ..by_owner(app, client, EventKind::Destroyed, occasion) })
}

/// The client left by itself.
pub fn left(app: &App, client: &Client, why: Why, now: Timestamp) -> Statement {
    let note = match why {
        Why::Unclaimed => "nobody ever allowed it anything",
        Why::Idle => "nobody has used it for long",
    };
    journal::insert(&Event {
        object: Some(object(client)),
        before: Some(admin::journal::client(client)),
        note: Some(note.to_owned()),
        ..Event::new(app.chance.id(now), now, EventKind::Destroyed)
    })
}

/// Somebody who does not own the registration tried to read or change it.
pub fn wrong_registration_token(app: &App, client: &Client, occasion: Occasion) {
    let credential_kind = Some(CredentialKind::RegistrationAccessToken);
    pretended(app, EventKind::RegistrationTokenRefused, client, credential_kind, occasion);
}

/// Somebody tried to pass for the client with a secret, or with an assertion.
pub fn wrong_client_secret(app: &App, kind: EventKind, client: &Client, occasion: Occasion) {
    let credential_kind = match client.is_confidential() {
        true if client.secret.is_none() => Some(CredentialKind::ClientAssertion),
        true => Some(CredentialKind::ClientSecret),
        false => None,
    };
    pretended(app, kind, client, credential_kind, occasion);
}

/// Somebody presented the name of an API key and not the key, or the key where or when it does not count.
pub fn wrong_api_key(app: &App, (key, of): (&Key, &Account), why: &'static str, occasion: Occasion) {
    let event = Event {
        tenant_id: of.member_tenant_id.clone(),
        object: Some((ObjectKind::ApiKey, key.id.to_string())),
        actor: ActorRef { credential_kind: Some(CredentialKind::ApiKey), ..ActorRef::default() },
        note: Some(why.to_owned()),
        ..event(app, EventKind::ApiKeyRefused, occasion)
    };
    refused(app, event);
}

fn by_owner(app: &App, client: &Client, kind: EventKind, occasion: Occasion) -> Event {
    Event {
        tenant_id: client.member_tenant_id.clone(),
        object: Some(object(client)),
        actor: ActorRef {
            credential_kind: Some(CredentialKind::RegistrationAccessToken),
            client_id: Some(client.client_id.clone()),
            ..ActorRef::default()
        },
        ..event(app, kind, occasion)
    }
}

/// Whoever it was is not known; what was presented is not kept.
fn pretended(
    app: &App,
    kind: EventKind,
    client: &Client,
    credential_kind: Option<CredentialKind>,
    occasion: Occasion,
) {
    let event = Event {
        tenant_id: client.member_tenant_id.clone(),
        object: Some(object(client)),
        actor: ActorRef { credential_kind, ..ActorRef::default() },
        ..event(app, kind, occasion)
    };
    refused(app, event);
}
