//! Every protocol rule of Wayleave.
//!
//! The law of this crate: pure. No clock, no randomness, no database, no HTTP. Facts come in as arguments, decisions go out
//! as values; whoever calls loads before and commits after. A fresh checkout tests all of it in seconds.

pub mod client;
pub mod error;
pub mod id;
pub mod jose;
pub mod redirect_uri;
pub mod registration;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod time;
