//! Drives the real program, as an administrator does.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod administration;
mod apply;
mod approval;
mod audit;
mod doctor;
mod driver;
mod login;
mod manual;
mod person;
mod refused_starts;
mod remote;
mod serving;
mod several_at_once;
