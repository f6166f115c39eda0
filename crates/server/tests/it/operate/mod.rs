//! What whoever runs the server relies on.

mod durability;
mod metrics;
mod password_line;
