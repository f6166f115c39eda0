//! The keys of the server: what it signs with, and what it derives from the master key.

pub mod generate;
pub mod master;
pub mod ring;
pub mod seal;

pub use master::MasterKey;
pub use ring::{KeyRing, SigningKey};
pub use seal::Sealer;
