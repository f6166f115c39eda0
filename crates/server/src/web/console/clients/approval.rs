//! `/admin/clients/{id}/approval`: lets a client in that waits for it, or asks and says no.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{client::approval::Decision, directory::permission::Permission, error::Refusal, id::Id};
use http::StatusCode;

use super::show::load;
use crate::{
    admin::{
        Means,
        clients::{self, ClientError},
    },
    app::App,
    web::{
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::filters,
};

pub(super) const FORM: &str = "approval of a client";

#[derive(Debug, Template)]
#[template(path = "console/clients/deny.html")]
struct Deny {
    frame: Frame,
    csrf: String,
    id: Id,
    version: i64,
    client_id: Foreign,
    name: Option<Foreign>,
}

/// The question before a no.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::OauthClientUpdate)?;
    let client = load(&app, &visitor, &id).await?;
    let page = Deny {
        frame: Frame::of(&app, &visitor, Place::OauthClients),
        csrf: visitor.csrf(&app, FORM),
        version: client.version,
        client_id: Foreign::from(client.client_id.as_str()),
        name: client.metadata.client_name.as_deref().map(Foreign::from),
        id: client.id,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// The decision over the client as it stood on the page. Whoever comes second is shown what it is now.
pub async fn decide(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let decision = match sent.one("decision").map_err(Refusal::from)? {
        Some("approve") => Decision::Approve,
        Some("deny") => Decision::Deny,
        _ => {
            let detail = "decision must be approve or deny".to_owned();
            return Err(Problem::BadRequest { detail }.into());
        }
    };
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let client = load(&app, &visitor, &id).await?;
    let which = (client.client_id.as_str(), Some(version));
    let outcome = match clients::decide(Means::of(&app), &visitor.actor, which, decision).await {
        Ok(()) => "done",
        Err(ClientError::Decided(_) | ClientError::Stale) => "late",
        Err(error) => return Err(error.into()),
    };
    Ok(respond::see_other(&format!("{}/admin/clients/{}?{outcome}=1", app.config.issuer.path(), client.id)))
}
