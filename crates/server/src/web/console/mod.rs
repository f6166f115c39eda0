//! The console of administrators, below `/admin`: a file per page, over the acts of `admin/`.

pub mod accounts;
pub mod audit;
mod bounds;
pub mod clients;
pub mod initial_access_tokens;
pub mod keys;
pub mod overview;
mod paged;
pub mod provider;
mod question;
mod refused;
pub mod registration;
mod rights;
pub mod roles;
pub mod signing_keys;
pub mod tenants;

pub use paged::Pager;
pub use question::Question;
