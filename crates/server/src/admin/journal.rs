//! The events of administrative acts. Each goes into the batch of its change.

use domain::{
    client::{Client, approval::Approval},
    id::Id,
    journal::{ActorRef, CredentialKind, Event, EventKind, ObjectKind, difference},
    time::Timestamp,
};
use serde_json::{Value, json};
use store::{Statement, StoreError, journal};

use super::{
    Means,
    actor::{Actor, Credential, Who},
};
use crate::{app::App, chance::Chance};

/// The id of an object of which there is one.
pub const SINGLETON: &str = "singleton";

/// Said of a client whose secret is another now, or none any more.
pub const SECRET_CHANGED: &str = "the client secret was replaced or dropped";

/// Said of a client that waited, or was denied, and may be used now.
pub const APPROVED: &str = "an administrator approved it";

/// Said of a client that waited and is not let in.
pub const DENIED: &str = "an administrator did not approve it";

/// What an act is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub kind: ObjectKind,
    /// Its id on the wire.
    pub id: &'a str,
    /// The tenant that it belongs to.
    pub tenant_id: Option<&'a Id>,
}

/// `actor` made the object, which is `after` now. Secrets stay out of it.
pub fn created(
    actor: &Actor,
    subject: Subject<'_>,
    after: Value,
    chance: &Chance,
    now: Timestamp,
) -> Statement {
    journal::insert(&Event { after: Some(after), ..event(actor, subject, EventKind::Created, chance, now) })
}

/// `actor` changed the object from the first of `sides` to the second; the event tells where they differ, and `note` what the two
/// do not show. Secrets stay out of all.
pub fn updated(
    actor: &Actor,
    subject: Subject<'_>,
    sides: (Value, Value),
    note: Option<&str>,
    chance: &Chance,
    now: Timestamp,
) -> Statement {
    let (before, after) = difference(sides.0, sides.1).unzip();
    let note = note.map(str::to_owned);
    journal::insert(&Event { before, after, note, ..event(actor, subject, EventKind::Updated, chance, now) })
}

/// `actor` deleted the object, which was `before`. Secrets stay out of it.
pub fn destroyed(
    actor: &Actor,
    subject: Subject<'_>,
    before: Value,
    chance: &Chance,
    now: Timestamp,
) -> Statement {
    let event = event(actor, subject, EventKind::Destroyed, chance, now);
    journal::insert(&Event { before: Some(before), ..event })
}

/// `actor` did something that changes no object of the management API. `before` is what was there.
pub(super) fn did(means: Means<'_>, actor: &Actor, kind: EventKind, did: Did) -> Statement {
    journal::insert(&Event {
        tenant_id: actor.tenant().cloned(),
        object: did.object,
        actor: reference(actor),
        from: actor.from,
        before: Some(did.before),
        ..Event::new(means.chance.id(means.now), means.now, kind)
    })
}

/// What somebody did, and to what.
#[derive(Debug)]
pub(super) struct Did {
    pub(super) object: Option<(ObjectKind, String)>,
    pub(super) before: Value,
}

/// `actor` asked for what it may not do or give, and why not; with what, if that exists. It waits in memory with the other refusals, of
/// which there may be many.
pub fn forbidden(app: &App, actor: &Actor, object: Option<(ObjectKind, String)>, why: &str, now: Timestamp) {
    crate::journal::refused(
        app,
        Event {
            tenant_id: actor.tenant().cloned(),
            actor: reference(actor),
            from: actor.from,
            object,
            note: Some(why.to_owned()),
            ..Event::new(app.chance.id(now), now, EventKind::Forbidden)
        },
    );
}

/// Puts everything that happened so far in its place. Whoever answers a state calls it first.
pub async fn seal_now(app: &App) -> Result<(), StoreError> {
    crate::journal::seal(app, crate::clock::now()).await
}

/// Puts what happened lately in its place, as far as that takes no time to speak of: whoever only looks waits for nobody.
pub async fn seal_some_now(app: &App) -> Result<(), StoreError> {
    const AT_A_LOOK: u64 = 128;
    crate::journal::seal_some(app, AT_A_LOOK, crate::clock::now()).await
}

/// How the journal names `actor`.
pub fn reference(actor: &Actor) -> ActorRef {
    let (account, credential) = match &actor.who {
        Who::Host => {
            return ActorRef { credential_kind: Some(CredentialKind::Host), ..ActorRef::default() };
        }
        Who::Account { account, credential } => (account, credential),
    };
    let (kind, credential_id, client_id) = match credential {
        Credential::Password => (CredentialKind::Password, None, None),
        Credential::ApiKey(id) => (CredentialKind::ApiKey, Some(id), None),
        Credential::AppPassword(id) => (CredentialKind::AppPassword, Some(id), None),
        Credential::AccessToken { client_id, grant_id } => {
            (CredentialKind::AccessToken, Some(grant_id), Some(client_id))
        }
    };
    ActorRef {
        account_id: Some(account.id.clone()),
        credential_kind: Some(kind),
        credential_id: credential_id.cloned(),
        client_id: client_id.cloned(),
    }
}

/// Everything about a client that is no secret.
pub fn client(client: &Client) -> Value {
    json!({
        "clientId": client.client_id,
        "door": client.door.as_str(),
        "registeredBy": client.registered_by,
        "memberTenantId": client.member_tenant_id,
        "metadata": client.metadata,
        "expiresAt": client.expires_at.map(moment),
        "isEnabled": client.is_enabled,
        "isVerified": client.is_verified,
        "isFirstParty": client.is_first_party,
        "approval": client.approval.map(Approval::as_str),
    })
}

/// A moment as the wire has it, in UTC to the second.
pub fn moment(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds()).map_or_else(|_| String::new(), |moment| moment.to_string())
}

fn event(actor: &Actor, subject: Subject<'_>, kind: EventKind, chance: &Chance, now: Timestamp) -> Event {
    Event {
        tenant_id: subject.tenant_id.cloned(),
        object: Some((subject.kind, subject.id.to_owned())),
        actor: reference(actor),
        from: actor.from,
        ..Event::new(chance.id(now), now, kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_named_without_an_account() {
        let named = reference(&Actor::host());
        assert_eq!((named.account_id, named.credential_kind), (None, Some(CredentialKind::Host)));
    }
}
