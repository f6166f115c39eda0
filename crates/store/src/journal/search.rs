//! Looking things up in the journal by whatever is true of an event, in either order.

use domain::{
    client::ClientId,
    id::Id,
    journal::{EventKind, ObjectKind},
    time::Timestamp,
};

use crate::{
    Store, Value,
    search::{Comparison, Composer, Found, Search, SearchError, Source},
};

/// One thing that is true of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Kind(EventKind),
    ObjectKind(ObjectKind),
    /// An object of this kind was created, updated or destroyed.
    ChangeOf(ObjectKind),
    ObjectId(String),
    /// The account that acted.
    Account(Id),
    Credential(Id),
    Client(ClientId),
    At(Comparison, Timestamp),
}

/// The order: that of sealing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByPosition;

/// Which events match.
pub async fn search(store: &Store, search: &Search<Condition, ByPosition>) -> Result<Found, SearchError> {
    let mut composer = Composer::starting_with("TRUE");
    if let Some(tenant) = &search.tenant {
        composer.push(" AND ");
        composer.equals("tenant_id", tenant.into());
    }
    composer.filter(search.filter.as_ref(), &|condition, out: &mut Composer| match condition {
        Condition::Kind(kind) => is(out, "kind", kind.as_str().into()),
        Condition::ObjectKind(kind) => is(out, "object_kind", kind.as_str().into()),
        Condition::ChangeOf(kind) => {
            out.push("(kind IN ('created', 'updated', 'destroyed') AND ");
            is(out, "object_kind", kind.as_str().into());
            out.push(")");
        }
        Condition::ObjectId(id) => is(out, "object_id", id.into()),
        Condition::Account(id) => is(out, "account_id", id.into()),
        Condition::Credential(id) => is(out, "credential_id", id.into()),
        Condition::Client(id) => is(out, "client_id", id.as_str().into()),
        Condition::At(comparison, at) => out.compares("happened_at", *comparison, *at),
    });
    composer.run(store, &Source { from: "journal", id: "id", key: "position" }, &search.page).await
}

/// False where there is nothing, so that NOT finds it.
fn is(out: &mut Composer, column: &'static str, value: Value) {
    out.push("(");
    out.push(column);
    out.push(" IS NOT NULL AND ");
    out.equals(column, value);
    out.push(")");
}
