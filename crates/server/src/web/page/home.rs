//! The front door: what this server is and how to register.

use askama::Template;

use crate::words::filters;

#[derive(Debug, Template)]
#[template(path = "page/home.html")]
pub struct Home {
    /// The configured issuer, without a slash at its end.
    pub issuer: String,
    /// `POST /register` needs no credential.
    pub anonymous_registration: bool,
}
