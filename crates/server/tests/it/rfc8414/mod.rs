//! The metadata document, and the keys it points to.

mod key_revocation;
mod key_rotation;
mod keys;
mod metadata;
mod promises;
mod settings;
mod well_known;
