//! Looking things up in the journal, newest first.

use std::time::Duration;

use domain::{
    id::Id,
    journal::{ChainHash, EventKind, ObjectKind, Sealed},
    time::Timestamp,
};

use super::row::{sealed, sealed_columns};
use crate::{Query, Store, StoreError, Value};

/// Events for which all of this is true; what is not given is true for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub tenant_id: Option<Id>,
    pub object: Option<ObjectFilter>,
    /// The account that acted.
    pub account_id: Option<Id>,
    pub kind: Option<EventKind>,
    /// Then or later.
    pub from: Option<Timestamp>,
    /// Before then.
    pub until: Option<Timestamp>,
}

/// Which objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectFilter {
    /// Everything that happened to one object.
    One(ObjectKind, String),
    /// What was created, updated and destroyed of a kind.
    ChangesOf(ObjectKind),
}

/// Which part of what is found, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only what comes after the event at this position, which is older.
    pub after: Option<i64>,
    pub offset: u32,
    pub limit: u32,
}

/// Positions follow the time of sealing. They are taken for times only as far as clocks may differ.
const SKEW: Duration = Duration::from_hours(1);

/// Of a tenant so many events are looked at for those that are asked for.
const LOOKED_AT: u32 = 500;

/// One text for each condition that can lead to few rows by an index; all others are looked at row by row.
macro_rules! texts {
    ($select:expr, $end:literal) => {
        Texts {
            object: text!($select, tenant?, "object_kind = $2 AND object_id = $3", account?, kind?, $end),
            changes: text!(
                $select,
                tenant?,
                "object_kind = $2 AND (CAST($3 AS TEXT) IS NULL OR object_id = $3) AND kind IN ('created', 'updated', 'destroyed')",
                account?,
                kind?,
                $end
            ),
            account: text!($select, tenant?, object?, "account_id = $4", kind?, $end),
            kind: text!($select, tenant?, object?, account?, "kind = $5", $end),
            tenant: text!($select, "tenant_id = $1", object?, account?, kind?, $end),
            none: text!($select, tenant?, object?, account?, kind?, $end),
        }
    };
}

macro_rules! text {
    ($select:expr, tenant?, $($rest:tt)*) => {
        text!($select, "(CAST($1 AS TEXT) IS NULL OR tenant_id = $1)", $($rest)*)
    };
    ($select:expr, $tenant:literal, object?, $($rest:tt)*) => {
        text!(
            $select,
            $tenant,
            "(CAST($2 AS TEXT) IS NULL OR object_kind = $2) AND (CAST($3 AS TEXT) IS NULL OR object_id = $3)",
            $($rest)*
        )
    };
    ($select:expr, $tenant:literal, $object:literal, account?, $($rest:tt)*) => {
        text!($select, $tenant, $object, "(CAST($4 AS TEXT) IS NULL OR account_id = $4)", $($rest)*)
    };
    ($select:expr, $tenant:literal, $object:literal, $account:literal, kind?, $end:literal) => {
        text!($select, $tenant, $object, $account, "(CAST($5 AS TEXT) IS NULL OR kind = $5)", $end)
    };
    ($select:expr, $tenant:literal, $object:literal, $account:literal, $kind:literal, $end:literal) => {
        concat!(
            "SELECT ", $select, " FROM journal WHERE ", $tenant, " AND ", $object, " AND ", $account, " AND ", $kind,
            " AND happened_at >= $6 AND happened_at < $7 AND position > $8 AND position < $9", $end
        )
    };
}

struct Texts {
    object: &'static str,
    changes: &'static str,
    account: &'static str,
    kind: &'static str,
    tenant: &'static str,
    none: &'static str,
}

const FIND: Texts = texts!(sealed_columns!(), " ORDER BY position DESC LIMIT $10 OFFSET $11");
const FIND_NEWER: Texts = texts!(sealed_columns!(), " ORDER BY position LIMIT $10");
const COUNT: Texts = texts!("COUNT(*)", "");

/// The events of `page` of what `filter` finds, newest first.
pub async fn query(store: &Store, filter: &Filter, page: Page) -> Result<Vec<Sealed>, StoreError> {
    let mut values = values(filter, until(positions(store, filter).await?, page.after));
    values.extend([page.limit.into(), page.offset.into()]);
    store.read(Query::new(FIND.of(filter), values).long()).await?.iter().map(sealed).collect()
}

/// The `limit` events that come next after the one at `position`, which are newer; newest first as always.
pub async fn newer(
    store: &Store,
    filter: &Filter,
    position: i64,
    limit: u32,
) -> Result<Vec<Sealed>, StoreError> {
    let (low, high) = positions(store, filter).await?;
    let mut values = values(filter, (low.max(position), high));
    values.push(limit.into());
    let rows = store.read(Query::new(FIND_NEWER.of(filter), values).long()).await?;
    rows.iter().rev().map(sealed).collect()
}

/// The newest events of these kinds, newest first: of all tenants, or those among the newest [`LOOKED_AT`] events of one.
pub async fn newest_of(
    store: &Store,
    tenant: Option<&Id>,
    kinds: &[EventKind],
    limit: u32,
) -> Result<Vec<Sealed>, StoreError> {
    let mut found = Vec::new();
    if let Some(tenant) = tenant {
        let filter = Filter { tenant_id: Some(tenant.clone()), ..Filter::default() };
        found = query(store, &filter, Page { after: None, offset: 0, limit: LOOKED_AT }).await?;
        found.retain(|sealed| kinds.contains(&sealed.event.kind));
    } else {
        for kind in kinds {
            let filter = Filter { kind: Some(*kind), ..Filter::default() };
            found.extend(query(store, &filter, Page { after: None, offset: 0, limit }).await?);
        }
        found.sort_unstable_by_key(|sealed| std::cmp::Reverse(sealed.position));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The hash that the event at `position` was chained to: that of the event before it in the chain of `tenant`.
pub async fn hash_before(store: &Store, tenant: Option<&Id>, position: i64) -> Result<ChainHash, StoreError> {
    const OF_NONE: &str =
        "SELECT hash FROM journal WHERE tenant_id IS NULL AND position < $1 ORDER BY position DESC LIMIT 1";
    const OF_TENANT: &str =
        "SELECT hash FROM journal WHERE tenant_id = $1 AND position < $2 ORDER BY position DESC LIMIT 1";
    const FORGOTTEN: &str = "SELECT forgotten_hash FROM journal_chains WHERE tenant_id = $1";
    let before = match tenant {
        None => Query::new(OF_NONE, [position.into()]),
        Some(tenant) => Query::new(OF_TENANT, [tenant.into(), position.into()]),
    };
    let mut row = store.read_one(before.long()).await?;
    if row.is_none() {
        row = store.read_one(Query::new(FORGOTTEN, [tenant.map_or("", Id::as_str).into()])).await?;
    }
    row.map_or(Ok(ChainHash::default()), |row| row.text(0).map(ChainHash::from_stored))
}

/// How many events `filter` finds, from the one after `after` on.
pub async fn count(store: &Store, filter: &Filter, after: Option<i64>) -> Result<u64, StoreError> {
    let values = values(filter, until(positions(store, filter).await?, after));
    let row = store.read_one(Query::new(COUNT.of(filter), values).long()).await?;
    let count = row.ok_or_else(|| StoreError::corrupt("no count"))?.int(0)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The event called `id`, if it is one of `tenant`; every event is one of no tenant.
pub async fn get(store: &Store, id: &Id, tenant: Option<&Id>) -> Result<Option<Sealed>, StoreError> {
    const SQL: &str = concat!("SELECT ", sealed_columns!(), " FROM journal WHERE id = $1");
    let found = store.read_one(Query::new(SQL, [id.into()])).await?.map(|row| sealed(&row)).transpose()?;
    Ok(found.filter(|found| tenant.is_none() || found.event.tenant_id.as_ref() == tenant))
}

impl Texts {
    const fn of(&self, filter: &Filter) -> &'static str {
        match filter {
            Filter { object: Some(ObjectFilter::One(..)), .. } => self.object,
            Filter { object: Some(ObjectFilter::ChangesOf(_)), .. } => self.changes,
            Filter { account_id: Some(_), .. } => self.account,
            Filter { kind: Some(_), .. } => self.kind,
            Filter { tenant_id: Some(_), .. } => self.tenant,
            Filter { .. } => self.none,
        }
    }
}

/// Up to the event at `after`, which is left out.
fn until((low, high): (i64, i64), after: Option<i64>) -> (i64, i64) {
    (low, after.map_or(high, |after| after.min(high)))
}

/// $1 to $9.
fn values(filter: &Filter, (low, high): (i64, i64)) -> Vec<Value> {
    let (object_kind, object_id) = match &filter.object {
        None => (None, None),
        Some(ObjectFilter::One(kind, id)) => (Some(kind.as_str()), Some(id.as_str())),
        Some(ObjectFilter::ChangesOf(kind)) => (Some(kind.as_str()), None),
    };
    vec![
        filter.tenant_id.as_ref().into(),
        object_kind.into(),
        object_id.into(),
        filter.account_id.as_ref().into(),
        filter.kind.map(EventKind::as_str).into(),
        filter.from.map_or(i64::MIN, Timestamp::millis).into(),
        filter.until.map_or(i64::MAX, Timestamp::millis).into(),
        low.into(),
        high.into(),
    ]
}

/// Two positions between which everything lies that happened in the filter's time.
async fn positions(store: &Store, filter: &Filter) -> Result<(i64, i64), StoreError> {
    let (mut low, mut high) = (0, i64::MAX);
    if let Some(from) = filter.from {
        let first = Id::new(from.minus(SKEW), 0, [0; 8]);
        let query =
            Query::new("SELECT position FROM journal WHERE id < $1 ORDER BY id DESC LIMIT 1", [first.into()]);
        low = store.read_one(query).await?.map_or(Ok(low), |row| row.int(0))?;
    }
    if let Some(until) = filter.until {
        let last = Id::new(until.plus(SKEW), 0, [0; 8]);
        let query =
            Query::new("SELECT position FROM journal WHERE id >= $1 ORDER BY id LIMIT 1", [last.into()]);
        high = store.read_one(query).await?.map_or(Ok(high), |row| row.int(0))?;
    }
    Ok((low, high))
}
