//! `/admin/initial-access-tokens`: what lets others register, and what came of each.

pub mod new;
mod refused;
pub mod show;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
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
use store::{
    initial_access_tokens::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

use super::{Pager, tenants};
use crate::{
    admin::initial_access_tokens,
    app::App,
    web::{
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters, said},
};

/// So many rows are on a page.
const ROWS: u32 = 50;

/// A token in one row.
#[derive(Debug)]
struct Row {
    id: Id,
    name: Foreign,
    state: TokenState,
    uses: u32,
    max_uses: u32,
    expires_at: Option<Timestamp>,
    tenant: Option<Foreign>,
}

#[derive(Debug, Template)]
#[template(path = "console/initial_access_tokens/list.html")]
struct List {
    frame: Frame,
    text: String,
    rows: Vec<Row>,
    pager: Pager,
    has_tenants: bool,
    may_create: bool,
    /// One was just deleted.
    is_done: bool,
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let one = |name| parameters.one(name).map_err(Refusal::from);
    let text = one("text")?.unwrap_or_default().trim().to_owned();
    let at: i64 = one("at")?.and_then(|at| at.parse().ok()).unwrap_or(0);
    let is_done = one("done")?.is_some();
    let search = Search {
        tenant: None,
        filter: (!text.is_empty()).then(|| Filter::Condition(Condition::Text(text.clone()))),
        sort: SortBy::Id,
        page: Page { is_ascending: false, start: Start::Position(at.max(0)), limit: ROWS, wants_total: true },
    };
    let found = initial_access_tokens::query(&app.store, &visitor.actor, search).await?;
    let tokens = initial_access_tokens::get(&app.store, &visitor.actor, &found.ids).await?;
    let ids = tokens.iter().filter_map(|token| token.member_tenant_id.clone());
    let tenants = tenants::names(&app, &visitor, ids.collect()).await?;
    let rows = found.ids.iter().filter_map(|id| tokens.iter().find(|token| token.id == *id));
    let rows = rows.map(|token| Row {
        id: token.id.clone(),
        name: Foreign::from(token.description.as_str()).shortened(80),
        state: token.state(visitor.now),
        uses: token.uses,
        max_uses: token.max_uses,
        expires_at: token.expires_at,
        tenant: token
            .member_tenant_id
            .as_ref()
            .and_then(|id| tenants.iter().find(|tenant| tenant.id == *id))
            .map(|tenant| tenant.name.clone()),
    });
    let page = List {
        frame: Frame::of(&app, &visitor, Place::InitialAccessTokens),
        rows: rows.collect(),
        pager: Pager::of(&found, ROWS, |at| address(&text, at)),
        has_tenants: !tenants.is_empty(),
        may_create: may_mint(&visitor),
        text,
        is_done,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Nobody lets others register who may not register.
fn may_mint(visitor: &Visitor) -> bool {
    let held = visitor.actor.permissions;
    held.contains(Permission::InitialAccessTokenCreate) && held.contains(Permission::OauthClientRegistration)
}

/// The token with this id, if it is there for the visitor.
async fn load(app: &App, visitor: &Visitor, id: &str) -> Result<InitialAccessToken, PageError> {
    let id = Id::parse(id).ok_or(Problem::NotFound)?;
    let found = initial_access_tokens::get(&app.store, &visitor.actor, std::slice::from_ref(&id)).await?;
    found.into_iter().next().ok_or_else(|| Problem::NotFound.into())
}

const fn state(state: TokenState) -> Said {
    match state {
        TokenState::Active => said("Valid"),
        TokenState::Spent => said("Used up"),
        TokenState::Expired => said("Expired"),
        TokenState::Revoked => said("Revoked"),
    }
}

/// The class of its pill.
const fn tone(state: TokenState) -> &'static str {
    match state {
        TokenState::Active => " is-good",
        TokenState::Spent | TokenState::Expired => "",
        TokenState::Revoked => " is-warn",
    }
}

/// The address of the same list from the row `at` on.
fn address(text: &str, at: u64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("text", text);
    }
    if at > 0 {
        query.append_pair("at", &at.to_string());
    }
    format!("{}?{}", Place::InitialAccessTokens.path(), query.finish())
}
