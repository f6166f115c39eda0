//! The whole server, from outside, on both databases, always. Folders are named after what they hold the server to.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[macro_use]
mod world;

mod approval;
mod client_life;
mod clients;
mod console;
mod device;
mod directory;
mod documents;
mod factors;
mod fault;
mod journal;
mod management;
mod matrix;
mod openid_core;
mod operate;
mod portal;
mod race;
mod replay;
mod rfc6749;
mod rfc7009;
mod rfc7523;
mod rfc7591;
mod rfc7592;
mod rfc7636;
mod rfc7662;
mod rfc8414;
mod rfc8620;
mod rfc8707;
mod rfc9068;
mod rfc9112;
mod rfc9207;
mod seed;
mod tidy;
mod web;
mod webui;
