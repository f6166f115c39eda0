//! What this node counted since it last wrote its counts down: whatever happens too often, or too cheaply, for the journal to tell of each.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{
    id::Id,
    tally::{Day, IssuedBy, Tally},
    time::Timestamp,
};
use store::{Batch, StoreError, tallies::Counts};

use crate::{app::App, wire::Failure};

/// Counts that wait to be written.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<Counts>);

impl Tallies {
    /// It happened once more, within this tenant or none.
    pub fn count(&self, tenant: Option<&Id>, what: Tally, now: Timestamp) {
        self.lock().add(tenant, Day::of(now), what, 1);
    }

    /// Tokens were given out.
    pub fn issued(&self, tenant: Option<&Id>, by: IssuedBy, now: Timestamp) {
        self.count(tenant, Tally::Issued(by), now);
    }

    /// A registration was refused. What failed on our side is no refusal.
    pub fn registration_refused(&self, tenant: Option<&Id>, why: &Failure, now: Timestamp) {
        if let Some(code) = why.code() {
            self.count(tenant, Tally::RegistrationRefused(code), now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down what was counted. What cannot be written goes on waiting.
pub async fn write(app: &App) -> Result<(), StoreError> {
    let counts = std::mem::take(&mut *app.tallies.lock());
    if counts.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::new();
    batch.extend(counts.statements());
    let written = app.store.commit(batch).await;
    if written.is_err() {
        app.tallies.lock().merge(counts);
    }
    written.map(drop)
}
