//! SQLite: one writer thread that commits what waits together, and readers on the threads that ask.

mod connection;
mod group;
mod migration;
mod reader;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use self::reader::Readers;
use super::queue::{Answer, Queue};
use super::{Batch, Query, Row};
use crate::error::StoreError;
use crate::migrate::Migration;

pub(super) struct Sqlite {
    path: PathBuf,
    readers: Arc<Readers>,
    queue: Queue,
    /// Fires when the writer thread has ended; taken by whoever closes first.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::create(path)?;
        let readers = Readers::new(path.to_owned());
        let (queue, jobs) = Queue::new();
        let ended = writer::start(path.to_owned(), connection, Arc::clone(&readers), jobs)?;
        Ok(Self { path: path.to_owned(), readers, queue, ended: Mutex::new(Some(ended)) })
    }

    pub(super) async fn migrate(&self, migrations: &'static [Migration]) -> Result<Vec<String>, StoreError> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || migration::migrate(&path, migrations))
            .await
            .map_err(|error| StoreError::Unavailable(format!("the migration was interrupted: {error}")))?
    }

    pub(super) fn read(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        self.readers.read(query)
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
