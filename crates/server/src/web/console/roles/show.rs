//! `/admin/roles/{id}`: what a role gives and takes.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{
    directory::{FirstRole, PermissionSet, permission::Permission},
    error::Refusal,
    id::Id,
    journal::ObjectKind,
    parameters::Parameters,
};
use http::StatusCode;

use super::{load, names};
use crate::{
    admin,
    app::App,
    web::{
        console::{accounts::Named, tenants},
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

#[derive(Debug, Template)]
#[template(path = "console/roles/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out")]
struct Show {
    frame: Frame,
    id: Id,
    name: Foreign,
    /// What that means, where it is one of the first four.
    first: Option<Said>,
    tenant: Option<Foreign>,
    includes: Vec<Named>,
    /// With what the roles give that it includes.
    held: Vec<Held>,
    taken: Vec<Held>,
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
    let role = load(&app, &visitor, &id).await?;
    let may = |permission| visitor.actor.permissions.contains(permission);
    let may_see_events = may(Permission::AuditEventQuery) && may(Permission::AuditEventGet);
    let events = if may_see_events {
        admin::journal::seal_now(&app).await?;
        let object = (ObjectKind::Role, role.id.as_str());
        events::of_object(&app.store, object, visitor.actor.tenant(), SHOWN).await?
    } else {
        Vec::new()
    };
    let bundle = app.store.rolebook().await?.bundle(std::slice::from_ref(&role.id));
    let first = FirstRole::of(&role.id);
    let tenant = role.member_tenant_id.iter().cloned().collect();
    let page = Show {
        frame: Frame::of(&app, &visitor, Place::Roles),
        name: Foreign::from(role.description.as_str()),
        first: first.map(built_in),
        tenant: tenants::names(&app, &visitor, tenant).await?.pop().map(|tenant| tenant.name),
        includes: names(&app, &visitor, &role.role_ids).await?,
        held: permissions::held(bundle.enabled - bundle.disabled),
        taken: permissions::held(bundle.disabled),
        events,
        is_done: parameters.one("done").map_err(Refusal::from)?.is_some(),
        may_update: may(Permission::RoleUpdate) && may_change(first, &visitor),
        may_destroy: may(Permission::RoleDestroy) && first.is_none(),
        may_see_events,
        id: role.id,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// What the act would say of one of the first four roles.
fn may_change(first: Option<FirstRole>, visitor: &Visitor) -> bool {
    match first {
        None => true,
        Some(FirstRole::SystemAdministrator) => false,
        Some(FirstRole::User | FirstRole::Group | FirstRole::TenantAdministrator) => {
            visitor.actor.lacks(PermissionSet::ALL).is_none()
        }
    }
}

const fn built_in(first: FirstRole) -> Said {
    match first {
        FirstRole::User => said("Built in: every account has it that is given no other roles."),
        FirstRole::Group => said("Built in: every group has it that is given no other roles."),
        FirstRole::TenantAdministrator => said("Built in: administrators of a tenant have it."),
        FirstRole::SystemAdministrator => {
            said("Built in: administrators of everything have it. It cannot be changed.")
        }
    }
}
