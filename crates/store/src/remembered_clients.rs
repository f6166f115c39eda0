//! Clients that were read a moment ago. One that sends many requests is not read and parsed anew for each.
//!
//! What this process changes is seen at once: every commit that changes a client empties the memory. What another one changes, a node or
//! a command on the host, is seen after half a second at the latest, as with settings.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::client::{Client, ClientId};
use tokio::time::Instant;

/// How long a client is believed to be as it was read.
const LIFE: Duration = Duration::from_millis(500);

/// How many are remembered; when there are more, all are forgotten.
const CAPACITY: usize = 1024;

#[derive(Default)]
pub(crate) struct RememberedClients(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    clients: HashMap<ClientId, (Arc<Client>, Instant)>,
    /// How often all was forgotten.
    epoch: u64,
}

/// The moment before a read. What was read may only be remembered if nothing was forgotten since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epoch(u64);

impl RememberedClients {
    /// The client as it was at most half a second ago, or what is needed to remember it once it is read.
    pub(crate) fn recall(&self, client_id: &ClientId) -> Result<Arc<Client>, Epoch> {
        let memory = self.memory();
        match memory.clients.get(client_id) {
            Some((client, read_at)) if read_at.elapsed() < LIFE => Ok(Arc::clone(client)),
            Some(_) | None => Err(Epoch(memory.epoch)),
        }
    }

    /// Remembers what was read after `epoch` was given.
    pub(crate) fn remember(&self, client: &Arc<Client>, epoch: Epoch) {
        let mut memory = self.memory();
        if memory.epoch != epoch.0 {
            return;
        }
        if memory.clients.len() >= CAPACITY {
            memory.clients.clear();
        }
        memory.clients.insert(client.client_id.clone(), (Arc::clone(client), Instant::now()));
    }

    /// A client changed.
    pub(crate) fn forget(&self) {
        let mut memory = self.memory();
        memory.epoch = memory.epoch.wrapping_add(1);
        memory.clients.clear();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RememberedClients {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RememberedClients")
    }
}
