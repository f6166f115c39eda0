//! Forgetting what is older than it has to be kept. What remains can still be verified: of each chain the last forgotten hash is kept.

use std::collections::BTreeMap;

use domain::time::Timestamp;

use super::changes::extent;
use crate::{Batch, Guard, Query, Statement, Store, StoreError};

/// So many events are forgotten in one batch at most.
const MOST: i64 = 500;

/// Forgets, from the oldest on, the events from before `before` up to the first one that is not; returns how many.
pub async fn forget_before(store: &Store, before: Timestamp) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    loop {
        let first = extent(store).await?.forgotten;
        let query = Query::new(
            "SELECT position, happened_at, tenant_id, hash FROM journal WHERE position > $1 ORDER BY position LIMIT $2",
            [first.into(), MOST.into()],
        );
        let (mut last, mut count) = (first, 0);
        let mut hashes = BTreeMap::new();
        for row in store.read(query).await? {
            if row.timestamp(1)? >= before {
                break;
            }
            (last, count) = (row.int(0)?, count + 1);
            hashes.insert(row.opt_text(2)?.unwrap_or_default(), row.text(3)?);
        }
        if last == first {
            return Ok(forgotten);
        }
        if !store.commit(forgetting(first, last, hashes)).await?.is_committed() {
            // Another node is at it.
            return Ok(forgotten);
        }
        forgotten += count;
    }
}

fn forgetting(first: i64, last: i64, hashes: BTreeMap<String, String>) -> Batch {
    let mut batch = Batch::new();
    batch.push(
        Statement::new(
            "UPDATE journal_head SET forgotten = $1 WHERE name = 'journal' AND forgotten = $2",
            [last.into(), first.into()],
        )
        .guarded(Guard::Exactly(1)),
    );
    for (tenant, hash) in hashes {
        batch.push(Statement::new(
            "UPDATE journal_chains SET forgotten_hash = $1 WHERE tenant_id = $2",
            [hash.into(), tenant.into()],
        ));
    }
    batch.push(Statement::new("DELETE FROM journal WHERE position <= $1", [last.into()]));
    batch
}
