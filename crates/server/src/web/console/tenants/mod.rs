//! `/admin/tenants`: every tenant, for administrators who belong to none.

pub mod edit;
pub mod erase;
mod refused;
pub mod show;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Tenant, UserRoles, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;
use store::{
    search::{Filter, Page, Search, Start},
    tenants::{Condition, SortBy},
};

use super::{Pager, accounts::Named};
use crate::{
    admin::tenants,
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

/// More tenants than this are not offered where one is chosen.
const MOST: u32 = 200;

/// A tenant in one row.
#[derive(Debug)]
struct Row {
    id: Id,
    name: Foreign,
    administered: Said,
    created_at: Timestamp,
}

#[derive(Debug, Template)]
#[template(path = "console/tenants/list.html")]
struct List {
    frame: Frame,
    text: String,
    rows: Vec<Row>,
    pager: Pager,
    may_create: bool,
    /// One was just deleted.
    is_done: bool,
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    above_tenants(&visitor)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let one = |name| parameters.one(name).map_err(Refusal::from);
    let text = one("text")?.unwrap_or_default().trim().to_owned();
    let at: i64 = one("at")?.and_then(|at| at.parse().ok()).unwrap_or(0);
    let is_done = one("done")?.is_some();
    let filter = (!text.is_empty()).then(|| Filter::Condition(Condition::Text(text.clone())));
    let found = tenants::query(&app.store, &visitor.actor, &search(filter, at.max(0), ROWS, true)).await?;
    let tenants = tenants::get(&app.store, &visitor.actor, &found.ids).await?;
    // In the order in which they were found.
    let rows = found.ids.iter().filter_map(|id| tenants.iter().find(|tenant| tenant.id == *id));
    let page = List {
        frame: Frame::of(&app, &visitor, Place::Tenants),
        rows: rows.map(Row::of).collect(),
        pager: Pager::of(&found, ROWS, |at| address(&text, at)),
        may_create: visitor.actor.permissions.contains(Permission::TenantCreate),
        text,
        is_done,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

impl Row {
    fn of(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.clone(),
            name: Foreign::from(tenant.name.as_str()).shortened(80),
            administered: match &tenant.roles {
                UserRoles::User => said("None"),
                UserRoles::Admin => said("Yes"),
                UserRoles::Custom(_) => said("By its roles"),
            },
            created_at: tenant.created_at,
        }
    }
}

/// The tenants with these ids by name, as far as the visitor may see tenants.
pub(super) async fn names(app: &App, visitor: &Visitor, mut ids: Vec<Id>) -> Result<Vec<Named>, PageError> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || !visitor.actor.permissions.contains(Permission::TenantGet) {
        return Ok(Vec::new());
    }
    let tenants = tenants::get(&app.store, &visitor.actor, &ids).await?.into_iter();
    let named = |tenant: Tenant| Named { name: Foreign::from(tenant.name).shortened(64), id: tenant.id };
    Ok(tenants.map(named).collect())
}

/// The tenants that something new can belong to; none for a visitor who belongs to one, or who may not see any.
pub(super) async fn to_choose_from(app: &App, visitor: &Visitor) -> Result<Vec<Named>, PageError> {
    if !visitor.actor.permissions.contains(Permission::TenantQuery) {
        return Ok(Vec::new());
    }
    let found = tenants::query(&app.store, &visitor.actor, &search(None, 0, MOST, false)).await?;
    let mut named = names(app, visitor, found.ids).await?;
    named.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
    Ok(named)
}

/// The tenant with this id, if it is there for the visitor.
async fn load(app: &App, visitor: &Visitor, id: &str) -> Result<Tenant, PageError> {
    above_tenants(visitor)?;
    let id = Id::parse(id).ok_or(Problem::NotFound)?;
    let found = tenants::get(&app.store, &visitor.actor, std::slice::from_ref(&id)).await?;
    found.into_iter().next().ok_or_else(|| Problem::NotFound.into())
}

/// To somebody within a tenant there are no tenants, whatever they hold.
fn above_tenants(visitor: &Visitor) -> Result<(), PageError> {
    if visitor.actor.tenant().is_some() { Err(Problem::NotPermitted.into()) } else { Ok(()) }
}

const fn search(
    filter: Option<Filter<Condition>>,
    at: i64,
    limit: u32,
    wants_total: bool,
) -> Search<Condition, SortBy> {
    let page = Page { is_ascending: true, start: Start::Position(at), limit, wants_total };
    Search { tenant: None, filter, sort: SortBy::Name, page }
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
    format!("{}?{}", Place::Tenants.path(), query.finish())
}
