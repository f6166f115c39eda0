//! The only crate that sees HTTP, templates and outbound fetches.
//!
//! Doors (`endpoint`, `jmap`, `web`) load facts, let `domain` decide and commit what it said; they never call one another. `grant`, `registration` and `mint` are
//! steps that doors take; `documents`, `egress`, `keys`, `pace`, `second_factor`, `wire` and `telemetry` are means that serve every door; `admin` is the one layer with several callers.

pub mod admin;
pub mod app;
mod census;
pub mod chance;
pub mod client_life;
pub mod client_states;
pub mod client_uses;
pub mod clock;
pub mod config;
mod documents;
pub mod egress;
mod endpoint;
mod front;
mod grant;
mod jmap;
mod journal;
pub mod keys;
mod mint;
pub mod pace;
pub mod password;
mod registration;
pub mod router;
pub mod second_factor;
pub mod serve;
pub mod start;
mod taken_names;
pub mod tallies;
mod task;
pub mod telemetry;
mod verified_tokens;
pub mod web;
mod wire;
pub mod words;
