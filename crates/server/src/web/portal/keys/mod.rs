//! `/account/api-keys` and `/account/app-passwords`: what acts for the account beside its owner.

mod fields;
mod new;
mod picker;
mod revoke;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Key, KeyKind, access::KeyPermissions, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;
use store::account_keys::Which;

pub use self::{
    new::{create_api_key, create_app_password, new_api_key, new_app_password},
    revoke::{revoke_api_key, revoke_app_password},
};
use crate::{
    admin::account_keys,
    app::App,
    web::{
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters, said},
};

/// As many as an account has; more only where an administrator said so, and then the rest is reached over JMAP.
const SHOWN: u32 = Key::USUAL_QUOTA;

#[derive(Debug, Template)]
#[template(path = "portal/keys/list.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out")]
struct List {
    frame: Frame,
    lead: Said,
    nothing: Said,
    new_label: Said,
    new_csrf: String,
    revoke_csrf: String,
    rows: Vec<Row>,
    may_create: bool,
    may_destroy: bool,
    /// A key that may only register clients is one click away.
    has_preset: bool,
    is_done: bool,
    now: Timestamp,
}

/// A key in a list.
#[derive(Debug)]
struct Row {
    id: Id,
    description: Foreign,
    may: May,
    allowed_ips: Vec<String>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    is_over: bool,
}

/// What a key may do, at a glance.
#[derive(Debug)]
enum May {
    Everything,
    OnlyRegister,
    /// So many of what the account may, beside being used at all.
    Some(usize),
}

pub async fn api_keys(
    State(app): State<Arc<App>>,
    query: RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    list(&app, KeyKind::ApiKey, query, &visitor).await
}

pub async fn app_passwords(
    State(app): State<Arc<App>>,
    query: RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    list(&app, KeyKind::AppPassword, query, &visitor).await
}

async fn list(
    app: &App,
    kind: KeyKind,
    RawQuery(query): RawQuery,
    visitor: &Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let is_done = asked.one("done").map_err(Refusal::from)?.is_some();
    let (create, destroy) = match kind {
        KeyKind::ApiKey => (Permission::ApiKeyCreate, Permission::ApiKeyDestroy),
        KeyKind::AppPassword => (Permission::AppPasswordCreate, Permission::AppPasswordDestroy),
    };
    let (actor, own) = (&visitor.actor, &visitor.account().id);
    let keys = account_keys::get(&app.store, actor, kind, own, Which::First(SHOWN)).await?;
    let may = |permission| actor.permissions.contains(permission);
    let page = List {
        frame: Frame::of(app, visitor, place(kind)),
        lead: lead(kind),
        nothing: nothing(kind),
        new_label: new_label(kind),
        new_csrf: visitor.csrf(app, new::form(kind)),
        revoke_csrf: visitor.csrf(app, revoke::form(kind)),
        // The newest is the one that was just made.
        rows: keys.iter().rev().map(|key| Row::of(key, visitor)).collect(),
        may_create: may(create),
        may_destroy: may(destroy),
        has_preset: kind == KeyKind::ApiKey
            && may(create)
            && may(Permission::OauthClientRegistration)
            && visitor.is_recent(),
        is_done,
        now: visitor.now,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

impl Row {
    fn of(key: &Key, visitor: &Visitor) -> Self {
        let effective = key.effective_permissions(visitor.account());
        let may = match key.permissions {
            KeyPermissions::Inherit => May::Everything,
            KeyPermissions::Replace(only) if only == picker::only_register() => May::OnlyRegister,
            KeyPermissions::Disable(_) | KeyPermissions::Replace(_) => {
                May::Some((effective - [Permission::Authenticate].into()).iter().count())
            }
        };
        Self {
            id: key.id.clone(),
            description: Foreign::from(key.description.as_str()),
            may,
            allowed_ips: key.allowed_ips.iter().map(ToString::to_string).collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            is_over: key.expires_at.is_some_and(|end| end <= visitor.now),
        }
    }
}

const fn place(kind: KeyKind) -> Place {
    match kind {
        KeyKind::ApiKey => Place::ApiKeys,
        KeyKind::AppPassword => Place::AppPasswords,
    }
}

const fn lead(kind: KeyKind) -> Said {
    match kind {
        KeyKind::ApiKey => {
            said("A key lets a program act for you, with no more than you may do yourself. Each has its own.")
        }
        KeyKind::AppPassword => said(
            "For programs that know nothing but a user name and a password: each gets one of its own instead of yours.",
        ),
    }
}

const fn nothing(kind: KeyKind) -> Said {
    match kind {
        KeyKind::ApiKey => said("You have no API keys."),
        KeyKind::AppPassword => said("You have no app passwords."),
    }
}

const fn new_label(kind: KeyKind) -> Said {
    match kind {
        KeyKind::ApiKey => said("New API key"),
        KeyKind::AppPassword => said("New app password"),
    }
}
