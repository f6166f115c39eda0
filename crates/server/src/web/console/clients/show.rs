//! `/admin/clients/{id}`: everything about one client, by the id of its row.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{
    client::{Client, approval::Approval},
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    journal::ObjectKind,
    parameters::Parameters,
    time::Timestamp,
};
use http::StatusCode;
use serde_json::Value;
use store::{accounts, grants};

use super::{
    approval, bulk,
    summary::{ClientState, door},
};
use crate::{
    admin::{self, clients},
    app::App,
    taken_names,
    web::{
        events::{self, Line},
        frame::{Frame, Place},
        page::{Foreign, NameWarning, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    words::{Said, filters},
};

/// So many of the people who allowed it, and of the things that happened to it, are shown.
const SHOWN: u32 = 20;

/// Somebody who allowed it something that still holds.
#[derive(Debug)]
struct Allowed {
    account: Foreign,
    scope: Foreign,
    created_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Debug, Template)]
#[template(path = "console/clients/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out")]
struct Show {
    frame: Frame,
    csrf: String,
    approval_csrf: String,
    id: Id,
    version: i64,
    approval: Option<Approval>,
    client_id: Foreign,
    name: Option<Foreign>,
    name_warning: Option<NameWarning>,
    state: ClientState,
    door: Said,
    registered_by: Option<Foreign>,
    vouched_for_by: Option<Foreign>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    tenant: Option<Foreign>,
    is_first_party: bool,
    is_confidential: bool,
    redirect_uris: Vec<Foreign>,
    contacts: Vec<Foreign>,
    /// The effective metadata as the client reads them back. RFC 7591 §3.2.1.
    metadata: String,
    allowed: Vec<Allowed>,
    events: Vec<Line>,
    is_done: bool,
    /// Somebody else decided, or the client changed, before whoever looks at this pressed a button.
    is_late: bool,
    may_update: bool,
    may_destroy: bool,
    may_see_events: bool,
    now: Timestamp,
}

impl Show {
    fn is_enabled(&self) -> bool {
        self.state != ClientState::Disabled
    }
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let client = load(&app, &visitor, &id).await?;
    let is_done = parameters.one("done").map_err(Refusal::from)?.is_some();
    let is_late = parameters.one("late").map_err(Refusal::from)?.is_some();
    let page = Show { is_done, is_late, ..page(&app, &visitor, client).await? };
    Ok(respond::page(StatusCode::OK, &page))
}

/// The client whose row is `id`, if it is there for the visitor.
pub(super) async fn load(app: &App, visitor: &Visitor, id: &str) -> Result<Client, PageError> {
    let id = Id::parse(id).ok_or(Problem::NotFound)?;
    let found = clients::get(&app.store, &visitor.actor, std::slice::from_ref(&id)).await?;
    found.into_iter().next().ok_or_else(|| Problem::NotFound.into())
}

async fn page(app: &App, visitor: &Visitor, client: Client) -> Result<Show, PageError> {
    let now = visitor.now;
    let may = |permission| visitor.actor.permissions.contains(permission);
    let may_see_events = may(Permission::AuditEventQuery) && may(Permission::AuditEventGet);
    let tenant = visitor.actor.tenant();
    let events = if may_see_events {
        admin::journal::seal_now(app).await?;
        events::of_object(&app.store, (ObjectKind::OAuthClient, client.id.as_str()), tenant, SHOWN).await?
    } else {
        Vec::new()
    };
    let live = grants::live_of_client(&app.store, &client.client_id, now, SHOWN).await?;
    let allowed =
        live.into_iter().filter(|grant| visitor.actor.sees(grant.account.member_tenant_id.as_ref()));
    let registered_by = match &client.registered_by {
        Some(id) => accounts::by_id(&app.store, id).await?,
        None => None,
    };
    let registered_by = registered_by.filter(|account| visitor.actor.sees(account.member_tenant_id.as_ref()));
    let last_used_at =
        clients::last_uses(&app.store, std::slice::from_ref(&client)).await?.remove(&client.id);
    let metadata = serde_json::to_string_pretty(&Value::Object(client.metadata.members()));
    Ok(Show {
        frame: Frame::of(app, visitor, Place::OauthClients),
        csrf: visitor.csrf(app, bulk::FORM),
        approval_csrf: visitor.csrf(app, approval::FORM),
        version: client.version,
        approval: client.approval,
        client_id: Foreign::from(client.client_id.as_str()),
        name: client.metadata.client_name.as_deref().map(Foreign::from),
        name_warning: taken_names::warning(app, Some(&client), client.member_tenant_id.as_ref(), now).await?,
        state: ClientState::of(&client, now),
        door: door(client.door),
        registered_by: registered_by.map(|account| Foreign::from(account.name)),
        vouched_for_by: client.metadata.vouched_for_by().map(Foreign::from),
        created_at: client.created_at,
        expires_at: client.expires_at,
        last_used_at,
        tenant: client.member_tenant_id.as_ref().map(|id| Foreign::from(id.as_str())),
        is_first_party: client.is_first_party,
        is_confidential: client.is_confidential(),
        redirect_uris: client.metadata.redirect_uris.iter().map(|uri| Foreign::from(uri.as_str())).collect(),
        contacts: client.metadata.contacts.iter().map(|contact| Foreign::from(contact.as_str())).collect(),
        metadata: metadata.unwrap_or_default(),
        allowed: allowed
            .map(|grant| Allowed {
                account: Foreign::from(grant.account.name),
                scope: Foreign::from(grant.scope.to_string()),
                created_at: grant.created_at,
                expires_at: grant.expires_at,
            })
            .collect(),
        events,
        is_done: false,
        is_late: false,
        may_update: may(Permission::OauthClientUpdate),
        may_destroy: may(Permission::OauthClientDestroy),
        may_see_events,
        id: client.id,
        now,
    })
}
