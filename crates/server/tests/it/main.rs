//! The whole server, from outside, on both databases, always. Folders are named after what they hold the server to.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[macro_use]
mod world;

mod clients;
mod fault;
mod seed;
mod tidy;
