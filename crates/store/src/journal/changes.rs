//! What changed since a position: the states and `/changes` of the management API. RFC 8620 §5.1, §5.2.

use domain::{
    id::Id,
    journal::{Change, EventKind, ObjectKind},
};

use crate::{Query, Row, Store, StoreError};

/// What happened to objects of one kind after a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Which object, and what happened to it; oldest first, and as often as it happened.
    pub log: Vec<(String, Change)>,
    /// The position that this leads to.
    pub until: i64,
    /// There is more behind that.
    pub has_more: bool,
}

macro_rules! changes_where {
    ($select:literal, $whose:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM journal WHERE object_kind = $1 AND kind IN ('created', 'updated', 'destroyed')",
            $whose,
            $rest
        )
    };
}

/// The position of the last change to an object of this kind, of one tenant or of all. It never goes back.
///
/// To be complete it must be asked after [`super::seal`].
pub async fn head(store: &Store, object: ObjectKind, tenant: Option<&Id>) -> Result<i64, StoreError> {
    const OF_ALL: &str = changes_where!("position", "", " ORDER BY position DESC LIMIT 1");
    const OF_TENANT: &str =
        changes_where!("position", " AND tenant_id = $2", " ORDER BY position DESC LIMIT 1");
    let query = match tenant {
        None => Query::new(OF_ALL, [object.as_str().into()]),
        Some(tenant) => Query::new(OF_TENANT, [object.as_str().into(), tenant.into()]),
    };
    match store.read_one(query).await? {
        Some(row) => row.int(0),
        None => Ok(extent(store).await?.forgotten),
    }
}

/// At most `most` changes to objects of this kind after the position `since`, of one tenant or of all.
///
/// `None` when that cannot be said: `since` was never reached, or what followed it is forgotten.
pub async fn changes(
    store: &Store,
    object: ObjectKind,
    tenant: Option<&Id>,
    since: i64,
    most: u32,
) -> Result<Option<Changes>, StoreError> {
    const OF_ALL: &str =
        changes_where!("position, object_id, kind", "", " AND position > $2 ORDER BY position LIMIT $3");
    const OF_TENANT: &str = changes_where!(
        "position, object_id, kind",
        " AND tenant_id = $2",
        " AND position > $3 ORDER BY position LIMIT $4"
    );
    let one_more = i64::from(most).saturating_add(1);
    let query = match tenant {
        None => Query::new(OF_ALL, [object.as_str().into(), since.into(), one_more.into()]),
        Some(tenant) => {
            Query::new(OF_TENANT, [object.as_str().into(), tenant.into(), since.into(), one_more.into()])
        }
    };
    let rows = store.read(query).await?;
    // What is forgotten while it is being read shows in the extent that is read after it.
    let extent = extent(store).await?;
    if since < extent.forgotten || since > extent.head {
        return Ok(None);
    }
    let shown = rows.len().min(usize::try_from(most).unwrap_or(usize::MAX));
    let has_more = rows.len() > shown;
    let mut changes = Changes { log: Vec::with_capacity(shown), until: since, has_more };
    for row in rows.iter().take(shown) {
        changes.until = row.int(0)?;
        changes.log.push(read_change(row)?);
    }
    Ok(Some(changes))
}

/// The last position that was given out: that of the newest event of any kind, of one tenant or of all.
pub async fn end(store: &Store, tenant: Option<&Id>) -> Result<i64, StoreError> {
    const OF_TENANT: &str = "SELECT position FROM journal_chains WHERE tenant_id = $1";
    let Some(tenant) = tenant else { return Ok(extent(store).await?.head) };
    let row = store.read_one(Query::new(OF_TENANT, [tenant.into()])).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

fn read_change(row: &Row) -> Result<(String, Change), StoreError> {
    let change = EventKind::parse(row.text_ref(2)?).and_then(EventKind::change);
    Ok((row.text(1)?, change.ok_or_else(|| StoreError::corrupt("a change of the journal"))?))
}

/// From where to where the journal reaches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// The last position that was given out.
    pub(super) head: i64,
    /// The last position that was forgotten.
    pub(super) forgotten: i64,
}

pub(super) async fn extent(store: &Store) -> Result<Extent, StoreError> {
    let query = Query::new("SELECT position, forgotten FROM journal_head WHERE name = 'journal'", []);
    let row = store.read_one(query).await?.ok_or_else(|| StoreError::corrupt("the journal has no head"))?;
    Ok(Extent { head: row.int(0)?, forgotten: row.int(1)? })
}
