//! From a request to something typed.

pub mod actor;
pub mod bearer;
pub mod body;
pub mod client_auth;
pub mod peer;
pub mod user_agent;

pub use peer::{Peer, PeerAddress};
pub use user_agent::user_agent;
