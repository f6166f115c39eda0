//! Everything the store promises, on both databases, always.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[macro_use]
mod scene;

mod batch;
mod client_life;
mod client_search;
mod clients;
mod devices;
mod directory;
mod factors;
mod guard;
mod journal;
mod load;
mod migration;
mod open;
mod our_history;
mod postgres_only;
mod read;
mod registration_policies;
mod row;
mod tallies;
