//! Drives the real program, as an administrator does.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod administration;
mod driver;
mod manual;
mod refused_starts;
mod serving;
mod several_at_once;
