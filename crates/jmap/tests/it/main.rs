//! The whole way of a request, from its bytes to the response.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod bodies;
mod examples_core;
mod examples_todo;
mod exchange;
mod fuzzed;
mod hostile;
mod world;
