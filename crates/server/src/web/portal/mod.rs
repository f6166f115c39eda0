//! The self-service portal of everybody with an account, below `/account`: a file per page, over the acts of `admin/`.

pub mod activity;
pub mod apps;
mod device;
pub mod keys;
pub mod profile;
pub mod security;
pub mod sessions;
