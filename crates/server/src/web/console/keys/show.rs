//! `/admin/keys/{kind}/{id}`: one key, what it may do, and the button that revokes it.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{
    directory::{Account, Key, KeyKind, permission::Permission},
    id::Id,
    journal::ObjectKind,
};
use http::StatusCode;

use super::{Row, revoking};
use crate::{
    admin::{self, Means, account_keys},
    app::App,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        page::{Foreign, Problem},
        permissions::{self, Held},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "revoke key";

/// So many of the things that happened to it are shown.
const SHOWN: u32 = 20;

#[derive(Debug, Template)]
#[template(path = "console/keys/show.html")]
struct Show {
    frame: Frame,
    csrf: String,
    key: Row,
    allowed_ips: Vec<Foreign>,
    held: Vec<Held>,
    events: Vec<Line>,
    may_revoke: bool,
    may_see_events: bool,
    wrong: Option<Wrong>,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path((kind, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (key, account) = load(&app, &visitor, &kind, &id).await?;
    Ok(respond::page(StatusCode::OK, &page(&app, &visitor, &key, &account).await?))
}

/// Revokes it.
pub async fn revoke(
    State(app): State<Arc<App>>,
    Path((kind, id)): Path<(String, String)>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, FORM, body).await?;
    let (key, account) = load(&app, &visitor, &kind, &id).await?;
    match account_keys::destroy(Means::of(&app), &visitor.actor, key.kind, (&account.id, &key.id)).await {
        Ok(()) => {
            let path = app.config.issuer.path();
            Ok(respond::see_other(&format!("{path}/admin/keys?account={}&done=1", account.id)))
        }
        Err(error) => {
            let wrong = Wrong::with_key(error)?;
            let page = page(&app, &visitor, &key, &account).await?;
            Ok(respond::page(Wrong::STATUS, &Show { wrong: Some(wrong), ..page }))
        }
    }
}

/// The key, for whom the page of keys is there at all: one's own are in the portal.
async fn load(app: &App, visitor: &Visitor, kind: &str, id: &str) -> Result<(Key, Account), PageError> {
    if !Frame::of(app, visitor, Place::Keys).is_open() {
        return Err(Problem::NotPermitted.into());
    }
    let (kind, id) = KeyKind::parse(kind).zip(Id::parse(id)).ok_or(Problem::NotFound)?;
    Ok(account_keys::find_any(&app.store, &visitor.actor, kind, &id).await?)
}

async fn page(app: &App, visitor: &Visitor, key: &Key, account: &Account) -> Result<Show, PageError> {
    let may = |permission| visitor.actor.permissions.contains(permission);
    let may_see_events = may(Permission::AuditEventQuery) && may(Permission::AuditEventGet);
    let kind = match key.kind {
        KeyKind::ApiKey => ObjectKind::ApiKey,
        KeyKind::AppPassword => ObjectKind::AppPassword,
    };
    let events = if may_see_events {
        admin::journal::seal_now(app).await?;
        events::of_object(&app.store, (kind, key.id.as_str()), visitor.actor.tenant(), SHOWN).await?
    } else {
        Vec::new()
    };
    Ok(Show {
        frame: Frame::of(app, visitor, Place::Keys),
        csrf: visitor.csrf(app, FORM),
        key: Row::of(key, account, visitor.now),
        allowed_ips: key.allowed_ips.iter().map(|net| Foreign::from(net.to_string())).collect(),
        held: permissions::held(key.effective_permissions(account)),
        events,
        may_revoke: may(revoking(key.kind)),
        may_see_events,
        wrong: None,
    })
}
