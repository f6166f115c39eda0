//! Proof Key for Code Exchange.

mod authorize;
