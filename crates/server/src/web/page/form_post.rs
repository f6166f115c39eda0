//! The answer to an authorization request as a form. OAuth 2.0 Form Post Response Mode §2.

use askama::Template;

use super::Destination;
use crate::words::filters;

/// Posts `fields` to the redirect URI. [`super::FORM_POST_SCRIPT`] presses the button; without script a person does.
#[derive(Debug, Template)]
#[template(path = "page/form_post.html")]
pub struct FormPost {
    /// The redirect URI, validated.
    pub action: String,
    pub destination: Destination,
    /// Names and values exactly as the client shall receive them.
    pub fields: Vec<(&'static str, String)>,
}
