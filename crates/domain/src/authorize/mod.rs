//! The authorization endpoint: what was asked, whether it may be, what comes next, and how it is answered.
//!
//! The order is a rule of its own: client and redirect URI first ([`destination`]), because until both are known nothing may be sent
//! anywhere; then every other parameter ([`request`], [`checks`]); then the person ([`step`]); then the answer ([`response`]).

pub mod checks;
pub mod claims_request;
pub mod destination;
pub mod pkce;
pub mod request;
pub mod response;
pub mod step;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;
