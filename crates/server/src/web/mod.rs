//! What people see: pages rendered on the server.

pub mod assets;
pub mod base;
pub mod flow;
pub mod home;
pub mod page;
pub mod respond;
pub mod session;
