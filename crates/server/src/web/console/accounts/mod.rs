//! `/admin/accounts` and `/admin/groups`: who there is, found by words and state.

pub mod edit;
pub mod erase;
mod fields;
mod folk;
pub mod password;
mod refused;
pub mod second_factors;
pub mod show;
mod whole;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Entry, UserRoles, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;
use store::{
    accounts::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

pub use self::folk::{Folk, Named};
pub(super) use self::refused::not_held;
use super::{Pager, tenants};
use crate::{
    admin::accounts,
    app::App,
    web::{
        frame::Frame,
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::filters,
};

/// So many rows are on a page.
const ROWS: u32 = 50;

/// What the list is asked for, as it stands in the address.
#[derive(Clone, Debug, Default)]
struct Wanted {
    text: String,
    is_enabled: Option<bool>,
    tenant: Option<Id>,
    group: Option<Id>,
    sort: Order,
    at: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Name,
    Newest,
    Oldest,
}

/// An account in one row.
#[derive(Clone, Debug)]
struct Row {
    id: Id,
    name: Foreign,
    description: Option<Foreign>,
    email: Option<Foreign>,
    is_enabled: bool,
    is_admin: bool,
    /// How many roles it was given by name; none where they follow from what it is.
    named_roles: Option<usize>,
    tenant: Option<Foreign>,
    created_at: Timestamp,
}

#[derive(Debug, Template)]
#[template(path = "console/accounts/list.html")]
struct List {
    frame: Frame,
    folk: Folk,
    wanted: Wanted,
    rows: Vec<Row>,
    pager: Pager,
    has_tenants: bool,
    may_create: bool,
    /// One was just deleted.
    is_done: bool,
}

pub async fn list(
    State(app): State<Arc<App>>,
    folk: Folk,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let wanted = Wanted::read(&parameters)?;
    let found = accounts::query(&app.store, &visitor.actor, wanted.search(folk)).await?;
    let entries = accounts::get(&app.store, &visitor.actor, &found.ids).await?;
    let ids = entries.iter().filter_map(|entry| entry.account.member_tenant_id.clone());
    let tenants = tenants::names(&app, &visitor, ids.collect()).await?;
    // In the order in which they were found.
    let rows = found.ids.iter().filter_map(|id| entries.iter().find(|entry| entry.account.id == *id));
    let page = List {
        frame: Frame::of(&app, &visitor, folk.place()),
        folk,
        rows: rows.map(|entry| Row::of(entry, &tenants)).collect(),
        pager: Pager::of(&found, ROWS, |at| wanted.from(folk, at)),
        has_tenants: !tenants.is_empty(),
        may_create: visitor.actor.permissions.contains(Permission::AccountCreate),
        is_done: parameters.one("done").map_err(Refusal::from)?.is_some(),
        wanted,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

impl Row {
    fn of(entry: &Entry, tenants: &[Named]) -> Self {
        let account = &entry.account;
        let tenant = account.member_tenant_id.as_ref();
        Self {
            id: account.id.clone(),
            name: Foreign::from(account.name.as_str()).shortened(48),
            description: account.description.as_deref().map(|text| Foreign::from(text).shortened(80)),
            email: account.email.as_deref().map(|text| Foreign::from(text).shortened(64)),
            is_enabled: account.is_enabled,
            is_admin: entry.roles == UserRoles::Admin,
            named_roles: match &entry.roles {
                UserRoles::Custom(ids) => Some(ids.len()),
                UserRoles::User | UserRoles::Admin => None,
            },
            tenant: tenant
                .and_then(|id| tenants.iter().find(|tenant| tenant.id == *id))
                .map(|tenant| tenant.name.clone()),
            created_at: account.created_at,
        }
    }
}

impl Wanted {
    fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        Ok(Self {
            text: parameters.one("text")?.unwrap_or_default().trim().to_owned(),
            is_enabled: match parameters.one("state")? {
                Some("enabled") => Some(true),
                Some("disabled") => Some(false),
                _ => None,
            },
            tenant: parameters.one("tenant")?.and_then(Id::parse),
            group: parameters.one("group")?.and_then(Id::parse),
            sort: match parameters.one("sort")? {
                Some("newest") => Order::Newest,
                Some("oldest") => Order::Oldest,
                _ => Order::Name,
            },
            at: parameters.one("at")?.and_then(|at| at.parse().ok()).unwrap_or(0),
        })
    }

    /// Whether only part of the directory is looked at.
    const fn is_narrowed(&self) -> bool {
        self.tenant.is_some() || self.group.is_some()
    }

    fn search(&self, folk: Folk) -> Search<Condition, SortBy> {
        let conditions = [
            Some(Condition::Kind(folk.0)),
            (!self.text.is_empty()).then(|| Condition::Text(self.text.clone())),
            self.is_enabled.map(Condition::IsEnabled),
            self.group.clone().map(Condition::MemberGroupId),
        ];
        let (sort, is_ascending) = match self.sort {
            Order::Name => (SortBy::Name, true),
            Order::Newest => (SortBy::Id, false),
            Order::Oldest => (SortBy::Id, true),
        };
        let start = Start::Position(i64::try_from(self.at).unwrap_or(i64::MAX));
        Search {
            tenant: self.tenant.clone(),
            filter: Some(Filter::And(conditions.into_iter().flatten().map(Filter::Condition).collect())),
            sort,
            page: Page { is_ascending, start, limit: ROWS, wants_total: true },
        }
    }

    /// The address of the same list from the row `at` on.
    fn from(&self, folk: Folk, at: u64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.text.is_empty() {
            query.append_pair("text", &self.text);
        }
        if let Some(is_enabled) = self.is_enabled {
            query.append_pair("state", if is_enabled { "enabled" } else { "disabled" });
        }
        for (name, id) in [("tenant", &self.tenant), ("group", &self.group)] {
            if let Some(id) = id {
                query.append_pair(name, id.as_str());
            }
        }
        match self.sort {
            Order::Name => {}
            Order::Newest => drop(query.append_pair("sort", "newest")),
            Order::Oldest => drop(query.append_pair("sort", "oldest")),
        }
        if at > 0 {
            query.append_pair("at", &at.to_string());
        }
        format!("{}?{}", folk.path(), query.finish())
    }
}
