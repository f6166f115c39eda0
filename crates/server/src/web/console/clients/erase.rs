//! `/admin/clients/{id}/delete`: asks, and deletes.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{directory::permission::Permission, id::Id};
use http::StatusCode;

use super::show::load;
use crate::{
    admin::{Means, clients},
    app::App,
    web::{
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::filters,
};

const FORM: &str = "delete client";

#[derive(Debug, Template)]
#[template(path = "console/clients/erase.html")]
struct Erase {
    frame: Frame,
    csrf: String,
    id: Id,
    client_id: Foreign,
    name: Option<Foreign>,
    is_console: bool,
}

pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::OauthClientDestroy)?;
    let client = load(&app, &visitor, &id).await?;
    let page = Erase {
        frame: Frame::of(&app, &visitor, Place::OauthClients),
        csrf: visitor.csrf(&app, FORM),
        client_id: Foreign::from(client.client_id.as_str()),
        name: client.metadata.client_name.as_deref().map(Foreign::from),
        is_console: client.client_id.as_str() == domain::client::management::WEBADMIN,
        id: client.id,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn erase(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let client = load(&app, &visitor, &id).await?;
    clients::destroy(Means::of(&app), &visitor.actor, client.client_id.as_str()).await?;
    Ok(respond::see_other(&format!("{}/admin/clients?done=1", app.config.issuer.path())))
}
