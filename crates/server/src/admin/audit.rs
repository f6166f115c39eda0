//! The journal as administrators read it: their own tenant's part of it, or all.

use domain::{directory::permission::Permission, id::Id, journal::Sealed};
use store::{
    Store,
    journal::{self, ByPosition, Condition, Filter, Page},
    search::{Found, Search},
};

use super::{QueryError, actor::Actor};

/// Those of `ids` that exist for the actor.
pub async fn get(store: &Store, actor: &Actor, ids: &[Id]) -> Result<Vec<Sealed>, QueryError> {
    actor.require(Permission::AuditEventGet)?;
    let mut events = Vec::with_capacity(ids.len());
    for id in ids {
        events.extend(journal::get(store, id, actor.tenant()).await?);
    }
    Ok(events)
}

/// The newest events.
pub async fn newest(store: &Store, actor: &Actor, limit: u32) -> Result<Vec<Sealed>, QueryError> {
    actor.require(Permission::AuditEventGet)?;
    let page = Page { after: None, offset: 0, limit };
    Ok(journal::query(store, &within(actor, &Filter::default()), page).await?)
}

/// The events of `page` of what `filter` finds, newest first.
pub async fn query(
    store: &Store,
    actor: &Actor,
    filter: &Filter,
    page: Page,
) -> Result<Vec<Sealed>, QueryError> {
    actor.require(Permission::AuditEventQuery)?;
    Ok(journal::query(store, &within(actor, filter), page).await?)
}

/// The `limit` events of what `filter` finds that are next newer than the one at `position`, newest first.
pub async fn newer(
    store: &Store,
    actor: &Actor,
    filter: &Filter,
    (position, limit): (i64, u32),
) -> Result<Vec<Sealed>, QueryError> {
    actor.require(Permission::AuditEventQuery)?;
    Ok(journal::newer(store, &within(actor, filter), position, limit).await?)
}

/// How many events `filter` finds after the one at `after`, or in all.
pub async fn count(
    store: &Store,
    actor: &Actor,
    filter: &Filter,
    after: Option<i64>,
) -> Result<u64, QueryError> {
    actor.require(Permission::AuditEventQuery)?;
    Ok(journal::count(store, &within(actor, filter), after).await?)
}

/// The index of the event called `id` among the `total` events that `filter` finds.
pub async fn place(
    store: &Store,
    actor: &Actor,
    filter: &Filter,
    (id, total): (&Id, u64),
) -> Result<Option<u64>, QueryError> {
    actor.require(Permission::AuditEventQuery)?;
    let filter = within(actor, filter);
    let Some(event) = journal::get(store, id, actor.tenant()).await? else { return Ok(None) };
    let at = Page { after: Some(event.position.saturating_add(1)), offset: 0, limit: 1 };
    let first = journal::query(store, &filter, at).await?;
    if first.first().is_none_or(|first| first.event.id != *id) {
        return Ok(None);
    }
    let older = journal::count(store, &filter, Some(event.position)).await?;
    Ok(Some(total.saturating_sub(older).saturating_sub(1)))
}

/// The events for which anything is true that can be said of one, in either order.
pub async fn search(
    store: &Store,
    actor: &Actor,
    search: Search<Condition, ByPosition>,
) -> Result<Found, QueryError> {
    actor.require(Permission::AuditEventQuery)?;
    let tenant = actor.tenant().cloned().or(search.tenant);
    Ok(journal::search(store, &Search { tenant, ..search }).await?)
}

/// Whether the event is what was sealed, after what it was sealed after.
pub async fn is_intact(store: &Store, actor: &Actor, sealed: &Sealed) -> Result<bool, QueryError> {
    actor.require(Permission::AuditEventGet)?;
    let before = journal::hash_before(store, sealed.event.tenant_id.as_ref(), sealed.position).await?;
    Ok(before.next(sealed.position, &sealed.event) == sealed.hash)
}

/// What the filter finds of the actor's tenant.
fn within(actor: &Actor, filter: &Filter) -> Filter {
    let tenant_id = actor.tenant().cloned().or_else(|| filter.tenant_id.clone());
    Filter { tenant_id, ..filter.clone() }
}
