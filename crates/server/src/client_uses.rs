//! When clients were last served, collected in memory and told to the store now and then: no request waits for it.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{
    client::{Client, auth::AuthenticatedClient},
    id::Id,
    time::Timestamp,
};
use store::{Batch, StoreError, client_uses};

use crate::app::App;

/// Of so many clients the last use is collected between two tellings; what comes beyond is told when they are used again.
const MOST: usize = 100_000;

/// So many are told in one batch, so that nobody who writes waits long behind it.
const TOLD_AT_ONCE: usize = 500;

/// Those of this node, by the ids of their rows.
#[derive(Debug, Default)]
pub struct ClientUses(Mutex<HashMap<Id, Timestamp>>);

impl ClientUses {
    /// `client` was served. Of one that is not registered nothing is kept.
    pub fn note(&self, client: &AuthenticatedClient, now: Timestamp) {
        let Some(client) = client.registered() else { return };
        self.note_one(client, now);
    }

    /// `client` gave a sign of life.
    pub fn note_one(&self, client: &Client, now: Timestamp) {
        let mut uses = self.lock();
        if let Some(last) = uses.get_mut(&client.id) {
            *last = now;
        } else if uses.len() < MOST {
            uses.insert(client.id.clone(), now);
        }
    }

    fn put_back(&self, uses: Vec<(Id, Timestamp)>) {
        let mut newer = self.lock();
        for (client, at) in uses {
            newer.entry(client).or_insert(at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the store of every use since the last time.
///
/// What could not be told waits for the next time.
pub async fn tell(app: &App) -> Result<(), StoreError> {
    let mut uses: Vec<_> = mem::take(&mut *app.client_uses.lock()).into_iter().collect();
    while !uses.is_empty() {
        let mut batch = Batch::new();
        for (client, at) in uses.iter().rev().take(TOLD_AT_ONCE) {
            batch.push(client_uses::note(client, *at));
        }
        if let Err(error) = app.store.commit(batch).await {
            app.client_uses.put_back(uses);
            return Err(error);
        }
        uses.truncate(uses.len().saturating_sub(TOLD_AT_ONCE));
    }
    Ok(())
}
