//! What people see: pages rendered on the server.

pub mod assets;
pub mod base;
pub mod console;
pub mod events;
pub mod flow;
pub mod frame;
pub mod home;
pub mod page;
pub mod permissions;
pub mod portal;
pub mod qr;
pub mod respond;
pub mod session;
pub mod webadmin;
pub mod wrong;
