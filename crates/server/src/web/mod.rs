//! What people see: pages rendered on the server.

pub mod page;
