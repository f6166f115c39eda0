//! RFC 8620 and nothing else: this crate knows no object of ours and does no I/O.
//!
//! The way of a request: [`request::Request::parse`] takes the bytes and refuses as a [`problem::Problem`]; an
//! [`exchange::Exchange`] hands out one call at a time, its result references resolved, and takes the answer; what is left
//! when all are answered is the [`response::Response`]. In between, the caller turns the arguments of a call into one of the
//! types of [`method`], does what they ask (here nothing waits, so that may be asynchronous), and gives the result back.
//!
//! Work is bounded by what the core capability allows, never by what a stranger sends: depth, count and size have a limit
//! each, and what is beyond is refused with the error that the standard has for it.

pub mod arguments;
pub mod capability;
pub mod creation;
pub mod error;
pub mod exchange;
pub mod filter;
pub mod id;
pub mod invocation;
pub mod json;
pub mod method;
pub mod patch;
pub mod pointer;
pub mod problem;
pub mod push;
pub mod reference;
pub mod request;
pub mod response;
pub mod session;
pub mod set_error;
pub mod sort;
pub mod state;
