//! `/admin/roles`: every role, found by words.

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
    directory::{FirstRole, PermissionSet, Role, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
};
use http::StatusCode;
use store::{
    roles::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

use super::{Pager, accounts::Named, tenants};
use crate::{
    admin::roles,
    app::App,
    web::{
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{self, Said, filters, said},
};

/// So many rows are on a page.
const ROWS: u32 = 50;

/// A role in one row.
#[derive(Debug)]
struct Row {
    id: Id,
    name: Foreign,
    is_first: bool,
    /// How many permissions it gives, with those of the roles that it includes.
    gives: usize,
    gives_all: bool,
    takes: usize,
    tenant: Option<Foreign>,
}

#[derive(Debug, Template)]
#[template(path = "console/roles/list.html")]
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
        sort: SortBy::Description,
        page: Page { is_ascending: true, start: Start::Position(at.max(0)), limit: ROWS, wants_total: true },
    };
    let found = roles::query(&app.store, &visitor.actor, search).await?;
    let roles = roles::get(&app.store, &visitor.actor, &found.ids).await?;
    let ids = roles.iter().filter_map(|role| role.member_tenant_id.clone());
    let tenants = tenants::names(&app, &visitor, ids.collect()).await?;
    let book = app.store.rolebook().await?;
    // In the order in which they were found.
    let rows = found.ids.iter().filter_map(|id| roles.iter().find(|role| role.id == *id));
    let rows = rows.map(|role| {
        let bundle = book.bundle(std::slice::from_ref(&role.id));
        let gives = bundle.enabled - bundle.disabled;
        let tenant = role.member_tenant_id.as_ref();
        Row {
            id: role.id.clone(),
            name: Foreign::from(role.description.as_str()).shortened(80),
            is_first: FirstRole::of(&role.id).is_some(),
            gives: gives.iter().count(),
            gives_all: gives == PermissionSet::ALL,
            takes: bundle.disabled.iter().count(),
            tenant: tenant
                .and_then(|id| tenants.iter().find(|tenant| tenant.id == *id))
                .map(|tenant| tenant.name.clone()),
        }
    });
    let page = List {
        frame: Frame::of(&app, &visitor, Place::Roles),
        rows: rows.collect(),
        pager: Pager::of(&found, ROWS, |at| address(&text, at)),
        has_tenants: !tenants.is_empty(),
        may_create: visitor.actor.permissions.contains(Permission::RoleCreate),
        text,
        is_done,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// The roles with these ids by name: as they are called, if the visitor can see them; else what the first four are; else the id.
pub async fn names(app: &App, visitor: &Visitor, ids: &[Id]) -> Result<Vec<Named>, PageError> {
    let may_see = !ids.is_empty() && visitor.actor.permissions.contains(Permission::RoleGet);
    let known = if may_see { roles::get(&app.store, &visitor.actor, ids).await? } else { Vec::new() };
    let name = |id: &Id| match (known.iter().find(|role| role.id == *id), FirstRole::of(id)) {
        (Some(role), _) => Foreign::from(role.description.as_str()).shortened(80),
        (None, Some(first)) => Foreign::from(called(first).in_locale(words::current())),
        (None, None) => Foreign::from(id.as_str()),
    };
    Ok(ids.iter().map(|id| Named { name: name(id), id: id.clone() }).collect())
}

/// What the first four roles are for.
const fn called(first: FirstRole) -> Said {
    match first {
        FirstRole::User => said("What everybody has"),
        FirstRole::Group => said("What every group has"),
        FirstRole::TenantAdministrator => said("Administrator of a tenant"),
        FirstRole::SystemAdministrator => said("Administrator of everything"),
    }
}

/// The role with this id, if it is there for the visitor.
async fn load(app: &App, visitor: &Visitor, id: &str) -> Result<Role, PageError> {
    let id = Id::parse(id).ok_or(Problem::NotFound)?;
    let found = roles::get(&app.store, &visitor.actor, std::slice::from_ref(&id)).await?;
    found.into_iter().next().ok_or_else(|| Problem::NotFound.into())
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
    format!("{}?{}", Place::Roles.path(), query.finish())
}
