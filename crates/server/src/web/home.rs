//! `/`: what this server is.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{page::Home, respond};
use crate::app::App;

pub async fn show(State(app): State<Arc<App>>) -> Response {
    let page = Home {
        issuer: app.issuer().to_owned(),
        anonymous_registration: app.live().settings.anonymous_client_registration,
    };
    respond::page(StatusCode::OK, &page)
}
