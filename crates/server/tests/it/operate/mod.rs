//! What whoever runs the server relies on.

mod durability;
mod password_line;
