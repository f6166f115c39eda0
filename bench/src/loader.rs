//! Fills the table of clients, many batches at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use store::{Batch, DatabaseUrl, Store, clients};

use crate::{Outcome, clock, rows};

/// Clients per batch.
const BATCH: u64 = 200;
/// Batches that wait at a time.
const IN_FLIGHT: usize = 32;

/// Makes the clients number `from` to `to`, and says how far it is.
pub(crate) async fn load(database: &str, from: u64, to: u64) -> Outcome<()> {
    let store = Store::open(&DatabaseUrl::parse(database)?).await?;
    store.migrate().await?;
    let next = Arc::new(AtomicU64::new(from));
    let begin = clock::instant();
    let loaders: Vec<_> =
        (0..IN_FLIGHT).map(|_| tokio::spawn(turn(store.clone(), Arc::clone(&next), from, to))).collect();
    for loader in loaders {
        loader.await??;
    }
    store.close().await;
    let seconds = clock::instant().duration_since(begin).as_secs_f64();
    crate::say(&format!("    {} clients loaded in {seconds:.0} s", to.saturating_sub(from)));
    Ok(())
}

async fn turn(store: Store, next: Arc<AtomicU64>, from: u64, to: u64) -> Outcome<()> {
    let metadata = rows::metadata()?;
    let tenth = (to.saturating_sub(from) / 10).max(1);
    loop {
        let first = next.fetch_add(BATCH, Ordering::Relaxed);
        if first >= to {
            return Ok(());
        }
        let end = first.saturating_add(BATCH).min(to);
        let mut batch = Batch::new();
        for number in first..end {
            batch.extend(clients::insert(&rows::client(number, &metadata), &clients::Management::default())?);
        }
        if !store.commit(batch).await?.is_committed() {
            return Err("a batch of clients was refused".into());
        }
        if (end - from) / tenth > (first - from) / tenth {
            crate::say(&format!("    loading clients: {} of {}", end - from, to - from));
        }
    }
}
