//! What administrators do, whichever way they come in: the command line today, JMAP and the console through the same functions.

pub mod accounts;
pub mod actor;
pub mod api_keys;
pub mod clients;
pub mod first_start;
pub mod journal;
pub mod settings;
pub mod signing_keys;
