//! `/admin/tenants/{id}`: what belongs to a tenant, and how far its accounts may go.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Quotas, permission::Permission},
    error::Refusal,
    id::Id,
    journal::ObjectKind,
    parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;
use store::tenants::{self, Counts};

use super::load;
use crate::{
    admin,
    app::App,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        page::Foreign,
        permissions::{self, Held},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters, said},
};

/// So many of the things that happened to it are shown.
const SHOWN: u32 = 20;

/// More than these are not counted.
const COUNTED: u32 = 1000;

/// How much there is of one kind of thing.
#[derive(Debug)]
struct Amount {
    what: Said,
    count: u64,
    /// There are more than `count`.
    is_more: bool,
    most: Option<u32>,
    /// Where they are listed.
    address: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "console/tenants/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out")]
struct Show {
    frame: Frame,
    id: Id,
    name: Foreign,
    logo: Option<Foreign>,
    created_at: Timestamp,
    lines: [Amount; 4],
    held: Vec<Held>,
    events: Vec<Line>,
    is_done: bool,
    may_update: bool,
    may_destroy: bool,
    may_see_events: bool,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let tenant = load(&app, &visitor, &id).await?;
    let may = |permission| visitor.actor.permissions.contains(permission);
    let may_see_events = may(Permission::AuditEventQuery) && may(Permission::AuditEventGet);
    let events = if may_see_events {
        admin::journal::seal_now(&app).await?;
        events::of_object(&app.store, (ObjectKind::Tenant, tenant.id.as_str()), None, SHOWN).await?
    } else {
        Vec::new()
    };
    let counts = tenants::counts(&app.store, &tenant.id, COUNTED + 1).await?;
    let may_list = may(Permission::AccountQuery) && may(Permission::AccountGet);
    let page = Show {
        frame: Frame::of(&app, &visitor, Place::Tenants),
        name: Foreign::from(tenant.name.as_str()),
        logo: tenant.logo.as_deref().map(|logo| Foreign::from(logo).shortened(120)),
        created_at: tenant.created_at,
        lines: amounts(counts, tenant.quotas, may_list.then_some(&tenant.id)),
        held: permissions::held(app.store.rolebook().await?.of_tenant(&tenant)),
        events,
        is_done: parameters.one("done").map_err(Refusal::from)?.is_some(),
        may_update: may(Permission::TenantUpdate),
        may_destroy: may(Permission::TenantDestroy),
        may_see_events,
        id: tenant.id,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// With links to the lists of those that `listed` names the tenant of.
fn amounts(counts: Counts, quotas: Quotas, listed: Option<&Id>) -> [Amount; 4] {
    let address = |place: Place| listed.map(|id| format!("{}?tenant={id}", place.path()));
    let amount = |what, count: u64, most, address| Amount {
        what,
        is_more: count > u64::from(COUNTED),
        count: count.min(u64::from(COUNTED)),
        most,
        address,
    };
    [
        amount(said("Accounts"), counts.accounts, quotas.max_accounts, address(Place::Accounts)),
        amount(said("Groups"), counts.groups, quotas.max_groups, address(Place::Groups)),
        amount(said("Roles"), counts.roles, quotas.max_roles, None),
        amount(said("OAuth clients"), counts.oauth_clients, quotas.max_oauth_clients, None),
    ]
}
