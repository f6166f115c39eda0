//! The endpoints that programs call, a file each.

pub mod device_authorization;
pub mod health;
pub mod introspect;
pub mod jwks;
pub mod metadata;
pub mod metrics;
pub mod protected_resource;
pub mod register;
pub mod registration;
pub mod revoke;
pub mod token;
pub mod userinfo;
