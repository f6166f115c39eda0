//! Sealing: what waits gets its position and its hash, and is counted. Of several nodes that do so at once one succeeds, and the others look again.

use std::collections::BTreeMap;

use domain::{
    id::Id,
    journal::{ChainHash, Event},
};

use super::row::{event, event_columns};
use crate::{Batch, Guard, Query, Statement, Store, StoreError, tallies::Counts};

/// So many events are sealed in one batch at most, so that no writer waits for long.
const MOST: i64 = 128;

/// The chain of events that belong to no tenant.
const NO_TENANT: &str = "";

/// Where the journal ends, and the chains of some tenants with it.
struct Ends {
    position: i64,
    chains: BTreeMap<String, ChainHash>,
}

/// Seals every event whose batch was committed before the call, by whomever, and returns how many of them this call sealed.
pub async fn seal(store: &Store) -> Result<u64, StoreError> {
    seal_some(store, u64::MAX).await
}

/// As [`seal`], but stops when this call has sealed `enough` events or a few more, and leaves the others waiting.
pub async fn seal_some(store: &Store, enough: u64) -> Result<u64, StoreError> {
    let newest = Query::new("SELECT id FROM journal_unsealed ORDER BY id DESC LIMIT 1", []);
    let Some(newest) = store.read_one(newest).await?.map(|row| row.text(0)).transpose()? else {
        return Ok(0);
    };
    let mut sealed = 0;
    let mut begin = String::new();
    while sealed < enough {
        let part = waiting(store, &begin, &newest).await?;
        if let Some(last) = part.events.last() {
            let ends = ends(store, &last.id).await?;
            if !store.commit(sealing(&part.events, ends)).await?.is_committed() {
                continue;
            }
            sealed += u64::try_from(part.events.len()).unwrap_or(u64::MAX);
        }
        match part.end {
            Some(end) => begin = end,
            None => return Ok(sealed),
        }
    }
    Ok(sealed)
}

/// The ids of what waits and cannot be read, oldest first: what a newer program wrote, which that one will seal, or somebody by hand.
pub async fn unreadable(store: &Store) -> Result<Vec<String>, StoreError> {
    const SQL: &str = concat!("SELECT ", event_columns!(), " FROM journal_unsealed ORDER BY id");
    let rows = store.read(Query::new(SQL, []).long()).await?;
    rows.iter().filter(|row| event(row).is_err()).map(|row| row.text(0)).collect()
}

/// A part of what waits.
struct Waiting {
    /// As far as it can be read. The rest goes on waiting, and holds up nobody.
    events: Vec<Event>,
    /// The id at which it ends, if there is more to look at.
    end: Option<String>,
}

async fn waiting(store: &Store, begin: &str, newest: &str) -> Result<Waiting, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        event_columns!(),
        " FROM journal_unsealed WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"
    );
    let rows = store.read(Query::new(SQL, [begin.into(), newest.into(), MOST.into()])).await?;
    let is_full = usize::try_from(MOST).is_ok_and(|most| rows.len() >= most);
    let end = rows.last().filter(|_| is_full).map(|row| row.text(0)).transpose()?;
    Ok(Waiting { events: rows.iter().filter_map(|row| event(row).ok()).collect(), end })
}

/// Reads the head and the chains of all tenants that have events waiting up to `last`, as they are at one moment.
async fn ends(store: &Store, last: &Id) -> Result<Ends, StoreError> {
    let query = Query::new(
        "SELECT h.position, c.tenant_id, c.hash FROM journal_head h
         LEFT JOIN journal_chains c
           ON c.tenant_id IN (SELECT COALESCE(tenant_id, '') FROM journal_unsealed WHERE id <= $1)",
        [last.into()],
    );
    let rows = store.read(query).await?;
    let first = rows.first().ok_or_else(|| StoreError::corrupt("the journal has no head"))?;
    let mut ends = Ends { position: first.int(0)?, chains: BTreeMap::new() };
    for row in &rows {
        if let Some(tenant) = row.opt_text(1)? {
            ends.chains.insert(tenant, ChainHash::from_stored(row.text(2)?));
        }
    }
    Ok(ends)
}

/// The batch is refused when the journal no longer ends where `ends` says, or one of the events no longer waits.
fn sealing(waiting: &[Event], ends: Ends) -> Batch {
    let Ends { position: before, mut chains } = ends;
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let last = before.saturating_add(count);
    let mut batch = Batch::new();
    batch.push(
        Statement::new(
            "UPDATE journal_head SET position = $1 WHERE name = 'journal' AND position = $2",
            [last.into(), before.into()],
        )
        .guarded(Guard::Exactly(1)),
    );
    let mut ended: BTreeMap<&str, i64> = BTreeMap::new();
    for (position, event) in (before.saturating_add(1)..).zip(waiting) {
        let tenant = event.tenant_id.as_ref().map_or(NO_TENANT, Id::as_str);
        let hash = chains.entry(tenant.to_owned()).or_default();
        *hash = hash.next(position, event);
        batch.push(move_event(&event.id, position, hash));
        ended.insert(tenant, position);
    }
    let mut counts = Counts::default();
    counts.add_events(waiting);
    for statement in counts.statements() {
        batch.push(statement);
    }
    for (tenant, position) in ended {
        let hash = chains.remove(tenant).unwrap_or_default();
        batch.push(end_chain(tenant, position, &hash));
    }
    batch.push(
        Statement::new(
            "DELETE FROM journal_unsealed WHERE id IN (SELECT id FROM journal WHERE position > $1 AND position <= $2)",
            [before.into(), last.into()],
        )
        .guarded(Guard::Exactly(u64::try_from(count).unwrap_or(0))),
    );
    batch
}

fn move_event(id: &Id, position: i64, hash: &ChainHash) -> Statement {
    const SQL: &str = concat!(
        "INSERT INTO journal (position, hash, ",
        event_columns!(),
        ") SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), ",
        event_columns!(),
        " FROM journal_unsealed WHERE id = $3"
    );
    Statement::new(SQL, [position.into(), hash.as_str().into(), id.into()]).guarded(Guard::Exactly(1))
}

fn end_chain(tenant: &str, position: i64, hash: &ChainHash) -> Statement {
    Statement::new(
        "INSERT INTO journal_chains (tenant_id, position, hash, forgotten_hash) VALUES ($1, $2, $3, '')
         ON CONFLICT (tenant_id) DO UPDATE SET position = EXCLUDED.position, hash = EXCLUDED.hash",
        [tenant.into(), position.into(), hash.as_str().into()],
    )
}
