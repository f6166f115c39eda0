//! The public keys. RFC 7517 §5.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::HeaderMap;

use crate::{admin::signing_keys::JWKS_MAX_AGE, app::App, wire::answer};

pub async fn get(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    answer::document(&headers, &app.live().jwks, JWKS_MAX_AGE)
}
