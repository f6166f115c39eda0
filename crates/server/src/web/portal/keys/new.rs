//! `/account/api-keys/new` and `/account/app-passwords/new`: a key, and its secret this once.

use std::sync::Arc;

use askama::Template;
use axum::{body::Body, extract::State, response::Response};
use domain::{
    directory::{KeyKind, permission::Permission},
    secret::Secret,
};
use http::StatusCode;

use super::{
    fields::{Fields, Reach},
    picker::{self, Group},
    place,
};
use crate::{
    admin::{Means, account_keys},
    app::App,
    web::{
        frame::Frame,
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::{Said, filters},
};

#[derive(Debug, Template)]
#[template(path = "portal/keys/new.html")]
struct New {
    frame: Frame,
    csrf: String,
    is_api_key: bool,
    title: Said,
    fields: Fields,
    groups: Vec<Group>,
    may_register: bool,
    wrong: Option<Wrong>,
    /// The person has to prove once more who they are.
    is_stale: bool,
}

/// A key that was just made.
#[derive(Debug, Template)]
#[template(path = "portal/keys/secret.html")]
struct NewSecret {
    frame: Frame,
    is_api_key: bool,
    description: Foreign,
    account: String,
    secret: String,
    issuer: String,
    may_register: bool,
}

impl New {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

pub(super) const fn form(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::ApiKey => "new api key",
        KeyKind::AppPassword => "new app password",
    }
}

pub async fn new_api_key(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::ApiKeyCreate)?;
    Ok(respond::page(StatusCode::OK, &page(&app, &visitor, KeyKind::ApiKey, Fields::default(), None)))
}

pub async fn new_app_password(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::AppPasswordCreate)?;
    Ok(respond::page(StatusCode::OK, &page(&app, &visitor, KeyKind::AppPassword, Fields::default(), None)))
}

pub async fn create_api_key(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    create(&app, KeyKind::ApiKey, &visitor, body).await
}

pub async fn create_app_password(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    create(&app, KeyKind::AppPassword, &visitor, body).await
}

async fn create(app: &App, kind: KeyKind, visitor: &Visitor, body: Body) -> Result<Response, PageError> {
    let sent = visitor.sent(app, form(kind), body).await?;
    let fields = Fields::read(&sent)?;
    // A key outlives the session in which it was made: whoever only found a browser open makes none.
    if !visitor.is_recent() {
        return Ok(respond::page(StatusCode::FORBIDDEN, &page(app, visitor, kind, fields, None)));
    }
    let draft = match fields.draft(kind, visitor.now) {
        Ok(draft) => draft,
        Err(wrong) => return Ok(again(app, visitor, kind, fields, wrong)),
    };
    let own = &visitor.account().id;
    match account_keys::create(Means::of(app), &visitor.actor, kind, own, draft).await {
        Ok((key, secret)) => {
            let effective = key.effective_permissions(visitor.account());
            let description = Foreign::from(key.description);
            let may_register = effective.contains(Permission::OauthClientRegistration);
            Ok(secret_page(app, visitor, kind, &secret, (description, may_register)))
        }
        Err(error) => Ok(again(app, visitor, kind, fields, Wrong::with_key(error)?)),
    }
}

fn secret_page(
    app: &App,
    visitor: &Visitor,
    kind: KeyKind,
    secret: &Secret,
    (description, may_register): (Foreign, bool),
) -> Response {
    let page = NewSecret {
        frame: Frame::of(app, visitor, place(kind)),
        is_api_key: kind == KeyKind::ApiKey,
        description,
        account: visitor.account().name.clone(),
        secret: secret.expose().to_owned(),
        issuer: app.issuer().to_owned(),
        may_register,
    };
    respond::page(StatusCode::OK, &page)
}

fn again(app: &App, visitor: &Visitor, kind: KeyKind, fields: Fields, wrong: Wrong) -> Response {
    respond::page(Wrong::STATUS, &page(app, visitor, kind, fields, Some(wrong)))
}

fn page(app: &App, visitor: &Visitor, kind: KeyKind, fields: Fields, wrong: Option<Wrong>) -> New {
    let held = visitor.actor.permissions;
    New {
        frame: Frame::of(app, visitor, place(kind)),
        csrf: visitor.csrf(app, form(kind)),
        is_api_key: kind == KeyKind::ApiKey,
        title: super::new_label(kind),
        groups: picker::groups(held, fields.chosen),
        may_register: held.contains(Permission::OauthClientRegistration),
        fields,
        wrong,
        is_stale: !visitor.is_recent(),
    }
}
