//! What administrators do, whichever way they come in: JMAP, the console and the command line call the same functions.
//!
//! Every act takes the [`actor::Actor`] who asks for it. It checks permission and tenant, loads, decides, and commits one batch.
//! What belongs to another tenant is to an actor of a tenant as if it did not exist.

pub mod account_keys;
pub mod account_password;
pub mod accounts;
pub mod actor;
pub mod audit;
pub mod clients;
pub mod connected_apps;
mod described;
pub mod first_start;
pub mod initial_access_tokens;
pub mod journal;
pub mod overview;
pub mod own_account;
pub mod presets;
pub mod registration_policies;
pub mod roles;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod simulation;
pub mod tenants;
mod text;

use domain::{secret::HashKey, time::Timestamp};
use serde_json::{Value, json};
use store::{Statement, Store, StoreError, search::SearchError};

use actor::{Actor, Forbidden};
use journal::Subject;

use crate::{app::App, chance::Chance, clock, password::Passwords};

/// What an act works with.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    pub store: &'a Store,
    pub chance: &'a Chance,
    pub hash_key: &'a HashKey,
    pub passwords: &'a Passwords,
    pub now: Timestamp,
}

/// Why a search gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("account: there is no such account")]
    UnknownAccount,
    #[error("anchor: there is no such object among those that were found")]
    AnchorNotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SearchError> for QueryError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::AnchorNotFound => Self::AnchorNotFound,
            SearchError::Store(error) => Self::Store(error),
        }
    }
}

impl Means<'_> {
    /// Tells the journal that `actor` made the object, which is `after` now.
    fn created(self, actor: &Actor, subject: Subject<'_>, after: Value) -> Statement {
        journal::created(actor, subject, after, self.chance, self.now)
    }

    /// Tells the journal that `actor` changed the object from the first to the second.
    fn updated(self, actor: &Actor, subject: Subject<'_>, sides: (Value, Value)) -> Statement {
        journal::updated(actor, subject, sides, None, self.chance, self.now)
    }

    /// The same of a change of which the two sides do not show everything.
    fn updated_and(
        self,
        actor: &Actor,
        subject: Subject<'_>,
        sides: (Value, Value),
        note: Option<&str>,
    ) -> Statement {
        journal::updated(actor, subject, sides, note, self.chance, self.now)
    }

    /// Tells the journal that `actor` took the object away from the tenant `from` and gave it to that of `subject`, where it is `after`. Each
    /// tenant hears of its own side only: for the one it is gone, for the other it is new.
    fn moved(
        self,
        actor: &Actor,
        from: Option<&domain::id::Id>,
        subject: Subject<'_>,
        after: Value,
    ) -> [Statement; 2] {
        let left = Subject { tenant_id: from, ..subject };
        let sides = (json!({ "memberTenantId": from }), json!({ "memberTenantId": null }));
        let note = Some("was taken to where it is of no concern here any more");
        [self.updated_and(actor, left, sides, note), self.created(actor, subject, after)]
    }

    /// Tells the journal that `actor` deleted the object, which was `before`.
    fn destroyed(self, actor: &Actor, subject: Subject<'_>, before: Value) -> Statement {
        journal::destroyed(actor, subject, before, self.chance, self.now)
    }
}

impl<'a> Means<'a> {
    /// Those of the server, now.
    pub fn of(app: &'a App) -> Self {
        Self::at(app, clock::now())
    }

    /// Those of the server at a moment.
    pub fn at(app: &'a App, now: Timestamp) -> Self {
        let App { store, chance, hash_key, passwords, .. } = app;
        Self { store, chance, hash_key, passwords, now }
    }
}
