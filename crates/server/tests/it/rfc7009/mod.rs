//! A client gives a token back.

mod revocation;
