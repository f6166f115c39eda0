//! `/account/api-keys/{id}/revoke` and `/account/app-passwords/{id}/revoke`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{directory::KeyKind, id::Id};

use super::place;
use crate::{
    admin::{Means, account_keys},
    app::App,
    web::{
        page::Problem,
        respond::{self, PageError},
        webadmin::Visitor,
    },
};

pub(super) const fn form(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::ApiKey => "revoke api key",
        KeyKind::AppPassword => "revoke app password",
    }
}

pub async fn revoke_api_key(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    revoke(&app, (KeyKind::ApiKey, &id), &visitor, body).await
}

pub async fn revoke_app_password(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    revoke(&app, (KeyKind::AppPassword, &id), &visitor, body).await
}

async fn revoke(
    app: &App,
    (kind, id): (KeyKind, &str),
    visitor: &Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(app, form(kind), body).await?;
    let id = Id::parse(id).ok_or(Problem::NotFound)?;
    account_keys::destroy(Means::of(app), &visitor.actor, kind, (&visitor.account().id, &id)).await?;
    Ok(respond::see_other(&format!("{}{}?done=1", app.config.issuer.path(), place(kind).path())))
}
