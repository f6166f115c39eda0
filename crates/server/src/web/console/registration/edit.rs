//! `/admin/registration/new` and `/admin/registration/{id}`: what holds at one door.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{
    client::Door,
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    parameters::Parameters,
    registration::profile::{Mode, RegistrationPolicy},
};
use http::StatusCode;

use super::{done, door, load, mode};
use crate::{
    admin::{
        Means,
        registration_policies::{self, Draft},
    },
    app::App,
    web::{
        console::{accounts::Named, bounds::BoundFields, tenants},
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

const FORM: &str = "registration policy";

/// What stands in the fields.
#[derive(Clone, Debug)]
struct Fields {
    description: String,
    door: Door,
    mode: Mode,
    tenant: Option<Id>,
    bounds: BoundFields,
}

#[derive(Debug, Template)]
#[template(path = "console/registration/edit.html")]
struct Edit {
    frame: Frame,
    csrf: String,
    /// None: a new one.
    id: Option<Id>,
    version: i64,
    name: Foreign,
    fields: Fields,
    tenants: Vec<Named>,
    may_destroy: bool,
    wrong: Option<Wrong>,
}

impl Edit {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }

    fn is_of(&self, tenant: &Id) -> bool {
        self.fields.tenant.as_ref() == Some(tenant)
    }
}

pub async fn new(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::RegistrationPolicyCreate)?;
    let fields = Fields {
        description: String::new(),
        door: Door::Anonymous,
        mode: Mode::Open,
        tenant: None,
        bounds: BoundFields::default(),
    };
    Ok(respond::page(StatusCode::OK, &form(&app, &visitor, None, fields, None).await?))
}

pub async fn create(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let fields = Fields::read(&sent)?;
    let draft = match fields.draft() {
        Ok(draft) => draft,
        Err(wrong) => return again(&app, &visitor, None, fields, wrong).await,
    };
    match registration_policies::create(Means::of(&app), &visitor.actor, draft).await {
        Ok(_) => Ok(done(&app, "saved")),
        Err(error) => again(&app, &visitor, None, fields, Wrong::with_policy(error)?).await,
    }
}

pub async fn edit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::RegistrationPolicyUpdate)?;
    let policy = load(&app, &visitor, &id).await?;
    let fields = Fields::of(&policy);
    Ok(respond::page(StatusCode::OK, &form(&app, &visitor, Some(&policy), fields, None).await?))
}

pub async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let policy = load(&app, &visitor, &id).await?;
    // Whose it is, and at which door it stands, stays.
    let fields =
        Fields { door: policy.door, tenant: policy.member_tenant_id.clone(), ..Fields::read(&sent)? };
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let draft = match fields.draft() {
        Ok(draft) => draft,
        Err(wrong) => return again(&app, &visitor, Some(&policy), fields, wrong).await,
    };
    match registration_policies::update(Means::of(&app), &visitor.actor, (&policy.id, version), draft).await {
        Ok(_) => Ok(done(&app, "saved")),
        Err(error) => again(&app, &visitor, Some(&policy), fields, Wrong::with_policy(error)?).await,
    }
}

async fn again(
    app: &App,
    visitor: &Visitor,
    policy: Option<&RegistrationPolicy>,
    fields: Fields,
    wrong: Wrong,
) -> Result<Response, PageError> {
    Ok(respond::page(Wrong::STATUS, &form(app, visitor, policy, fields, Some(wrong)).await?))
}

async fn form(
    app: &App,
    visitor: &Visitor,
    policy: Option<&RegistrationPolicy>,
    fields: Fields,
    wrong: Option<Wrong>,
) -> Result<Edit, PageError> {
    Ok(Edit {
        frame: Frame::of(app, visitor, Place::Registration),
        csrf: visitor.csrf(app, FORM),
        id: policy.map(|policy| policy.id.clone()),
        version: policy.map_or(0, |policy| policy.version),
        name: policy.map(|policy| Foreign::from(policy.description.as_str())).unwrap_or_default(),
        tenants: if policy.is_none() { tenants::to_choose_from(app, visitor).await? } else { Vec::new() },
        may_destroy: visitor.actor.permissions.contains(Permission::RegistrationPolicyDestroy),
        fields,
        wrong,
    })
}

impl Fields {
    fn of(policy: &RegistrationPolicy) -> Self {
        Self {
            description: policy.description.clone(),
            door: policy.door,
            mode: policy.mode,
            tenant: policy.member_tenant_id.clone(),
            bounds: BoundFields::of(&policy.bounds),
        }
    }

    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        Ok(Self {
            description: sent.one("description")?.unwrap_or_default().trim().to_owned(),
            door: sent.one("door")?.and_then(Door::parse).unwrap_or(Door::Anonymous),
            mode: sent.one("mode")?.and_then(Mode::parse).unwrap_or(Mode::Off),
            tenant: sent.one("tenant")?.and_then(Id::parse),
            bounds: BoundFields::read(sent)?,
        })
    }

    fn draft(&self) -> Result<Draft, Wrong> {
        Ok(Draft {
            description: self.description.clone(),
            member_tenant_id: self.tenant.clone(),
            door: self.door,
            mode: self.mode,
            bounds: self.bounds.bounds()?,
        })
    }
}
