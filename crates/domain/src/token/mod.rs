//! What tokens say, and what may be said of them.

pub mod claims;
pub mod introspection;
