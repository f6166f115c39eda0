//! Whether the process lives, and whether it can do its work.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::json;

use crate::{app::App, wire::answer};

/// 200 as long as the process answers at all.
pub async fn live() -> Response {
    answer::json(StatusCode::OK, &json!({ "status": "live" }))
}

/// 200 when the store answers, 503 when it does not.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    match app.store.ping().await {
        Ok(()) => answer::json(StatusCode::OK, &json!({ "status": "ready" })),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            answer::json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "status": "the store does not answer" }))
        }
    }
}
