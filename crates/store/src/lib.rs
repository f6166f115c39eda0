//! The memory: the only crate that sees SQL.
//!
//! `db` is the seam (two verbs, two databases), `migrate` the schema's history; the other files hold one family
//! of tables each.

pub mod access_tokens;
pub mod account_keys;
pub mod accounts;
pub mod authorization_codes;
pub mod client_assertions;
pub mod client_census;
pub mod client_documents;
pub mod client_life;
pub mod client_search;
pub mod client_states;
pub mod client_uses;
pub mod client_words;
pub mod clients;
pub mod code_tries;
pub mod consents;
mod db;
pub mod device_requests;
mod error;
pub mod grants;
pub mod initial_access_tokens;
pub mod interactions;
pub mod journal;
mod migrate;
pub mod passkeys;
pub mod recovery_codes;
pub mod refresh_tokens;
pub mod registration_policies;
mod remembered;
mod remembered_rolebook;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod software_statements;
pub mod spent_seals;
pub mod sweep;
pub mod tallies;
pub mod tenants;
pub mod totp;
pub mod user_code_tries;
pub mod visits;

pub use db::{Batch, DatabaseUrl, Guard, Memory, Outcome, Query, Row, Statement, Step, Store, Value};
pub use error::StoreError;
pub use migrate::Migration;
