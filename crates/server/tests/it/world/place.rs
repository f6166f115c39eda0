//! Where a test's server keeps what it knows: a directory and a database of its own.
//!
//! A real first start is made once in each run and for each database; every test gets a copy of what it left behind. It would spend
//! most of its time on keys and passwords otherwise.

use std::{
    ffi::OsString,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::secret::Secret;
use server::{
    config::{Config, Issuer, LogFormat, Outbound, Rates},
    start::start,
};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use super::ADMIN_PASSWORD;

/// The files of a data directory.
type Files = Vec<(OsString, Vec<u8>)>;

pub(crate) struct Place {
    data: TempDir,
    /// As the configuration has it.
    database: String,
    /// The name of its database, if that is on a server.
    on_server: Option<String>,
}

impl Place {
    pub(crate) async fn on_sqlite() -> Self {
        static TEMPLATE: OnceCell<Files> = OnceCell::const_new();
        let files = TEMPLATE.get_or_init(|| async { first_start(&Self::empty(None)).await }).await;
        let place = Self::empty(None);
        lay_out(files, place.data.path());
        place
    }

    pub(crate) async fn on_postgres() -> Self {
        static FILES: OnceCell<Files> = OnceCell::const_new();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let files = FILES.get_or_init(postgres_template).await;
        let unused = UNUSED.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let place = if let Some(name) = unused {
            let place = Self::empty(Some(name));
            sql(&place.database, AS_AT_FIRST).await;
            place
        } else {
            let name = format!("it_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            sql(&postgres(), &format!("CREATE DATABASE {name} TEMPLATE {}", template())).await;
            Self::empty(Some(name))
        };
        lay_out(files, place.data.path());
        place
    }

    /// The configuration of a server here. Port 0 is any free one.
    pub(crate) fn config(&self, port: u16) -> Config {
        Config {
            data: self.data.path().to_owned(),
            database: self.database.clone(),
            listen: ([127, 0, 0, 1], port).into(),
            issuer: Issuer::parse(&format!("http://localhost:{port}")).expect("an issuer"),
            allow_unsafe_durability: false,
            tls: None,
            trusted_proxies: Vec::new(),
            allowed_hosts: Vec::new(),
            metrics_allow: Vec::new(),
            outbound: Outbound::default(),
            rates: Rates::default(),
            master_key: None,
            log_format: LogFormat::Human,
            log_filter: "off".to_owned(),
        }
    }

    /// Leaves the database to the next test; the directory goes by itself.
    pub(crate) fn end(&self) {
        UNUSED.lock().unwrap_or_else(PoisonError::into_inner).extend(self.on_server.clone());
    }

    fn empty(on_server: Option<String>) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let database = match &on_server {
            None => format!("sqlite:{}", data.path().join("wayleave.db").display()),
            Some(name) => {
                let mut url = url::Url::parse(&postgres()).expect("WAYLEAVE_TEST_POSTGRES is a URL");
                url.set_path(name);
                url.into()
            }
        };
        Self { data, database, on_server }
    }
}

/// The URL of a database with nothing in it, beside that of `database`. It is for [`drop_database`] to take it away.
pub(crate) async fn empty_database(database: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("it_{}_empty_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    sql(database, &format!("CREATE DATABASE {name}")).await;
    let mut url = url::Url::parse(database).expect("a URL");
    url.set_path(&name);
    url.into()
}

pub(crate) async fn drop_database(database: &str) {
    let name = database.rsplit('/').next().expect("a name");
    sql(&postgres(), &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// Databases of tests that have ended. To make one and to drop it takes a quarter of a second, to empty it a hundredth; there are as
/// many as tests run at a time, and the next run drops them.
static UNUSED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn template() -> String {
    format!("it_{}_template", std::process::id())
}

async fn postgres_template() -> Files {
    sweep().await;
    sql(&postgres(), &format!("CREATE DATABASE {}", template())).await;
    let place = Place::empty(Some(template()));
    let files = first_start(&place).await;
    sql(&place.database, REMEMBER).await;
    files
}

/// Copies every table into the schema `first`.
const REMEMBER: &str = "DO $$ DECLARE name TEXT; BEGIN
    CREATE SCHEMA first;
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname = 'tenants', oid LOOP
        EXECUTE format('CREATE TABLE first.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$";

/// Empties every table and fills it again from `first`, in the order in which the tables were made.
const AS_AT_FIRST: &str = "DO $$ DECLARE name TEXT; names TEXT[]; BEGIN
    names := ARRAY(SELECT relname FROM pg_class WHERE relnamespace = 'first'::regnamespace AND relkind = 'r' ORDER BY relname = 'tenants', oid);
    FOREACH name IN ARRAY names LOOP EXECUTE format('DELETE FROM public.%I', name); END LOOP;
    FOREACH name IN ARRAY names LOOP EXECUTE format('INSERT INTO public.%1$I TABLE first.%1$I', name); END LOOP;
END $$";

/// Starts a server on nothing, stops it, and answers what it left in its directory.
async fn first_start(place: &Place) -> Files {
    let password = Some(Secret::new(ADMIN_PASSWORD));
    let running = start(place.config(0), password).await.expect("a first start");
    running.run(std::future::ready(())).await;
    let entries = std::fs::read_dir(place.data.path()).expect("the directory");
    let entries = entries.map(|entry| entry.expect("an entry"));
    entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).expect("a file"))).collect()
}

fn lay_out(files: &Files, directory: &Path) {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    for (name, content) in files {
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(directory.join(name));
        file.and_then(|mut file| file.write_all(content)).expect("a copy");
    }
}

/// Drops what runs that were killed left behind.
async fn sweep() {
    let client = connect(&postgres()).await;
    let rows = client.query("SELECT datname FROM pg_database WHERE datname LIKE 'it\\_%'", &[]).await;
    let names = rows.expect("databases").into_iter().map(|row| row.get::<_, String>(0));
    let is_dead = |name: &String| {
        let run = name.split('_').nth(1).and_then(|text| text.parse::<u32>().ok());
        run.is_some_and(|run| !Path::new(&format!("/proc/{run}")).exists())
    };
    for name in names.filter(is_dead) {
        // Another run may be sweeping too.
        let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

fn postgres() -> String {
    std::env::var("WAYLEAVE_TEST_POSTGRES")
        .expect("no PostgreSQL to test with: run `cargo xtask test`, or set WAYLEAVE_TEST_POSTGRES")
}

async fn sql(url: &str, text: &str) {
    connect(url).await.batch_execute(text).await.expect(text);
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}
