//! SQLite: one writer thread that commits what waits together, and readers on the threads that ask.

mod connection;
mod group;
mod log;
mod migration;
mod reader;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};
use tokio::task::{coop::consume_budget, spawn_blocking};

use self::reader::Readers;
use super::queue::{Answer, Queue};
use super::{Batch, Query, Row};
use crate::error::StoreError;
use crate::migrate::Migration;

/// So many reads that may take long are under way at a time: fewer than there are connections, so that look-ups find one.
const LONG_READS: usize = 4;

pub(super) struct Sqlite {
    path: PathBuf,
    readers: Arc<Readers>,
    queue: Queue,
    /// The turns of reads that may take long.
    long_reads: Semaphore,
    /// Fires when the writer thread has ended; taken by whoever closes first.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::create(path)?;
        let readers = Readers::new(path.to_owned());
        let (queue, jobs) = Queue::new();
        let ended = writer::start(path.to_owned(), connection, Arc::clone(&readers), jobs)?;
        let long_reads = Semaphore::new(LONG_READS);
        Ok(Self { path: path.to_owned(), readers, queue, long_reads, ended: Mutex::new(Some(ended)) })
    }

    pub(super) async fn migrate(&self, migrations: &'static [Migration]) -> Result<Vec<String>, StoreError> {
        let path = self.path.clone();
        spawn_blocking(move || migration::migrate(&path, migrations))
            .await
            .map_err(|error| StoreError::Unavailable(format!("the migration was interrupted: {error}")))?
    }

    /// A look-up is answered on the thread that asks, and gives way to others now and then. What may take long goes to a thread of its
    /// own: the threads that ask are few, and everybody waits for them.
    pub(super) async fn read(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        if !query.is_long {
            consume_budget().await;
            return self.readers.read(&query);
        }
        let _turn = self.long_reads.acquire().await.map_err(|_| StoreError::closed())?;
        let readers = Arc::clone(&self.readers);
        spawn_blocking(move || readers.read(&query))
            .await
            .map_err(|error| StoreError::Unavailable(format!("the read was interrupted: {error}")))?
    }

    pub(super) async fn commit(&self, batch: Batch) -> Answer {
        self.queue.commit(batch).await
    }

    pub(super) async fn close(&self) {
        self.queue.close();
        self.readers.close();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            // An error means that the writer is gone already, which is what we wait for.
            let _ = ended.await;
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.readers.close();
    }
}
