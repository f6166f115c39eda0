//! PostgreSQL: few connections, many requests in flight on each.

mod codec;
mod connection;
mod failure;
mod group;
mod link;
mod migration;
mod target;
mod transaction;
mod writer;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::Config;

use self::connection::Asked;
use self::link::Link;
use self::target::{Purpose, Target};
use super::queue::{Answer, Queue};
use super::{Batch, Query, Row};
use crate::error::StoreError;
use crate::migrate::Migration;

const READERS: usize = 2;
const WRITERS: usize = 2;

/// The server gives up on a statement after 5 s; a connection that says nothing for longer is lost.
const SILENCE: Duration = Duration::from_secs(6);

pub(super) struct Postgres {
    target: Arc<Target>,
    readers: Vec<Link>,
    /// Whose turn it is among the readers.
    turn: AtomicUsize,
    queue: Queue,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

impl Postgres {
    pub(super) async fn open(config: &Config, allows_unsafe_durability: bool) -> Result<Self, StoreError> {
        let target = Arc::new(Target::new(config)?);
        target.probe(allows_unsafe_durability).await?;
        let link = |purpose| Link::start(Arc::clone(&target), purpose);
        let readers = (0..READERS).map(|_| link(Purpose::Read)).collect();
        let links: Vec<Link> = (0..WRITERS).map(|_| link(Purpose::Write)).collect();
        let (queue, jobs) = Queue::new();
        let writers = Mutex::new(writer::start(&links, jobs));
        Ok(Self { target, readers, turn: AtomicUsize::new(0), queue, writers })
    }

    pub(super) async fn migrate(&self, migrations: &'static [Migration]) -> Result<Vec<String>, StoreError> {
        migration::migrate(&self.target, migrations).await
    }

    /// Asks on whichever reader is up. A lost connection is replaced and the question asked again: once on each
    /// that may have been lost at the same moment, and once on a new one.
    pub(super) async fn read(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let mut lost = failure::silence();
        for _ in 0..=READERS {
            match self.read_once(query).await {
                Asked::Answered(rows) => return rows,
                Asked::Lost(error) => lost = error,
            }
        }
        Err(lost)
    }

    async fn read_once(&self, query: &Query) -> Asked {
        if self.queue.is_closed() {
            return Asked::Answered(Err(StoreError::closed()));
        }
        let connection = match self.reader().await {
            Ok(connection) => connection,
            Err(error) => return Asked::Answered(Err(error)),
        };
        let Ok(asked) = timeout(SILENCE, connection.query(query)).await else {
            connection.give_up();
            return Asked::Answered(Err(failure::silence()));
        };
        asked
    }

    async fn reader(&self) -> Result<Arc<connection::Connection>, StoreError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let in_turn = || self.readers.iter().cycle().skip(turn % READERS).take(READERS);
        match in_turn().find_map(Link::now) {
            Some(connection) => Ok(connection),
            None => match in_turn().next() {
                Some(link) => link.ready().await,
                None => Err(StoreError::closed()),
            },
        }
    }

    pub(super) async fn commit(&self, batch: Batch) -> Answer {
        self.queue.commit(batch).await
    }

    pub(super) async fn close(&self) {
        self.queue.close();
        let writers = std::mem::take(&mut *self.writers.lock().unwrap_or_else(PoisonError::into_inner));
        for writer in writers {
            // A writer that panicked has ended as well.
            let _ = writer.await;
        }
        for reader in &self.readers {
            reader.end();
        }
    }
}
