//! The whole way of a request, from its bytes to the response.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod examples_core;
mod examples_todo;
mod exchange;
mod hostile;
mod world;
