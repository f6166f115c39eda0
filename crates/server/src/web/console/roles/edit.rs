//! `/admin/roles/new` and `/admin/roles/{id}/edit`.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Kind, PermissionSet, Role, permission::Permission},
    error::{ErrorCode, Refusal},
    id::Id,
    parameters::Parameters,
};
use http::StatusCode;

use super::{load, names};
use crate::{
    admin::{
        Means,
        roles::{self, Draft},
    },
    app::App,
    web::{
        console::{
            accounts::Named,
            rights::{Whose, givable},
            tenants,
        },
        frame::{Frame, Place},
        page::Foreign,
        permissions::Picker,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "role";

/// What stands in the fields.
#[derive(Clone, Debug, Default)]
struct Fields {
    description: String,
    role_ids: Vec<Id>,
    enabled: PermissionSet,
    disabled: PermissionSet,
}

#[derive(Debug, Template)]
#[template(path = "console/roles/edit.html")]
struct Edit {
    frame: Frame,
    csrf: String,
    /// None: a new one.
    id: Option<Id>,
    /// That of the role that the fields were filled from.
    version: i64,
    /// As it is, for the headline.
    name: Foreign,
    fields: Fields,
    enabled: Picker,
    disabled: Picker,
    /// The roles that it can include.
    choices: Vec<Named>,
    tenants: Vec<Named>,
    tenant: Option<Id>,
    wrong: Option<Wrong>,
}

impl Edit {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }

    fn is_of(&self, tenant: &Id) -> bool {
        self.tenant.as_ref() == Some(tenant)
    }
}

/// What the form is about.
#[derive(Clone, Copy)]
enum About<'a> {
    /// A new one, of this tenant.
    New(Option<&'a Id>),
    This(&'a Role),
}

pub async fn new(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::RoleCreate)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let tenant = parameters.one("tenant").map_err(Refusal::from)?.and_then(Id::parse);
    let page = form(&app, &visitor, About::New(tenant.as_ref()), Fields::default()).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn create(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let fields = Fields::read(&sent)?;
    let tenant = sent.one("tenant").map_err(Refusal::from)?.and_then(Id::parse);
    match roles::create(Means::of(&app), &visitor.actor, fields.draft(tenant.clone())).await {
        Ok(role) => Ok(done(&app, &role.id)),
        Err(error) => {
            let wrong = Wrong::with_role(error)?;
            let page = form(&app, &visitor, About::New(tenant.as_ref()), fields).await?;
            Ok(respond::page(Wrong::STATUS, &Edit { wrong: Some(wrong), ..page }))
        }
    }
}

pub async fn edit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::RoleUpdate)?;
    let role = load(&app, &visitor, &id).await?;
    let page = form(&app, &visitor, About::This(&role), Fields::of(&role)).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let role = load(&app, &visitor, &id).await?;
    let fields = Fields::read(&sent)?;
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let draft = fields.draft(role.member_tenant_id.clone());
    match roles::update(Means::of(&app), &visitor.actor, &role.id, version, draft).await {
        Ok(role) => Ok(done(&app, &role.id)),
        Err(error) => {
            let wrong = Wrong::with_role(error)?;
            let page = form(&app, &visitor, About::This(&role), fields).await?;
            Ok(respond::page(Wrong::STATUS, &Edit { wrong: Some(wrong), ..page }))
        }
    }
}

fn done(app: &App, id: &Id) -> Response {
    respond::see_other(&format!("{}/admin/roles/{id}?done=1", app.config.issuer.path()))
}

async fn form(app: &App, visitor: &Visitor, about: About<'_>, fields: Fields) -> Result<Edit, PageError> {
    let (role, tenant) = match about {
        About::New(tenant) => (None, visitor.actor.tenant().or(tenant)),
        About::This(role) => (Some(role), role.member_tenant_id.as_ref()),
    };
    let before = role.map(Fields::of).unwrap_or_default();
    let held = visitor.actor.permissions;
    let mut ids = givable(app, visitor, Whose::Account(Kind::User, tenant)).await?;
    ids.extend(before.role_ids);
    ids.retain(|id| role.is_none_or(|role| role.id != *id));
    ids.sort_unstable();
    ids.dedup();
    Ok(Edit {
        frame: Frame::of(app, visitor, Place::Roles),
        csrf: visitor.csrf(app, FORM),
        id: role.map(|role| role.id.clone()),
        version: role.map_or(0, |role| role.version),
        name: role.map(|role| Foreign::from(role.description.as_str())).unwrap_or_default(),
        enabled: Picker::new("enabled", held | before.enabled, fields.enabled),
        disabled: Picker::new("disabled", held | before.disabled, fields.disabled),
        choices: names(app, visitor, &ids).await?,
        tenants: if role.is_none() { tenants::to_choose_from(app, visitor).await? } else { Vec::new() },
        tenant: tenant.filter(|_| visitor.actor.tenant().is_none()).cloned(),
        fields,
        wrong: None,
    })
}

impl Fields {
    fn of(role: &Role) -> Self {
        Self {
            description: role.description.clone(),
            role_ids: role.role_ids.clone(),
            enabled: role.enabled,
            disabled: role.disabled,
        }
    }

    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let ids = sent.all("role").map(Id::parse).collect::<Option<Vec<_>>>();
        Ok(Self {
            description: sent.one("description")?.unwrap_or_default().trim().to_owned(),
            role_ids: ids.ok_or_else(|| Refusal::new(ErrorCode::InvalidRequest, "there is no such role"))?,
            enabled: Picker::read("enabled", sent)?,
            disabled: Picker::read("disabled", sent)?,
        })
    }

    fn draft(&self, member_tenant_id: Option<Id>) -> Draft {
        Draft {
            description: self.description.clone(),
            member_tenant_id,
            role_ids: self.role_ids.clone(),
            enabled: self.enabled,
            disabled: self.disabled,
        }
    }
}
