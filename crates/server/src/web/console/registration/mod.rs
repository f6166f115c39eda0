//! `/admin/registration`: who may register what, door by door, and what is in force together.

pub mod edit;
pub mod erase;
mod refused;
pub mod simulate;

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::Door,
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    parameters::Parameters,
    registration::profile::{Mode, Preset, RegistrationPolicy},
};
use http::StatusCode;
use store::search::{Page, Search, Start};

use super::{
    Pager,
    bounds::{Fact, facts},
    tenants,
};
use crate::{
    admin::{Means, presets, registration_policies},
    app::App,
    web::{
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{self, Said, filters, said},
};

const PRESET: &str = "registration preset";

/// So many rows are on a page.
const ROWS: u32 = 50;

/// A policy in one row.
#[derive(Debug)]
struct Row {
    id: Id,
    name: Foreign,
    door: Said,
    mode: Said,
    is_shut: bool,
    facts: Vec<Fact>,
    tenant: Option<Foreign>,
}

#[derive(Debug, Template)]
#[template(path = "console/registration/list.html")]
#[expect(clippy::struct_excessive_bools, reason = "each shows or hides something else")]
struct List {
    frame: Frame,
    csrf: String,
    rows: Vec<Row>,
    pager: Pager,
    has_tenants: bool,
    /// The setting that strangers need beside an open door.
    strangers_may: bool,
    /// Clients wait for approval, and another id that nobody registered need not.
    waiting_is_no_duty: bool,
    is_of_tenant: bool,
    may_create: bool,
    may_preset: bool,
    done: Option<Said>,
}

pub async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let one = |name| parameters.one(name).map_err(Refusal::from);
    let at: i64 = one("at")?.and_then(|at| at.parse().ok()).unwrap_or(0);
    let done = match one("done")? {
        Some("preset") => Some(said("These policies are in force now.")),
        Some("deleted") => Some(said("It was deleted.")),
        Some(_) => Some(said("Saved. It holds from now on.")),
        None => None,
    };
    let search = Search {
        tenant: None,
        filter: None,
        sort: store::registration_policies::SortBy::Id,
        page: Page { is_ascending: true, start: Start::Position(at.max(0)), limit: ROWS, wants_total: true },
    };
    let found = registration_policies::query(&app.store, &visitor.actor, search).await?;
    let policies = registration_policies::get(&app.store, &visitor.actor, &found.ids).await?;
    let ids = policies.iter().filter_map(|policy| policy.member_tenant_id.clone());
    let tenants = tenants::names(&app, &visitor, ids.collect()).await?;
    let makes_wait = policies.iter().any(|policy| policy.mode == Mode::Approval);
    let rows = found.ids.iter().filter_map(|id| policies.iter().find(|policy| policy.id == *id));
    let rows = rows.map(|policy| Row {
        id: policy.id.clone(),
        name: Foreign::from(policy.description.as_str()).shortened(80),
        door: door(policy.door),
        mode: mode(policy.mode),
        is_shut: policy.mode != Mode::Open,
        facts: facts(&policy.bounds),
        tenant: policy
            .member_tenant_id
            .as_ref()
            .and_then(|id| tenants.iter().find(|tenant| tenant.id == *id))
            .map(|tenant| tenant.name.clone()),
    });
    let may = |permission| visitor.actor.permissions.contains(permission);
    let may_create = may(Permission::RegistrationPolicyCreate);
    let page = List {
        frame: Frame::of(&app, &visitor, Place::Registration),
        csrf: visitor.csrf(&app, PRESET),
        rows: rows.collect(),
        pager: Pager::of(&found, ROWS, |at| format!("{}?at={at}", Place::Registration.path())),
        has_tenants: !tenants.is_empty(),
        strangers_may: app.live().settings.anonymous_client_registration,
        waiting_is_no_duty: makes_wait && !app.live().settings.require_client_registration,
        is_of_tenant: visitor.actor.tenant().is_some(),
        may_create,
        may_preset: may_create && may(Permission::RegistrationPolicyDestroy),
        done,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Puts policies that belong together in the place of all that there are.
pub async fn apply_preset(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, PRESET, body).await?;
    let preset =
        sent.one("preset").map_err(Refusal::from)?.and_then(Preset::parse).ok_or(Problem::NotFound)?;
    let name = called(preset).in_locale(words::current());
    presets::apply(Means::of(&app), &app.key_sealer, &visitor.actor, preset, name).await?;
    Ok(done(&app, "preset"))
}

fn done(app: &App, what: &str) -> Response {
    respond::see_other(&format!("{}{}?done={what}", app.config.issuer.path(), Place::Registration.path()))
}

/// The policy with this id, if it is there for the visitor.
async fn load(app: &App, visitor: &Visitor, id: &str) -> Result<RegistrationPolicy, PageError> {
    let id = Id::parse(id).ok_or(Problem::NotFound)?;
    let found = registration_policies::get(&app.store, &visitor.actor, std::slice::from_ref(&id)).await?;
    found.into_iter().next().ok_or_else(|| Problem::NotFound.into())
}

/// Who stands at a door.
pub(super) const fn door(door: Door) -> Said {
    match door {
        Door::Anonymous => said("Strangers"),
        Door::InitialAccessToken => said("Whoever brings an initial access token"),
        Door::ApiKey => said("Programs with an API key"),
        Door::AccessToken => said("Programs that act for a person"),
        Door::Administrator => said("Administrators"),
        Door::Document => said("Applications that a document describes"),
    }
}

const fn mode(mode: Mode) -> Said {
    match mode {
        Mode::Off => said("Shut"),
        Mode::Token => said("Only with an initial access token"),
        Mode::Approval => said("Open, and every client waits for approval"),
        Mode::Open => said("Open"),
    }
}

const fn called(preset: Preset) -> Said {
    match preset {
        Preset::Closed => said("Closed"),
        Preset::Token => said("With a credential"),
        Preset::MailApps => said("Mail apps"),
        Preset::PublicMcp => said("Public MCP clients"),
    }
}

const fn meant(preset: Preset) -> Said {
    match preset {
        Preset::Closed => said("Only administrators make clients."),
        Preset::Token => said(
            "Programs register with an initial access token, an API key or the token of a person; strangers do not.",
        ),
        Preset::MailApps => said(
            "Any mail program on somebody's own device may register: public, only to sign people in, for mail, contacts and calendars. Their scope values are added to the settings, and lives that are too short for such programs become longer.",
        ),
        Preset::PublicMcp => said("Any program may register to sign people in, wherever it runs."),
    }
}
