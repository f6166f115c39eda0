//! The console of administrators, below `/admin`: a file per page, over the acts of `admin/`.

pub mod accounts;
pub mod audit;
pub mod clients;
pub mod keys;
pub mod overview;
mod paged;
pub mod provider;
mod question;
mod refused;
mod rights;
pub mod roles;
pub mod signing_keys;
pub mod tenants;

pub use paged::Pager;
pub use question::Question;
