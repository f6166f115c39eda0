//! `/account`: who you are here.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use http::StatusCode;

use crate::{
    app::App,
    web::{
        frame::{Frame, Place},
        page::Foreign,
        respond,
        webadmin::Visitor,
    },
    words::filters,
};

#[derive(Debug, Template)]
#[template(path = "portal/profile.html")]
struct Profile {
    frame: Frame,
    name: Foreign,
    description: Option<Foreign>,
    email: Option<Foreign>,
}

pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let account = visitor.account();
    let page = Profile {
        frame: Frame::of(&app, &visitor, Place::Profile),
        name: Foreign::from(account.name.as_str()),
        description: account.description.as_deref().map(Foreign::from),
        email: account.email.as_deref().map(Foreign::from),
    };
    respond::page(StatusCode::OK, &page)
}
