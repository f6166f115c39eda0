//! Whom to connect to, and how a new connection is set up.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure;
use crate::error::StoreError;

/// How long a server may take to accept a connection, and the network to acknowledge what was sent.
const REACH: Duration = Duration::from_secs(2);
const ACKNOWLEDGE: Duration = Duration::from_secs(3);
const HANDSHAKE: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Read,
    Write,
    Migrate,
}

impl Purpose {
    const fn setup(self) -> &'static str {
        match self {
            Self::Read => {
                "SET statement_timeout = 5000; SET lock_timeout = 3000; SET default_transaction_read_only = on"
            }
            Self::Write => "SET statement_timeout = 5000; SET lock_timeout = 3000",
            Self::Migrate => "SET statement_timeout = 0; SET lock_timeout = 60000",
        }
    }
}

/// The work that moves bytes of a connection; ends when the connection does.
pub(super) type Driver = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

pub(super) struct Target {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Target {
    pub(super) fn new(config: &Config) -> Result<Self, StoreError> {
        let mut config = config.clone();
        if config.get_application_name().is_none() {
            config.application_name("wayleave");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(REACH);
        }
        config.tcp_user_timeout(ACKNOWLEDGE).keepalives_idle(Duration::from_secs(10));
        let encrypted = match config.get_ssl_mode() {
            SslMode::Disable => false,
            SslMode::Prefer => !is_local(&config),
            _ => true,
        };
        let tls = if encrypted { Some(encryption()?) } else { None };
        Ok(Self { config, tls })
    }

    /// Connects and prepares the session; the driver must be polled for the client to work.
    pub(super) async fn connect(&self, purpose: Purpose) -> Result<(Client, Driver), StoreError> {
        tokio::time::timeout(HANDSHAKE, self.greet(purpose))
            .await
            .map_err(|_| failure::silence())?
            .map_err(|error| refusal(&error))
    }

    async fn greet(&self, purpose: Purpose) -> Result<(Client, Driver), Error> {
        let (client, mut driver): (Client, Driver) = if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await?;
            (client, Box::pin(connection))
        } else {
            let (client, connection) = self.config.connect(NoTls).await?;
            (client, Box::pin(connection))
        };
        tokio::select! {
            ready = client.batch_execute(purpose.setup()) => ready?,
            ended = &mut driver => ended?,
        }
        Ok((client, driver))
    }

    /// Connects once, to tell a wrong configuration from a server that is away, and looks whether the server
    /// keeps what it says it stored. One that does not is refused, unless that is allowed.
    pub(super) async fn probe(&self, allows_unsafe_durability: bool) -> Result<(), StoreError> {
        let (client, driver) = self.connect(Purpose::Read).await?;
        let settings = client.query(
            "SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings WHERE setting = 'off' \
             AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')",
            &[],
        );
        let found = tokio::select! {
            found = settings => found.map_err(|error| StoreError::Unavailable(failure::describe(&error)))?,
            _ = driver => return Err(failure::silence()),
        };
        let Some(off) = found.first().and_then(|row| row.try_get::<_, Option<String>>(0).ok().flatten())
        else {
            return Ok(());
        };
        if allows_unsafe_durability {
            tracing::error!(off, "the server may lose what it confirmed: these settings must be on");
            return Ok(());
        }
        Err(StoreError::Configuration(format!(
            "the PostgreSQL server may lose what it confirmed ({off} is off); turn it on, or set allow_unsafe_durability"
        )))
    }
}

fn is_local(config: &Config) -> bool {
    let local_hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    local_hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn encryption() -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Configuration(format!("TLS cannot be set up: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// What it means that no connection could be made.
fn refusal(error: &Error) -> StoreError {
    let Some(refused) = error.as_db_error() else {
        return StoreError::Unavailable(failure::describe(error));
    };
    let wrong = [
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        SqlState::INVALID_CATALOG_NAME,
        SqlState::INSUFFICIENT_PRIVILEGE,
    ];
    if wrong.contains(refused.code()) {
        StoreError::Configuration(format!("the PostgreSQL server refuses us: {}", refused.message()))
    } else {
        StoreError::Unavailable(failure::describe(error))
    }
}
