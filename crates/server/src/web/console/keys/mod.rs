//! `/admin/keys`: the API keys and app passwords of others: those of one account, or the newest of all.

mod refused;
mod row;
pub mod show;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{
    directory::{KeyKind, Kind, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
};
use http::StatusCode;
use store::{
    account_keys::Which,
    accounts::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

pub use self::row::Row;
use super::accounts::Named;
use crate::{
    admin::{
        account_keys::{self, KeyError},
        accounts,
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

/// So many of the newest keys are on a page.
const ROWS: u32 = 50;

/// So many accounts are shown where several are like what was looked for.
const FOUND: u32 = 20;

/// The most keys that an account usually has, of each kind.
const OF_ACCOUNT: u32 = domain::directory::Key::USUAL_QUOTA;

#[derive(Debug, Template)]
#[template(path = "console/keys/list.html")]
struct List {
    frame: Frame,
    text: String,
    /// Somebody was looked for.
    is_searched: bool,
    /// Several who may be meant.
    found: Vec<Named>,
    /// The one whose keys these are.
    owner: Option<Foreign>,
    keys: Vec<Row>,
    shows_owner: bool,
    /// The address of the keys before these.
    older: Option<String>,
    /// One was just revoked.
    is_done: bool,
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let one = |name| parameters.one(name).map_err(Refusal::from);
    let page = List {
        frame: Frame::of(&app, &visitor, Place::Keys),
        text: one("text")?.unwrap_or_default().trim().to_owned(),
        is_searched: false,
        found: Vec::new(),
        owner: None,
        keys: Vec::new(),
        shows_owner: true,
        older: None,
        is_done: one("done")?.is_some(),
    };
    if !page.frame.is_open() {
        return Ok(PageError(Problem::NotPermitted).into_response());
    }
    let page = match one("account")?.map(Id::parse) {
        Some(Some(id)) => of_account(&app, &visitor, page, &id).await?,
        Some(None) => return Err(Problem::NotFound.into()),
        None if page.text.is_empty() => {
            newest(&app, &visitor, page, one("before")?.and_then(Id::parse).as_ref()).await?
        }
        None => searched(&app, &visitor, page).await?,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

async fn newest(app: &App, visitor: &Visitor, page: List, before: Option<&Id>) -> Result<List, PageError> {
    let keys = account_keys::newest(&app.store, &visitor.actor, before, ROWS).await?;
    let is_full = keys.len() >= ROWS as usize;
    let last = keys.last().filter(|_| is_full).map(|(key, _)| key.id.clone());
    Ok(List {
        keys: keys.iter().map(|(key, account)| Row::of(key, account, visitor.now)).collect(),
        older: last.map(|id| format!("{}?before={id}", Place::Keys.path())),
        ..page
    })
}

/// Accounts like the text; where there is one, its keys.
async fn searched(app: &App, visitor: &Visitor, page: List) -> Result<List, PageError> {
    let conditions = [Condition::Kind(Kind::User), Condition::Text(page.text.clone())];
    let search = Search {
        tenant: None,
        filter: Some(Filter::And(conditions.map(Filter::Condition).to_vec())),
        sort: SortBy::Name,
        page: Page { is_ascending: true, start: Start::Position(0), limit: FOUND, wants_total: false },
    };
    let ids = accounts::query(&app.store, &visitor.actor, search).await?.ids;
    let page = List { is_searched: true, ..page };
    match ids.as_slice() {
        [] => Ok(page),
        [id] => of_account(app, visitor, page, id).await,
        _ => Ok(List { found: super::accounts::show::names(app, visitor, &ids).await?, ..page }),
    }
}

async fn of_account(app: &App, visitor: &Visitor, page: List, id: &Id) -> Result<List, PageError> {
    let found = accounts::get(&app.store, &visitor.actor, std::slice::from_ref(id)).await?;
    let account = found.into_iter().next().ok_or(Problem::NotFound)?.account;
    let mut keys = Vec::new();
    for kind in [KeyKind::ApiKey, KeyKind::AppPassword] {
        match account_keys::get(&app.store, &visitor.actor, kind, id, Which::First(OF_ACCOUNT)).await {
            Ok(found) => keys.extend(found.iter().map(|key| Row::of(key, &account, visitor.now))),
            // Who may read those of one kind may not therefore read the others.
            Err(KeyError::Forbidden(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    keys.sort_by(|one, other| other.id.cmp(&one.id));
    Ok(List { owner: Some(Foreign::from(account.name)), keys, shows_owner: false, ..page })
}

/// Whether the visitor may revoke keys of this kind at all.
const fn revoking(kind: KeyKind) -> Permission {
    match kind {
        KeyKind::ApiKey => Permission::ApiKeyDestroy,
        KeyKind::AppPassword => Permission::AppPasswordDestroy,
    }
}
