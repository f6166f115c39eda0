//! Starting: everything that can fail does so here, in an order that leaves nothing half-made.

use std::{fs, future::Future, net::SocketAddr, path::Path, str::FromStr, sync::Arc};

use domain::secret::Secret;
use store::{DatabaseUrl, Store, StoreError};
use tokio::net::TcpListener;

use crate::{
    admin::first_start::{self, FirstStartError, Prepared},
    app::{App, LiveError},
    chance::Chance,
    clock,
    config::{Config, ConfigError, Issuer},
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
    let (store, master) = open_store(&config).await?;
    let now = clock::now();
    let prepared = first_start::prepare(&store, &master, admin_password, &Chance::default(), now).await?;
    let app = App::open(config, store, &master, Metrics::new()).await?;
    Ok(Running { address, prepared, app, listener, tls })
}

/// Opens and migrates the store and loads the master key: what the server and the commands beside it both need.
///
/// What can fail without leaving anything behind comes first; a master key is made only for a database that has none.
pub async fn open_store(config: &Config) -> Result<(Store, MasterKey), StartError> {
    let url = DatabaseUrl::from_str(&config.database)?;
    let given =
        config.master_key.as_deref().map(|text| MasterKey::load(Some(text), &config.data)).transpose()?;
    let lacks_key = given.is_none() && !config.data.join(master::FILE).exists();
    if lacks_key || url.file().is_some_and(|file| file.starts_with(&config.data)) {
        make_writable(&config.data)?;
    }
    let store = Store::open(&url).await?;
    store.migrate().await?;
    if lacks_key && first_start::has_master_key(&store).await? {
        return Err(FirstStartError::WrongMasterKey.into());
    }
    let master = given.map_or_else(|| MasterKey::load(None, &config.data), Ok)?;
    first_start::check_master_key(&store, &master).await?;
    Ok((store, master))
}

/// Makes the directory if it is not there, and tries whether files can be made in it.
pub fn make_writable(data: &Path) -> Result<(), ConfigError> {
    let probe = data.join(".probe");
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
        let sweep = tokio::spawn(task::sweep(Arc::clone(&self.app)));
        let routes = router(Arc::clone(&self.app));
        serve::serve(self.listener, routes, self.tls, serve::Limits::default(), stop).await;
        refresh.abort();
        sweep.abort();
        self.app.store.clone().close().await;
    }
}
