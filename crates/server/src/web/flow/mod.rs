//! The way of a person through an authorization: sign in, choose, consent, and back to the application.
//!
//! Until somebody signed in nothing is stored: the request travels sealed through the login page. From then on it waits in a row that
//! belongs to the session, and the one decision is that row's.

pub mod authorize;
mod begin;
pub mod consent;
pub mod describe;
pub mod device;
pub mod device_decision;
pub mod foreign_post;
pub mod id_token_hint;
pub mod interaction;
pub mod login;
pub mod logout;
pub mod passkey;
pub mod proceed;
pub mod second_step;
mod sent_form;
mod user_code;
