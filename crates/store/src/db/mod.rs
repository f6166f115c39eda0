//! The seam: two verbs over two databases.
//!
//! `read` asks and never waits for a writer. `commit` stores a batch of guarded statements, all or nothing, and
//! answers when it is durable. Nothing above this folder knows which database it speaks to.

mod postgres;
mod queue;
mod row;
mod sqlite;
mod statement;
mod url;
mod value;

use std::fmt;
use std::sync::Arc;

use domain::{
    client::{Client, ClientId},
    registration::profile::RegistrationPolicy,
};

use self::postgres::Postgres;
pub use self::row::Row;
use self::sqlite::Sqlite;
pub use self::statement::{Batch, Guard, Memory, Outcome, Query, Statement, Step};
pub use self::url::DatabaseUrl;
use self::url::Place;
pub use self::value::Value;
use crate::error::StoreError;
use crate::journal::Unchanged;
use crate::migrate::{MIGRATIONS, Migration};
use crate::remembered::Remembered;
use crate::remembered_rolebook::RememberedRolebook;
use crate::search::RememberedCounts;

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
    pub(crate) clients: Arc<Remembered<ClientId, Client>>,
    /// By the tenant they hold for, or the empty text where they hold for whoever belongs to none.
    pub(crate) registration_policies: Arc<Remembered<String, [RegistrationPolicy]>>,
    pub(crate) rolebook: Arc<RememberedRolebook>,
    pub(crate) counts: Arc<RememberedCounts>,
    /// What must hold with every commit.
    expected: Option<Arc<Unchanged>>,
}

enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database at `url`; a SQLite file is created when its directory exists.
    ///
    /// [`StoreError::Configuration`] says what the operator must change, [`StoreError::Unavailable`] that the
    /// server did not answer. Must be called within a tokio runtime, which then carries the connections.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let engine = match url.place() {
            Place::File(path) => Engine::Sqlite(Sqlite::open(path)?),
            Place::Server(config) => {
                Engine::Postgres(Postgres::open(config, url.allows_unsafe_durability()).await?)
            }
        };
        Ok(Self {
            engine: Arc::new(engine),
            clients: Arc::default(),
            registration_policies: Arc::default(),
            rolebook: Arc::default(),
            counts: Arc::default(),
            expected: None,
        })
    }

    /// The same database; but what is committed through this one is refused as [`StoreError::Unexpected`] when something changed that
    /// `unchanged` speaks of, however many commit at the same moment.
    #[must_use]
    pub fn expecting(&self, unchanged: Unchanged) -> Self {
        Self { expected: Some(Arc::new(unchanged)), ..self.clone() }
    }

    /// Brings the schema up to date and returns the names of the migrations that this took.
    ///
    /// Of several nodes that start together one migrates, the others wait for it. A database that is newer than
    /// this program, or whose applied migrations differ from ours, is refused as [`StoreError::Configuration`].
    pub async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.migrate_with(MIGRATIONS).await
    }

    /// [`Store::migrate`] with another list, for tests of the migrator.
    pub async fn migrate_with(&self, migrations: &'static [Migration]) -> Result<Vec<String>, StoreError> {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.migrate(migrations).await,
            Engine::Postgres(postgres) => postgres.migrate(migrations).await,
        }
    }

    /// Whether anything was ever migrated here.
    pub async fn has_schema(&self) -> Result<bool, StoreError> {
        match self.read(Query::new("SELECT name FROM schema_migrations LIMIT 1", [])).await {
            Ok(rows) => Ok(!rows.is_empty()),
            Err(StoreError::Statement(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The rows that answer `query`. Sees every commit of this process that was answered before, and what another process committed on
    /// the same SQLite file ten milliseconds ago.
    ///
    /// Text with a NUL is nowhere in the store, so a query with such a parameter finds nothing.
    pub async fn read(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        if query.asks_for_nul() {
            return Ok(Vec::new());
        }
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(query).await,
            Engine::Postgres(postgres) => postgres.read(&query).await,
        }
    }

    /// The first row that answers `query`, if there is one.
    pub async fn read_one(&self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.read(query).await?.into_iter().next())
    }

    /// Stores all of `batch` durably, or nothing of it; text with a NUL is refused as [`StoreError::Nul`].
    ///
    /// Dropping the future does not take the batch back: it may still be committed.
    pub async fn commit(&self, batch: Batch) -> Result<Outcome, StoreError> {
        if batch.is_empty() {
            return Ok(Outcome::Committed);
        }
        if batch.holds_nul() {
            return Err(StoreError::Nul);
        }
        let changes = batch.changes();
        let conditions = self.expected.as_ref().map(|unchanged| unchanged.statements()).unwrap_or_default();
        let before = conditions.len();
        let batch = batch.preceded_by(conditions);
        let outcome = match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.commit(batch).await,
            Engine::Postgres(postgres) => postgres.commit(batch).await,
        };
        let outcome = outcome.and_then(|outcome| outcome.without_first(before).ok_or(StoreError::Unexpected));
        for memory in changes {
            match memory {
                Memory::Clients => self.clients.forget(),
                Memory::RegistrationPolicies => self.registration_policies.forget(),
                Memory::Rolebook => self.rolebook.forget(),
            }
        }
        outcome
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(Query::new("SELECT 1", [])).await.map(drop)
    }

    /// Finishes what was begun and closes the database, also for all clones.
    pub async fn close(self) {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match &*self.engine {
            Engine::Sqlite(_) => "Store(sqlite)",
            Engine::Postgres(_) => "Store(postgres)",
        })
    }
}
