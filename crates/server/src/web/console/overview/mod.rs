//! `/admin`: what goes on, at a glance.

mod chart;
mod reason;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    client::Door,
    directory::permission::Permission,
    error::ErrorCode,
    id::Id,
    journal::EventKind,
    tally::{IssuedBy, Tally},
    time::Timestamp,
};
use http::StatusCode;
use store::client_census::Standing;

use self::chart::{Chart, Series};
use super::clients::{ClientState, door};
use crate::{
    admin::{self, overview::Overview as Seen},
    app::App,
    census::ClientCounts,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters, said},
};

/// A part of all clients, and where they are listed.
#[derive(Debug)]
struct Share {
    label: Said,
    count: u64,
    /// Of a hundred.
    percent: u64,
    address: String,
}

/// All clients, when they were last counted.
#[derive(Debug)]
struct Clients {
    at: Timestamp,
    total: u64,
    states: Vec<Share>,
    doors: Vec<Share>,
    /// Until an administrator approves them.
    waiting: u64,
    ending_soon: u64,
}

/// Something that happened lately and should not.
#[derive(Debug)]
struct Trouble {
    label: Said,
    count: u64,
    /// Where it is listed, if it is.
    address: Option<String>,
}

/// A client that ends soon.
#[derive(Debug)]
struct Ending {
    id: Id,
    name: Foreign,
    at: Timestamp,
}

#[derive(Debug, Template)]
#[template(path = "console/overview/page.html")]
struct Overview {
    frame: Frame,
    clients: Option<Clients>,
    charts: Vec<Chart>,
    ending: Vec<Ending>,
    refused_registrations: Vec<Trouble>,
    alarms: Vec<Trouble>,
    events: Vec<Line>,
    may_create: bool,
    may_see_events: bool,
    now: Timestamp,
}

impl Overview {
    fn waiting(&self) -> u64 {
        self.clients.as_ref().map_or(0, |clients| clients.waiting)
    }

    fn is_calm(&self) -> bool {
        self.waiting() == 0
            && self.ending.is_empty()
            && self.refused_registrations.is_empty()
            && self.alarms.is_empty()
    }
}

pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    let frame = Frame::of(&app, &visitor, Place::Overview);
    if !frame.is_open() {
        return Ok(PageError(Problem::NotPermitted).into_response());
    }
    let seen = admin::overview::look(&app, &visitor.actor, visitor.now).await?;
    let may = |permission| visitor.actor.permissions.contains(permission);
    let may_see_events = may(Permission::AuditEventQuery) && may(Permission::AuditEventGet);
    let page = Overview {
        frame,
        clients: seen.clients.as_ref().map(|(at, counts)| Clients {
            at: *at,
            total: counts.total(),
            states: states(counts),
            waiting: counts.standing(Standing::Pending),
            doors: Door::ALL.map(|door| by_door(door, counts.door(door), counts.total())).into(),
            ending_soon: counts.ending_soon,
        }),
        charts: charts(&seen, may_see_events),
        ending: seen.ending.iter().filter_map(ending).collect(),
        refused_registrations: refused_registrations(&seen),
        alarms: alarms(&seen),
        events: events::lines(&app.store, &seen.alarming, visitor.actor.tenant()).await?,
        may_create: may(Permission::OauthClientCreate),
        may_see_events,
        now: visitor.now,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Those that most servers have none of are shown where there are some.
fn states(counts: &ClientCounts) -> Vec<Share> {
    let is_shown = |standing: &Standing| match standing {
        Standing::Pending | Standing::Denied => counts.standing(*standing) > 0,
        Standing::Active | Standing::Verified | Standing::Expired | Standing::Disabled => true,
    };
    let shown = Standing::ALL.into_iter().filter(is_shown);
    shown.map(|standing| by_standing(standing, counts.standing(standing))).collect()
}

fn by_standing(standing: Standing, count: u64) -> Share {
    let state = match standing {
        Standing::Active => ClientState::Active,
        Standing::Verified => ClientState::Verified,
        Standing::Pending => ClientState::Pending,
        Standing::Denied => ClientState::Denied,
        Standing::Expired => ClientState::Expired,
        Standing::Disabled => ClientState::Disabled,
    };
    let label = match standing {
        Standing::Active => said("Active, not verified"),
        Standing::Verified
        | Standing::Pending
        | Standing::Denied
        | Standing::Expired
        | Standing::Disabled => state.label(),
    };
    Share { label, count, percent: 0, address: format!("/admin/clients?state={}", state.as_str()) }
}

fn by_door(way: Door, count: u64, total: u64) -> Share {
    let percent = count.saturating_mul(100).checked_div(total).unwrap_or(0);
    let address = format!("/admin/clients?door={}", way.as_str());
    // What is there can be seen, however little it is.
    Share { label: door(way), count, percent: if count > 0 { percent.max(1) } else { 0 }, address }
}

fn ending(client: &domain::client::Client) -> Option<Ending> {
    let name = client.metadata.client_name.as_deref().unwrap_or(client.client_id.as_str());
    Some(Ending { id: client.id.clone(), name: Foreign::from(name).shortened(80), at: client.expires_at? })
}

fn charts(seen: &Seen, may_see_events: bool) -> Vec<Chart> {
    let series = |label, is_meant: &dyn Fn(Tally) -> bool| Series { label, values: seen.by_day(is_meant) };
    let days = (seen.first, seen.today);
    let registered = |way: Door| move |what: Tally| what == Tally::Registered(way);
    let issued = |by: IssuedBy| move |what: Tally| what == Tally::Issued(by);
    let mut charts = vec![Chart::new(
        "registrations",
        said("Registrations"),
        said("New clients on each of the last 30 days, by the way they came in"),
        days,
        Door::ALL.map(|way| series(door(way), &registered(way))).into(),
    )];
    if may_see_events {
        charts.push(Chart::new(
            "sign-ins",
            said("Sign-ins"),
            said("People who signed in, and who could not, on each of the last 30 days"),
            days,
            vec![
                series(said("Signed in"), &|what| what == Tally::SignedIn),
                series(said("Refused"), &|what| matches!(what, Tally::Refused(kind) if is_sign_in(kind))),
            ],
        ));
    }
    charts.push(Chart::new(
        "tokens",
        said("Tokens issued"),
        said("Answers with tokens on each of the last 30 days, by grant"),
        days,
        vec![
            series(said("After a sign-in"), &issued(IssuedBy::AuthorizationCode)),
            series(said("By a refresh token"), &issued(IssuedBy::RefreshToken)),
            series(said("To a client itself"), &issued(IssuedBy::ClientCredentials)),
            series(said("To a device"), &issued(IssuedBy::DeviceCode)),
        ],
    ));
    charts
}

/// A person could not prove who they are.
const fn is_sign_in(kind: EventKind) -> bool {
    matches!(kind, EventKind::SignInRefused | EventKind::SecondFactorRefused | EventKind::PasskeyRefused)
}

fn refused_registrations(seen: &Seen) -> Vec<Trouble> {
    let by_code = |code: &ErrorCode| {
        let count = seen.lately(|what| what == Tally::RegistrationRefused(*code));
        (count > 0).then(|| Trouble { label: reason::of(*code), count, address: None })
    };
    most_first(ErrorCode::ALL.iter().filter_map(by_code).collect())
}

fn alarms(seen: &Seen) -> Vec<Trouble> {
    let by_kind = |kind: &EventKind| {
        let count = seen.lately(|what| what == Tally::Refused(*kind));
        (count > 0).then(|| Trouble {
            label: events::what(*kind),
            count,
            address: Some(format!("/admin/audit?kind={}", kind.as_str())),
        })
    };
    most_first(EventKind::ALL.iter().filter_map(by_kind).collect())
}

fn most_first(mut troubles: Vec<Trouble>) -> Vec<Trouble> {
    troubles.sort_by_key(|trouble| std::cmp::Reverse(trouble.count));
    troubles
}
