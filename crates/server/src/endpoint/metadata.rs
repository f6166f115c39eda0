//! The metadata document under all its well-known names. RFC 8414 §3, OpenID Connect Discovery §4.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, response::Response};
use http::HeaderMap;

use crate::{app::App, wire::answer};

/// For so long others may keep the document.
const MAX_AGE: Duration = Duration::from_mins(1);

pub async fn get(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    answer::document(&headers, &app.live().metadata, MAX_AGE)
}
