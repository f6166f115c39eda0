//! The console of administrators, below `/admin`: a file per page, over the acts of `admin/`.

pub mod clients;
pub mod overview;
mod refused;

pub use refused::Wrong;
