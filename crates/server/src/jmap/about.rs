//! `GET /api/schema` and `GET /api/account`: what tools ask before anything else.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::directory::permission::Permission;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::schema::SCHEMA;
use crate::{
    app::App,
    clock,
    wire::{
        answer,
        extract::{
            Peer,
            actor::{NoActor, actor},
        },
        problem,
    },
};

/// Leads to the document, whose name changes when it does.
pub async fn schema(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
) -> Result<Response, NoActor> {
    actor(&app, &headers, from, clock::now()).await?;
    let to = format!("{}/api/schema/{}", app.config.issuer.path(), SCHEMA.hash);
    let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// The document itself, which never changes under its name.
pub async fn schema_document(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, NoActor> {
    actor(&app, &headers, from, clock::now()).await?;
    if hash != SCHEMA.hash {
        return Ok(problem::of_status(
            StatusCode::NOT_FOUND,
            "there is no schema of this name; ask /api/schema",
        ));
    }
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((headers, Body::from(SCHEMA.body.clone())).into_response())
}

/// What the caller may do, in the names that existing tools know.
pub async fn account(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
) -> Result<Response, NoActor> {
    let actor = actor(&app, &headers, from, clock::now()).await?;
    let permissions: Vec<_> = actor.permissions.iter().map(Permission::alias).collect();
    let locale = actor.account().and_then(|account| account.locale.as_deref()).unwrap_or("en");
    let body = json!({ "permissions": permissions, "edition": "oss", "locale": locale });
    Ok(answer::json(StatusCode::OK, &body))
}
