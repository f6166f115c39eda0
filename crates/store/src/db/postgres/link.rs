//! A connection that comes back: whoever needs it asks for the one of the moment.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::connection::Connection;
use super::failure;
use super::target::{Purpose, Target};
use crate::error::StoreError;

/// Between two attempts to connect; doubles from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(1);

/// How long a request waits for a connection that is being replaced.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(super) struct Link {
    current: watch::Receiver<Option<Arc<Connection>>>,
}

impl Link {
    /// Begins to connect, and to connect again whenever the connection is lost, until all clones are gone.
    pub(super) fn start(target: Arc<Target>, purpose: Purpose) -> Self {
        let (publish, current) = watch::channel(None);
        tokio::spawn(supervise(target, purpose, publish));
        Self { current }
    }

    /// The connection, if there is one now.
    pub(super) fn now(&self) -> Option<Arc<Connection>> {
        self.current.borrow().clone().filter(|connection| connection.is_usable())
    }

    /// The connection, as soon as there is one.
    pub(super) async fn ready(&self) -> Result<Arc<Connection>, StoreError> {
        let mut current = self.current.clone();
        let usable = |connection: &Option<Arc<Connection>>| {
            connection.as_ref().is_some_and(|connection| connection.is_usable())
        };
        let found = timeout(PATIENCE, current.wait_for(usable)).await;
        found.ok().and_then(Result::ok).and_then(|connection| connection.clone()).ok_or_else(failure::silence)
    }

    /// Lets the connection go although clones of this link remain.
    pub(super) fn end(&self) {
        if let Some(connection) = self.now() {
            connection.give_up();
        }
    }
}

async fn supervise(target: Arc<Target>, purpose: Purpose, publish: watch::Sender<Option<Arc<Connection>>>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let attempt = tokio::select! {
            () = publish.closed() => return,
            attempt = target.connect(purpose) => attempt,
        };
        match attempt {
            Ok((client, driver)) => {
                pause = FIRST_PAUSE;
                let connection = Arc::new(Connection::new(client));
                publish.send_replace(Some(Arc::clone(&connection)));
                tokio::select! {
                    () = publish.closed() => return,
                    ended = driver => tracing::warn!(
                        reason = ended.err().map(|error| failure::describe(&error)),
                        "a connection to the database was lost",
                    ),
                    () = connection.given_up() => tracing::warn!("a connection to the database was given up"),
                }
                publish.send_replace(None);
            }
            Err(error) => tracing::warn!(%error, "the database cannot be reached"),
        }
        tokio::select! {
            () = publish.closed() => return,
            () = sleep(pause) => {}
        }
        pause = (pause * 2).min(LAST_PAUSE);
    }
}
