//! `/account/apps`: what the account allowed applications.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{client::ClientId, error::Refusal, parameters::Parameters, time::Timestamp};
use http::StatusCode;

use crate::{
    admin::{
        Means,
        connected_apps::{self, AppError, ConnectedApp},
    },
    app::App,
    web::{
        flow::describe,
        frame::{Frame, Place},
        page::{Foreign, GrantedScope, Problem, ScopeTitle, Trust},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::filters,
};

const FORM: &str = "connected apps";

/// Room for every honest name.
const NAME_CHARS: usize = 60;

#[derive(Debug, Template)]
#[template(path = "portal/apps.html")]
struct Apps {
    frame: Frame,
    csrf: String,
    rows: Vec<Row>,
    is_done: bool,
    now: Timestamp,
}

#[derive(Debug)]
struct Row {
    name: Option<Foreign>,
    client_id: Foreign,
    /// As it is sent back.
    exact: String,
    /// The id of its button.
    button: String,
    trust: Trust,
    scopes: Vec<GrantedScope>,
    since: Timestamp,
    used_at: Option<Timestamp>,
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let found = connected_apps::own(&app.store, &visitor.actor, visitor.now).await?;
    let page = Apps {
        frame: Frame::of(&app, &visitor, Place::Apps),
        csrf: visitor.csrf(&app, FORM),
        rows: (1..).zip(&found).map(|(number, found)| Row::of(number, found)).collect(),
        is_done: asked.one("done").map_err(Refusal::from)?.is_some(),
        now: visitor.now,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn withdraw(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let client_id = ClientId::parse(sent.required("client_id").map_err(Refusal::from)?);
    let client_id = client_id.ok_or(Problem::NotFound)?;
    connected_apps::withdraw(Means::of(&app), &visitor.actor, &client_id).await?;
    Ok(respond::see_other(&format!("{}{}?done=1", app.config.issuer.path(), Place::Apps.path())))
}

impl Row {
    fn of(number: usize, found: &ConnectedApp) -> Self {
        let client = found.client.as_deref();
        let name = client.and_then(|client| client.metadata.client_name.as_deref()).map(Foreign::from);
        Self {
            name: name.filter(|name| !name.is_blank()).map(|name| name.shortened(NAME_CHARS)),
            client_id: Foreign::from(found.client_id.as_str()),
            exact: found.client_id.as_str().to_owned(),
            button: format!("withdraw-{number}"),
            trust: describe::trust(client),
            scopes: describe::scopes(&found.scope),
            since: found.since,
            used_at: found.used_at,
        }
    }
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Forbidden(_) | AppError::NoAccount => Problem::NotPermitted.into(),
            AppError::Unknown => Problem::NotFound.into(),
            AppError::Store(error) => error.into(),
        }
    }
}
