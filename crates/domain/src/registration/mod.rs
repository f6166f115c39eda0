//! A registration, on one page: admit → parse → issue. RFC 7591, RFC 7592, OpenID Connect Registration.
//!
//! [`admission`] says whether the requester may register at all and through which door; [`request`] turns bytes into effective
//! metadata, rule by rule, or into one refusal; [`digest`] gives shared public clients the id that their metadata spell;
//! [`bounds`] are what a [`profile`] or an [`initial_access_token`] adds to the rules; [`response`] writes what was registered; [`administration`] is what an administrator writes in
//! place of a client. [`replacement`] is the same way once more for a client that exists, [`document`] for one that is described by a document.
//! A [`statement`] says beforehand what somebody vouches for.

pub mod administration;
pub mod admission;
pub mod bounds;
pub mod digest;
pub mod document;
pub mod initial_access_token;
mod json;
mod mail_apps;
pub mod profile;
pub mod replacement;
pub mod request;
pub mod response;
mod rules;
pub mod statement;

pub use admission::{AdmissionRefusal, Admitted, Requester, admit};
pub use request::{Policy, RawRegistration, Registration, parse};

#[cfg(test)]
mod tests;
