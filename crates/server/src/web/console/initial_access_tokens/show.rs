//! `/admin/initial-access-tokens/{id}`: a token, what was registered with it, and its end.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    parameters::Parameters,
    registration::initial_access_token::{InitialAccessToken, TokenState},
    time::Timestamp,
};
use http::StatusCode;

use super::{load, state, tone};
use crate::{
    admin::{
        Means, accounts,
        initial_access_tokens::{self, Change},
    },
    app::App,
    web::{
        console::{
            bounds::{Fact, facts},
            tenants,
        },
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "initial access token";

/// So many clients are on a page.
const ROWS: u32 = 50;

/// A client of the ledger.
#[derive(Debug)]
struct Line {
    client_id: Foreign,
    /// None: it was deleted.
    row: Option<Id>,
    at: Timestamp,
}

#[derive(Debug, Template)]
#[template(path = "console/initial_access_tokens/show.html")]
struct Show {
    frame: Frame,
    csrf: String,
    id: Id,
    name: Foreign,
    state: TokenState,
    uses: u32,
    max_uses: u32,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    minted_by: Option<Foreign>,
    tenant: Option<Foreign>,
    facts: Vec<Fact>,
    ledger: Vec<Line>,
    /// The address of the lines before these.
    older: Option<String>,
    may_revoke: bool,
    may_delete: bool,
    is_done: bool,
    wrong: Option<Wrong>,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let before = asked.one("before").map_err(Refusal::from)?.and_then(Id::parse);
    let is_done = asked.one("done").map_err(Refusal::from)?.is_some();
    let token = load(&app, &visitor, &id).await?;
    let page = page(&app, &visitor, token, before.as_ref()).await?;
    Ok(respond::page(StatusCode::OK, &Show { is_done, ..page }))
}

/// Revokes the token, or deletes it.
pub async fn act(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let token = load(&app, &visitor, &id).await?;
    let (means, place) = (Means::of(&app), Place::InitialAccessTokens.path());
    let issuer = app.config.issuer.path();
    let (acted, next) = match sent.one("action").map_err(Refusal::from)? {
        Some("revoke") => {
            let change = Change {
                description: token.description.clone(),
                max_uses: token.max_uses,
                expires_at: token.expires_at,
                is_revoked: true,
            };
            let at = (&token.id, token.version);
            let revoked = initial_access_tokens::update(means, &visitor.actor, at, change).await.map(drop);
            (revoked, format!("{issuer}{place}/{}?done=1", token.id))
        }
        Some("delete") => {
            let deleted = initial_access_tokens::destroy(means, &visitor.actor, &token.id).await;
            (deleted, format!("{issuer}{place}?done=1"))
        }
        Some(_) | None => return Err(Problem::NotFound.into()),
    };
    match acted {
        Ok(()) => Ok(respond::see_other(&next)),
        Err(error) => {
            let wrong = Some(Wrong::with_initial_access_token(error)?);
            let page = page(&app, &visitor, token, None).await?;
            Ok(respond::page(Wrong::STATUS, &Show { wrong, ..page }))
        }
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    token: InitialAccessToken,
    before: Option<&Id>,
) -> Result<Show, PageError> {
    let used = initial_access_tokens::ledger(&app.store, &token, before, ROWS).await?;
    let is_full = used.len() >= ROWS as usize;
    let last = used.last().filter(|_| is_full).map(|one| one.registered_row.clone());
    let ids = token.member_tenant_id.clone().into_iter().collect();
    let tenant = tenants::names(app, visitor, ids).await?.into_iter().next();
    let may = |permission| visitor.actor.permissions.contains(permission);
    let minted_by = match &token.minted_by {
        Some(id) if may(Permission::AccountGet) => {
            let found = accounts::get(&app.store, &visitor.actor, std::slice::from_ref(id)).await?;
            found.first().map(|entry| Foreign::from(entry.account.name.as_str()))
        }
        Some(_) | None => None,
    };
    let state = token.state(visitor.now);
    Ok(Show {
        frame: Frame::of(app, visitor, Place::InitialAccessTokens),
        csrf: visitor.csrf(app, FORM),
        name: Foreign::from(token.description.as_str()),
        state,
        uses: token.uses,
        max_uses: token.max_uses,
        created_at: token.created_at,
        expires_at: token.expires_at,
        minted_by,
        tenant: tenant.map(|tenant| tenant.name),
        facts: facts(&token.bounds),
        ledger: used
            .into_iter()
            .map(|one| Line {
                client_id: Foreign::from(one.client_id.as_str()).shortened(80),
                row: one.client_row,
                at: one.registered_at,
            })
            .collect(),
        older: last.map(|id| format!("{}/{}?before={id}", Place::InitialAccessTokens.path(), token.id)),
        may_revoke: state != TokenState::Revoked && may(Permission::InitialAccessTokenUpdate),
        may_delete: may(Permission::InitialAccessTokenDestroy),
        is_done: false,
        wrong: None,
        id: token.id,
    })
}
