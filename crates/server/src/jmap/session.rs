//! `GET /jmap/session`: what there is and where. RFC 8620 §2.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::directory::Account;
use http::{StatusCode, header};
use jmap::{
    capability::CORE,
    id::Id,
    session::{self, Session, Urls},
};

use super::{CAPABILITY, LIMITS};
use crate::{
    admin::actor::Actor,
    app::App,
    wire::{answer, problem},
};

/// The session of whoever asks.
pub async fn get(State(app): State<Arc<App>>, actor: Actor) -> Response {
    let session = actor.account().and_then(|account| of(&app, account));
    session.map_or_else(problem::internal, |session| answer::json(StatusCode::OK, &session.to_json()))
}

/// `/.well-known/jmap` leads to the session. RFC 8620 §2.2.
pub async fn well_known(State(app): State<Arc<App>>) -> Response {
    let to = format!("{}/jmap/session", app.config.issuer.path());
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
}

/// Nothing only if the issuer or an id were of a form that they never have.
pub(super) fn of(app: &App, account: &Account) -> Option<Session> {
    let base = app.issuer();
    let urls = Urls::parse(
        &format!("{base}/jmap/"),
        &format!("{base}/jmap/download/{{accountId}}/{{blobId}}/{{name}}?accept={{type}}"),
        &format!("{base}/jmap/upload/{{accountId}}/"),
        &format!("{base}/jmap/eventsource?types={{types}}&closeafter={{closeafter}}&ping={{ping}}"),
    );
    let id = Id::parse(account.id.as_str()).ok()?;
    let capabilities = [CORE, CAPABILITY].map(|name| (name.to_owned(), jmap::json::Object::new()));
    let own = session::Account {
        name: account.name.clone(),
        is_personal: true,
        is_read_only: false,
        account_capabilities: capabilities.into(),
    };
    Some(Session {
        core: LIMITS.clone(),
        capabilities: BTreeMap::from([(CAPABILITY.to_owned(), jmap::json::Object::new())]),
        primary_accounts: [CORE, CAPABILITY].map(|name| (name.to_owned(), id.clone())).into(),
        accounts: BTreeMap::from([(id, own)]),
        username: account.name.clone(),
        urls: urls.ok()?,
    })
}
