//! Access tokens that are JWTs.

mod access_token;
mod forgeries;
