//! The question before what cannot be undone.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::{
    web::{frame::Frame, page::Foreign, respond, wrong::Wrong},
    words::{Said, filters, said},
};

/// A page that asks, with one button that does it and a way back.
#[derive(Debug, Template)]
#[template(path = "console/question.html")]
pub struct Question {
    pub frame: Frame,
    pub csrf: String,
    /// With the name in the place of `{0}`.
    pub asks: Said,
    pub name: Foreign,
    /// What happens then.
    pub then: Said,
    /// On the button.
    pub does: Said,
    /// Where the form goes and where the way back leads, below the issuer.
    pub action: String,
    pub back: String,
    /// What stands in the way.
    pub wrong: Option<Wrong>,
}

impl Question {
    /// Whether to delete for good what is called `name` and has its page at `page`, below the issuer. `then` says what happens.
    pub fn before_deletion(frame: Frame, csrf: String, name: &str, then: Said, page: String) -> Self {
        Self {
            frame,
            csrf,
            asks: said("Delete {0}?"),
            name: Foreign::from(name),
            then,
            does: said("Delete for good"),
            action: format!("{page}/delete"),
            back: page,
            wrong: None,
        }
    }

    pub fn respond(&self) -> Response {
        let status = if self.wrong.is_some() { Wrong::STATUS } else { StatusCode::OK };
        respond::page(status, self)
    }
}
