//! The journal: what happened, in an order that everybody sees alike.
//!
//! [`insert`] goes into the batch of the change and only adds a row that waits. [`seal`] gives everything that waits its position and
//! its place in the chain of its tenant. All other functions see sealed events only.

mod changes;
mod forget;
mod query;
mod row;
mod seal;
mod search;
mod unchanged;
mod verify;

use domain::{
    client::ClientId,
    journal::{CredentialKind, Event, brief, veiled},
};

pub use self::changes::{Changes, changes, end, head};
pub use self::forget::forget_before;
pub use self::query::{Filter, ObjectFilter, Page, count, get, hash_before, newer, newest_of, query};
pub use self::seal::{seal, seal_some, unreadable};
pub use self::search::{ByPosition, Condition, search};
pub use self::unchanged::Unchanged;
pub use self::verify::{Break, Chain, Flaw, Verdict, verify};
use crate::{Statement, Value};

/// The event waits to be sealed. It belongs into the batch of the change that it tells of.
pub fn insert(event: &Event) -> Statement {
    let (object_kind, object_id) =
        event.object.as_ref().map_or((None, None), |(kind, id)| (Some(kind.as_str()), Some(id.as_str())));
    let json =
        |value: &Option<serde_json::Value>| value.clone().map(|value| brief(veiled(value)).to_string());
    let actor = &event.actor;
    let values: [Value; 14] = [
        (&event.id).into(),
        event.at.into(),
        event.tenant_id.as_ref().into(),
        event.kind.as_str().into(),
        object_kind.into(),
        object_id.into(),
        actor.account_id.as_ref().into(),
        actor.credential_kind.map(CredentialKind::as_str).into(),
        actor.credential_id.as_ref().into(),
        actor.client_id.as_ref().map(ClientId::as_str).into(),
        event.from.map(|address| address.to_string()).into(),
        json(&event.before).into(),
        json(&event.after).into(),
        event.note.as_deref().into(),
    ];
    Statement::new(
        "INSERT INTO journal_unsealed (id, happened_at, tenant_id, kind, object_kind, object_id, account_id, credential_kind,
                                       credential_id, client_id, from_address, value_before, value_after, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        values,
    )
}
