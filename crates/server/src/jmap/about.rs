//! `GET /api/schema` and `GET /api/account`: what tools ask before anything else.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::directory::permission::Permission;
use http::{StatusCode, header};
use serde_json::json;

use super::schema::SCHEMA;
use crate::{
    admin::actor::Actor,
    app::App,
    wire::{answer, problem},
};

/// Leads to the document, whose name changes when it does.
pub async fn schema(State(app): State<Arc<App>>, _: Actor) -> Response {
    let to = format!("{}/api/schema/{}", app.config.issuer.path(), SCHEMA.hash);
    let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::FOUND, headers).into_response()
}

/// The document itself, which never changes under its name.
pub async fn schema_document(_: Actor, Path(hash): Path<String>) -> Response {
    if hash != SCHEMA.hash {
        return problem::of_status(StatusCode::NOT_FOUND, "there is no schema of this name; ask /api/schema");
    }
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    (headers, Body::from(SCHEMA.body.clone())).into_response()
}

/// What the caller may do, in the names that existing tools know.
pub async fn account(actor: Actor) -> Response {
    let permissions: Vec<_> = actor.permissions.iter().map(Permission::alias).collect();
    let locale = actor.account().and_then(|account| account.locale.as_deref()).unwrap_or("en");
    let body = json!({ "permissions": permissions, "edition": "oss", "locale": locale });
    answer::json(StatusCode::OK, &body)
}
