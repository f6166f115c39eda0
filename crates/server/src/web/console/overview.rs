//! `/admin`: what goes on, at a glance.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;

use crate::{
    app::App,
    web::{
        frame::{Frame, Place},
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::filters,
};

#[derive(Debug, Template)]
#[template(path = "console/overview.html")]
struct Overview {
    frame: Frame,
}

pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    let frame = Frame::of(&app, &visitor, Place::Overview);
    if !frame.is_open() {
        return Ok(PageError(Problem::NotPermitted).into_response());
    }
    Ok(respond::page(StatusCode::OK, &Overview { frame }))
}
