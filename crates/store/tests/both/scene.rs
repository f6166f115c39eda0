//! A database for one test: made for it, and gone after it.

use std::sync::atomic::{AtomicU64, Ordering};

use store::{Batch, DatabaseUrl, Outcome, Query, Row, Statement, Store, StoreError, Value};
use tokio_postgres::NoTls;

/// Writes each test once and runs it on both databases.
///
/// A test asks for a [`Scene`] (an empty database) or for a [`Store`] (migrated).
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($scene:ident: $type:ty) $body:block)*) => {
        $($(#[$meta])* async fn $name($scene: $type) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::scene::on_sqlite(super::$name).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::scene::on_postgres(super::$name).await;
            })*
        }
    };
}

/// A database of its own with one table, `thing (name TEXT PRIMARY KEY, count BIGINT, ready BOOLEAN)`, and another
/// that refers to it, `part (name TEXT PRIMARY KEY, thing TEXT REFERENCES thing)`.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) store: Store,
    pub(crate) url: DatabaseUrl,
    /// As `url`, for clients that are not ours: a path or a URL.
    pub(crate) address: String,
}

pub(crate) const TABLES: &[store::Migration] = &[store::Migration::new(
    "0001_things",
    "CREATE TABLE thing (name TEXT NOT NULL PRIMARY KEY, count BIGINT, ready BOOLEAN);
     CREATE TABLE part (name TEXT NOT NULL PRIMARY KEY, thing TEXT REFERENCES thing (name));",
)];

impl Scene {
    /// Another store on the same database, as another process would open it.
    pub(crate) async fn another(&self) -> Store {
        Store::open(&self.url).await.expect("another store opens")
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        let rows = self.rows("SELECT name FROM thing ORDER BY name").await;
        rows.iter().map(|row| row.text(0).expect("a name")).collect()
    }

    pub(crate) async fn rows(&self, sql: &'static str) -> Vec<Row> {
        self.store.read(Query::new(sql, [])).await.expect("rows")
    }

    pub(crate) async fn run(
        &self,
        statements: impl IntoIterator<Item = Statement>,
    ) -> Result<Outcome, StoreError> {
        self.store.commit(batch(statements)).await
    }
}

pub(crate) fn batch(statements: impl IntoIterator<Item = Statement>) -> Batch {
    let mut batch = Batch::new();
    for statement in statements {
        batch.push(statement);
    }
    batch
}

pub(crate) fn insert(name: impl Into<Value>) -> Statement {
    Statement::new(
        "INSERT INTO thing (name, count, ready) VALUES ($1, $2, $3)",
        [name.into(), Value::Int(0), Value::Bool(false)],
    )
}

/// Marks a thing as ready that is not ready yet.
pub(crate) fn take(name: &str) -> Statement {
    Statement::new("UPDATE thing SET ready = TRUE WHERE name = $1 AND ready = FALSE", [name.into()])
}

/// What a test can ask for.
pub(crate) trait Needs: Send + 'static {
    fn of(scene: Scene) -> impl Future<Output = Self> + Send;
}

impl Needs for Scene {
    async fn of(scene: Scene) -> Self {
        scene.store.migrate_with(TABLES).await.expect("the test's tables");
        scene
    }
}

/// A database with the tables of the server.
#[derive(Debug)]
pub(crate) struct Migrated(pub(crate) Scene);

impl Needs for Migrated {
    async fn of(scene: Scene) -> Self {
        scene.store.migrate().await.expect("migrations");
        Self(scene)
    }
}

/// A database with the server's tables as they were at first.
#[derive(Debug)]
pub(crate) struct Early(pub(crate) Store);

/// The first migrations of the server.
const EARLY: &[store::Migration] = &[
    store::Migration::new("0001_directory", include_str!("../../../../migrations/0001_directory.sql")),
    store::Migration::new("0002_clients", include_str!("../../../../migrations/0002_clients.sql")),
    store::Migration::new("0003_grants", include_str!("../../../../migrations/0003_grants.sql")),
    store::Migration::new(
        "0004_keys_and_settings",
        include_str!("../../../../migrations/0004_keys_and_settings.sql"),
    ),
];

impl Needs for Early {
    async fn of(scene: Scene) -> Self {
        scene.store.migrate_with(EARLY).await.expect("the first migrations");
        Self(scene.store)
    }
}

impl Needs for Store {
    async fn of(scene: Scene) -> Self {
        scene.store.migrate().await.expect("migrations");
        scene.store
    }
}

pub(crate) async fn on_sqlite<N: Needs, F: Future<Output = ()> + Send + 'static>(test: fn(N) -> F) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("test.db");
    let address = path.display().to_string();
    play(DatabaseUrl::of_file(path), address, test).await;
}

pub(crate) async fn on_postgres<N: Needs, F: Future<Output = ()> + Send + 'static>(test: fn(N) -> F) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let server = std::env::var("WAYLEAVE_TEST_POSTGRES").expect(
        "no PostgreSQL to test with: run `cargo xtask test`, or set WAYLEAVE_TEST_POSTGRES to the URL of one",
    );
    let database = format!("both_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    sql(&server, &format!("CREATE DATABASE {database}")).await;
    let mut url = url::Url::parse(&server).expect("WAYLEAVE_TEST_POSTGRES is a URL");
    url.set_path(&database);
    let address = url.to_string();
    let parsed = DatabaseUrl::parse(&address).expect("a URL");
    let played = tokio::spawn(play(parsed, address, test)).await;
    sql(&server, &format!("DROP DATABASE {database} WITH (FORCE)")).await;
    if let Err(failed) = played {
        std::panic::resume_unwind(failed.into_panic());
    }
}

async fn play<N: Needs, F: Future<Output = ()> + Send + 'static>(
    url: DatabaseUrl,
    address: String,
    test: fn(N) -> F,
) {
    let store = Store::open(&url).await.expect("the store opens");
    let closing = store.clone();
    test(N::of(Scene { store, url, address }).await).await;
    closing.close().await;
}

/// Runs statements on a PostgreSQL server from outside of the store.
pub(crate) async fn sql(address: &str, statements: &str) {
    let client = client(address).await;
    client.batch_execute(statements).await.expect("the statements run");
}

/// A client of our own to a PostgreSQL server.
pub(crate) async fn client(address: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}
