//! What all endpoints share of HTTP: reading requests strictly, and the few ways of answering.

pub mod answer;
pub mod cookie;
pub mod cors;
pub mod error;
pub mod extract;
pub mod host;
pub mod problem;

pub use error::Failure;
