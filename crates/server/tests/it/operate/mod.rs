//! What whoever runs the server relies on.

mod durability;
mod heavy_requests;
mod metrics;
mod pace;
mod password_line;
