//! `/admin/clients`: every client, found by words, state and door.

pub mod approval;
pub mod bulk;
pub mod edit;
pub mod erase;
pub mod show;
mod summary;
pub mod wizard;

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::Door, directory::permission::Permission, error::Refusal, parameters::Parameters, time::Timestamp,
};
use http::StatusCode;
use store::{
    client_search::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

pub use self::summary::{ClientState, Summary, door};
use crate::{
    admin::clients,
    app::App,
    web::{
        frame::{Frame, Place},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::filters,
};

/// So many rows are on a page.
const ROWS: u32 = 50;

/// Clients that nobody used for so many days can be asked for.
const UNUSED: [u64; 3] = [30, 90, 365];

/// What the list is asked for, as it stands in the address.
#[derive(Clone, Debug, Default)]
struct Wanted {
    text: String,
    state: Option<ClientState>,
    door: Option<Door>,
    /// For so many days.
    unused: Option<u64>,
    sort: Order,
    at: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Newest,
    Oldest,
    ClientId,
}

#[derive(Debug, Template)]
#[template(path = "console/clients/list.html")]
struct List {
    frame: Frame,
    csrf: String,
    wanted: Wanted,
    rows: Vec<Summary>,
    total: u64,
    /// The addresses of the pages before and after.
    before: Option<String>,
    after: Option<String>,
    may_create: bool,
    may_update: bool,
    may_destroy: bool,
    /// How many clients were just changed.
    done: Option<u64>,
}

impl List {
    fn first(&self) -> u64 {
        self.wanted.at.saturating_add(1)
    }

    fn last(&self) -> u64 {
        self.wanted.at.saturating_add(u64::try_from(self.rows.len()).unwrap_or(0))
    }

    fn is_state(&self, state: ClientState) -> bool {
        self.wanted.state == Some(state)
    }

    fn is_door(&self, door: Door) -> bool {
        self.wanted.door == Some(door)
    }
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let wanted = Wanted::read(&parameters)?;
    let found = clients::query(&app.store, &visitor.actor, wanted.search(visitor.now)).await?;
    let clients = clients::get(&app.store, &visitor.actor, &found.ids).await?;
    // In the order in which they were found.
    let rows = found.ids.iter().filter_map(|id| clients.iter().find(|client| client.id == *id));
    let rows: Vec<_> = rows.map(|client| Summary::of(client, visitor.now)).collect();
    let total = found.total.unwrap_or(0);
    let wanted = Wanted { at: found.position, ..wanted };
    let may = |permission| visitor.actor.permissions.contains(permission);
    let end = wanted.at.saturating_add(u64::from(ROWS));
    let page = List {
        frame: Frame::of(&app, &visitor, Place::OauthClients),
        csrf: visitor.csrf(&app, bulk::FORM),
        before: (wanted.at > 0).then(|| wanted.from(wanted.at.saturating_sub(u64::from(ROWS)))),
        after: (end < total).then(|| wanted.from(end)),
        rows,
        total,
        may_create: may(Permission::OauthClientCreate),
        may_update: may(Permission::OauthClientUpdate),
        may_destroy: may(Permission::OauthClientDestroy),
        done: parameters.one("done").map_err(Refusal::from)?.and_then(|count| count.parse().ok()),
        wanted,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

impl Wanted {
    fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        Ok(Self {
            text: parameters.one("text")?.unwrap_or_default().trim().to_owned(),
            state: parameters.one("state")?.and_then(ClientState::parse),
            door: parameters.one("door")?.and_then(Door::parse),
            unused: parameters
                .one("unused")?
                .and_then(|days| days.parse().ok())
                .filter(|days| UNUSED.contains(days)),
            sort: match parameters.one("sort")? {
                Some("oldest") => Order::Oldest,
                Some("client-id") => Order::ClientId,
                _ => Order::Newest,
            },
            at: parameters.one("at")?.and_then(|at| at.parse().ok()).unwrap_or(0),
        })
    }

    fn search(&self, now: Timestamp) -> Search<Condition, SortBy> {
        let text = (!self.text.is_empty()).then(|| Condition::Text(self.text.clone()));
        let state = self.state.map(|state| Condition::State(state.condition(now)));
        let mut conditions: Vec<_> = [text, state, self.door.map(Condition::Door)]
            .into_iter()
            .flatten()
            .map(Filter::Condition)
            .collect();
        if let Some(days) = self.unused {
            let since = now.minus(Duration::from_hours(24 * days));
            conditions.push(Filter::Condition(Condition::UnusedSince(since)));
        }
        let (sort, is_ascending) = match self.sort {
            Order::Newest => (SortBy::Id, false),
            Order::Oldest => (SortBy::Id, true),
            Order::ClientId => (SortBy::ClientId, true),
        };
        let start = Start::Position(i64::try_from(self.at).unwrap_or(i64::MAX));
        let filter = (!conditions.is_empty()).then_some(Filter::And(conditions));
        Search {
            tenant: None,
            filter,
            sort,
            page: Page { is_ascending, start, limit: ROWS, wants_total: true },
        }
    }

    /// The address of the same list from the row `at` on.
    fn from(&self, at: u64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.text.is_empty() {
            query.append_pair("text", &self.text);
        }
        if let Some(state) = self.state {
            query.append_pair("state", state.as_str());
        }
        if let Some(door) = self.door {
            query.append_pair("door", door.as_str());
        }
        if let Some(days) = self.unused {
            query.append_pair("unused", &days.to_string());
        }
        match self.sort {
            Order::Newest => {}
            Order::Oldest => drop(query.append_pair("sort", "oldest")),
            Order::ClientId => drop(query.append_pair("sort", "client-id")),
        }
        if at > 0 {
            query.append_pair("at", &at.to_string());
        }
        format!("/admin/clients?{}", query.finish())
    }
}
