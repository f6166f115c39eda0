//! What may happen once happens once, however many try at the same moment.

mod registration;
mod tokens;
