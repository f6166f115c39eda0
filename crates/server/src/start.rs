//! Starting: everything that can fail does so here, in an order that leaves nothing half-made.

use std::{fs, future::Future, net::SocketAddr, path::Path, str::FromStr, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::secret::Secret;
use store::{DatabaseUrl, Store, StoreError};
use tokio::net::TcpListener;

use crate::{
    admin::first_start::{self, FirstStartError, Prepared},
    app::{App, LiveError},
    chance::{self, Chance},
    client_uses, clock,
    config::{Config, ConfigError, Issuer},
    egress::Gate,
    journal,
    keys::{MasterKey, master},
    router::router,
    serve, task,
    telemetry::metrics::Metrics,
};

/// Why the server did not start. One line for the operator, naming the key and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("database: {0}")]
    Store(#[from] StoreError),
    #[error(
        "database: there is no Wayleave database at {0}; start the server once, or run `wayleave migrate`"
    )]
    NoDatabase(DatabaseUrl),
    #[error(transparent)]
    FirstStart(#[from] FirstStartError),
    #[error(transparent)]
    Live(#[from] LiveError),
}

/// A server that is ready to serve.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    pub prepared: Prepared,
    pub app: Arc<App>,
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
}

/// Listens, opens the store, makes what the first start makes.
pub async fn start(mut config: Config, admin_password: Option<Secret>) -> Result<Running, StartError> {
    let tls = config.tls.as_ref().map(serve::tls::load).transpose()?;
    let gate = Gate::open(&config)?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        ConfigError::new(
            "listen",
            format!("cannot listen on {}: {error}; choose another address or port", config.listen),
        )
    })?;
    let address = listener.local_addr().map_err(|error| ConfigError::new("listen", error.to_string()))?;
    if config.issuer.url().port() == Some(0) {
        config.issuer = Issuer::parse(&format!("http://localhost:{}", address.port()))?;
    }
    let (store, master) = open_store(&config, Database::MayBeNew).await?;
    let now = clock::now();
    let prepared = first_start::prepare(&store, &master, admin_password, &Chance::default(), now).await?;
    let app = App::open(config, gate, store, &master, Metrics::new()).await?;
    Ok(Running { address, prepared, app, listener, tls })
}

/// Whether a database is made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The server's first start makes it.
    MayBeNew,
    /// Where a mistyped directory must not become a new server.
    MustExist,
}

/// Opens and migrates the store and loads the master key: what the server and the commands beside it both need.
///
/// What can fail without leaving anything behind comes first; a master key is made only for a database that has none.
pub async fn open_store(config: &Config, database: Database) -> Result<(Store, MasterKey), StartError> {
    let url = database_url(config)?;
    let known = match &config.master_key {
        Some(text) => Some(MasterKey::given(text)?),
        None => MasterKey::of_file(&config.data)?,
    };
    match database {
        Database::MayBeNew => {
            if known.is_none() || url.file().is_some_and(|file| file.starts_with(&config.data)) {
                make_writable(&config.data)?;
            }
        }
        Database::MustExist => {
            if url.file().is_some_and(|file| !file.exists()) {
                return Err(StartError::NoDatabase(url));
            }
        }
    }
    let store = Store::open(&url).await?;
    if database == Database::MustExist && !store.has_schema().await? {
        return Err(StartError::NoDatabase(url));
    }
    store.migrate().await?;
    let master = master_key(&store, known, &config.data).await?;
    Ok((store, master))
}

/// The database that the configuration names.
pub fn database_url(config: &Config) -> Result<DatabaseUrl, StoreError> {
    let url = DatabaseUrl::from_str(&config.database)?;
    Ok(url.with_unsafe_durability(config.allow_unsafe_durability))
}

/// The key that the database was made with, which is made now if there was none. Of several first starts at the same moment one makes
/// it; the others take it from the directory they share with that one, or hear that theirs lacks it.
async fn master_key(store: &Store, known: Option<MasterKey>, data: &Path) -> Result<MasterKey, StartError> {
    let elsewhere = || StartError::from(FirstStartError::NoMasterKey(data.to_owned()));
    if let Some(master) = known {
        let fits = first_start::is_master_key(store, &master).await?;
        return if fits { Ok(master) } else { Err(FirstStartError::WrongMasterKey.into()) };
    }
    if first_start::has_master_key(store).await? {
        // Unless it was made since we looked for it.
        return of_first_start(store, data).await?.ok_or_else(elsewhere);
    }
    make_writable(data)?;
    let Some(master) = MasterKey::create(data)? else {
        return of_first_start(store, data).await?.ok_or_else(elsewhere);
    };
    if first_start::is_master_key(store, &master).await? {
        return Ok(master);
    }
    // It never sealed anything.
    fs::remove_file(data.join(master::FILE))
        .map_err(|error| ConfigError::new("data", format!("cannot remove a useless master.key: {error}")))?;
    Err(elsewhere())
}

/// The key that another start just left in the directory, if it is that of the database.
async fn of_first_start(store: &Store, data: &Path) -> Result<Option<MasterKey>, StartError> {
    let Some(master) = MasterKey::of_file(data)? else { return Ok(None) };
    Ok(first_start::is_master_key(store, &master).await?.then_some(master))
}

/// Makes the directory if it is not there, and tries whether files can be made in it.
pub fn make_writable(data: &Path) -> Result<(), ConfigError> {
    // A name of its own: others may be trying at the same moment.
    let probe = data.join(format!(".probe.{}", URL_SAFE_NO_PAD.encode(chance::bytes::<9>())));
    let tried =
        fs::create_dir_all(data).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe));
    tried.map_err(|error| {
        ConfigError::new(
            "data",
            format!("cannot write to {}: {error}; choose a directory that can be written", data.display()),
        )
    })
}

impl Running {
    /// Serves until `stop`, answers what is in flight, closes the store.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) {
        let refresh = tokio::spawn(task::refresh(Arc::clone(&self.app)));
        let seal = tokio::spawn(task::seal(Arc::clone(&self.app)));
        let sweep = tokio::spawn(task::sweep(Arc::clone(&self.app)));
        let uses = tokio::spawn(task::tell_uses(Arc::clone(&self.app)));
        let follow = tokio::spawn(task::follow(Arc::clone(&self.app)));
        let census = tokio::spawn(task::census(Arc::clone(&self.app)));
        let routes = router(Arc::clone(&self.app));
        let app = Arc::clone(&self.app);
        let stop = async move {
            stop.await;
            app.stopping.send_replace(true);
        };
        serve::serve(self.listener, routes, self.tls, serve::Limits::default(), stop).await;
        refresh.abort();
        seal.abort();
        sweep.abort();
        follow.abort();
        uses.abort();
        if let Err(error) = client_uses::tell(&self.app).await {
            tracing::warn!(%error, "which clients were used last could not be noted");
        }
        census.abort();
        if let Err(error) = journal::close(&self.app).await {
            tracing::warn!(%error, "the last events of the journal could not be sealed; the next start does it");
        }
        self.app.store.clone().close().await;
    }
}
