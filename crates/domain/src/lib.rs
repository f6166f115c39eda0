//! Every protocol rule of Wayleave.
//!
//! The law of this crate: pure. No clock, no randomness, no database, no HTTP. Facts come in as arguments, decisions go out
//! as values; whoever calls loads before and commits after. A fresh checkout tests all of it in seconds.

pub mod authorize;
pub mod client;
pub mod device;
pub mod directory;
pub mod discovery;
pub mod error;
pub mod freshness;
pub mod grant;
pub mod id;
pub mod jose;
pub mod journal;
pub mod locale;
pub mod parameters;
pub mod public_address;
pub mod redirect_uri;
pub mod registration;
pub mod resource;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod tally;
pub mod time;
pub mod token;
