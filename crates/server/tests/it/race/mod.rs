//! What may happen once happens once, however many try at the same moment.

mod directory;
mod first_start;
mod nodes;
mod registration;
mod signing_keys;
mod tokens;
