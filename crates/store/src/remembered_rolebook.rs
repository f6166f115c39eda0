//! What roles and tenants add up to, which every account is read with.
//!
//! What this process changes is seen at once: every commit that changes a role or a tenant empties the memory. What another one changes is
//! seen after half a second at the latest: then one number is read, and everything only if that number changed.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::directory::Rolebook;
use tokio::time::Instant;

use crate::{Query, Store, StoreError, roles, tenants};

/// How long the book is believed to be as it was read.
const LIFE: Duration = Duration::from_millis(500);

/// While one request looks whether it changed the others go on with what is known, but no longer than this.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(crate) struct RememberedRolebook {
    memory: Mutex<Memory>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Memory {
    known: Option<Known>,
    /// How often it was forgotten.
    epoch: u64,
}

#[derive(Clone)]
struct Known {
    book: Arc<Rolebook>,
    version: i64,
    seen_at: Instant,
}

impl Store {
    /// What roles and tenants add up to.
    pub async fn rolebook(&self) -> Result<Arc<Rolebook>, StoreError> {
        let memory = &self.rolebook;
        if let Some(book) = memory.within(LIFE) {
            return Ok(book);
        }
        let _turn = match memory.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) => match memory.within(PATIENCE) {
                Some(book) => return Ok(book),
                None => memory.turn.lock().await,
            },
        };
        match memory.within(LIFE) {
            Some(book) => Ok(book),
            None => read(self).await,
        }
    }
}

impl RememberedRolebook {
    /// A role or a tenant changed.
    pub(crate) fn forget(&self) {
        let mut memory = self.memory();
        memory.epoch = memory.epoch.wrapping_add(1);
        memory.known = None;
    }

    fn within(&self, life: Duration) -> Option<Arc<Rolebook>> {
        let memory = self.memory();
        memory
            .known
            .as_ref()
            .filter(|known| known.seen_at.elapsed() < life)
            .map(|known| Arc::clone(&known.book))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read(store: &Store) -> Result<Arc<Rolebook>, StoreError> {
    let (epoch, before) = {
        let memory = store.rolebook.memory();
        (memory.epoch, memory.known.clone())
    };
    let seen_at = Instant::now();
    // The number first: what changes while the rest is read has another one, which the next look finds.
    let row = store.read_one(Query::new("SELECT version FROM rolebook", [])).await?;
    let version = row.ok_or_else(|| StoreError::corrupt("no version of the roles"))?.int(0)?;
    let book = match before {
        Some(known) if known.version == version => known.book,
        Some(_) | None => {
            let tenants = tenants::all(store).await?;
            Arc::new(Rolebook::new(&roles::all(store).await?, &tenants))
        }
    };
    let mut memory = store.rolebook.memory();
    if memory.epoch == epoch {
        memory.known = Some(Known { book: Arc::clone(&book), version, seen_at });
    }
    Ok(book)
}

impl fmt::Debug for RememberedRolebook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RememberedRolebook")
    }
}
