//! RFC 8620 and nothing else: this crate knows no object of ours and does no I/O.
//!
//! Its rooms (request, reference, method, patch, filter, sort, object, engine) are built with the management API.
