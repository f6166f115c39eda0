//! `/admin/tenants/new` and `/admin/tenants/{id}/edit`.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use domain::{
    directory::{Quotas, Tenant, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
};
use http::StatusCode;

use super::{above_tenants, load};
use crate::{
    admin::{
        Means,
        tenants::{self, Draft},
    },
    app::App,
    web::{
        console::rights::{Given, Rights, Whose},
        frame::{Frame, Place},
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::{Wrong, wrong},
    },
    words::{Said, filters, said},
};

const FORM: &str = "tenant";

/// The quotas, in the order of [`Fields::quotas`].
const QUOTAS: [(&str, Said); 4] = [
    ("maxAccounts", said("Accounts")),
    ("maxGroups", said("Groups")),
    ("maxRoles", said("Roles")),
    ("maxOauthClients", said("OAuth clients")),
];

/// How much may belong to a tenant, as it was typed.
#[derive(Clone, Debug)]
struct Quota {
    field: &'static str,
    label: Said,
    text: String,
}

/// What stands in the fields.
#[derive(Clone, Debug)]
struct Fields {
    name: String,
    logo: String,
    quotas: [Quota; 4],
    given: Given,
}

#[derive(Debug, Template)]
#[template(path = "console/tenants/edit.html")]
struct Edit {
    frame: Frame,
    csrf: String,
    /// None: a new one.
    id: Option<Id>,
    /// That of the tenant that the fields were filled from.
    version: i64,
    /// As it is, for the headline.
    name: Foreign,
    fields: Fields,
    rights: Rights,
    wrong: Option<Wrong>,
}

impl Edit {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

pub async fn new(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::TenantCreate)?;
    above_tenants(&visitor)?;
    let page = form(&app, &visitor, None, Fields::empty(), None).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn create(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let fields = Fields::read(&sent)?;
    let made = match fields.draft() {
        Ok(draft) => {
            tenants::create(Means::of(&app), &visitor.actor, draft).await.map_err(Wrong::with_tenant)
        }
        Err(wrong) => Err(Ok(wrong)),
    };
    match made {
        Ok(tenant) => Ok(done(&app, &tenant.id)),
        Err(wrong) => {
            let page = form(&app, &visitor, None, fields, Some(wrong?)).await?;
            Ok(respond::page(Wrong::STATUS, &page))
        }
    }
}

pub async fn edit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::TenantUpdate)?;
    let tenant = load(&app, &visitor, &id).await?;
    let page = form(&app, &visitor, Some(&tenant), Fields::of(&tenant), None).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let tenant = load(&app, &visitor, &id).await?;
    let fields = Fields::read(&sent)?;
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let means = Means::of(&app);
    let written = match fields.draft() {
        Ok(draft) => tenants::update(means, &visitor.actor, &tenant.id, version, draft)
            .await
            .map_err(Wrong::with_tenant),
        Err(wrong) => Err(Ok(wrong)),
    };
    match written {
        Ok(tenant) => Ok(done(&app, &tenant.id)),
        Err(wrong) => {
            let page = form(&app, &visitor, Some(&tenant), fields, Some(wrong?)).await?;
            Ok(respond::page(Wrong::STATUS, &page))
        }
    }
}

fn done(app: &App, id: &Id) -> Response {
    respond::see_other(&format!("{}/admin/tenants/{id}?done=1", app.config.issuer.path()))
}

async fn form(
    app: &App,
    visitor: &Visitor,
    tenant: Option<&Tenant>,
    fields: Fields,
    wrong: Option<Wrong>,
) -> Result<Edit, PageError> {
    let before = tenant.map(given).unwrap_or_default();
    Ok(Edit {
        frame: Frame::of(app, visitor, Place::Tenants),
        csrf: visitor.csrf(app, FORM),
        id: tenant.map(|tenant| tenant.id.clone()),
        version: tenant.map_or(0, |tenant| tenant.version),
        name: tenant.map(|tenant| Foreign::from(tenant.name.as_str())).unwrap_or_default(),
        rights: Rights::of(app, visitor, Whose::Tenant, fields.given.clone(), &before).await?,
        fields,
        wrong,
    })
}

fn given(tenant: &Tenant) -> Given {
    Given { roles: tenant.roles.clone(), permissions: tenant.permissions }
}

impl Fields {
    /// Those of a new one, which has administrators of its own unless somebody says otherwise.
    fn empty() -> Self {
        let given = Given { roles: domain::directory::UserRoles::Admin, ..Given::default() };
        Self::with(String::new(), String::new(), Quotas::default(), given)
    }

    fn of(tenant: &Tenant) -> Self {
        let logo = tenant.logo.clone().unwrap_or_default();
        Self::with(tenant.name.clone(), logo, tenant.quotas, given(tenant))
    }

    fn with(name: String, logo: String, quotas: Quotas, given: Given) -> Self {
        let mut numbers =
            [quotas.max_accounts, quotas.max_groups, quotas.max_roles, quotas.max_oauth_clients].into_iter();
        let mut next = || numbers.next().flatten().map(|number| number.to_string()).unwrap_or_default();
        let quotas = QUOTAS.map(|(field, label)| Quota { field, label, text: next() });
        Self { name, logo, quotas, given }
    }

    fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        let mut fields = Self::with(text("name")?, text("logo")?, Quotas::default(), Given::read(sent)?);
        for quota in &mut fields.quotas {
            quota.text = text(quota.field)?;
        }
        Ok(fields)
    }

    fn draft(&self) -> Result<Draft, Wrong> {
        let number = |quota: &Quota| match quota.text.as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                wrong(quota.field, said("How much may belong to it must be a whole number, or empty."))
            }),
        };
        let [accounts, groups, roles, oauth_clients] = &self.quotas;
        Ok(Draft {
            name: self.name.clone(),
            logo: (!self.logo.is_empty()).then(|| self.logo.clone()),
            roles: self.given.roles.clone(),
            permissions: self.given.permissions,
            quotas: Quotas {
                max_accounts: number(accounts)?,
                max_groups: number(groups)?,
                max_roles: number(roles)?,
                max_oauth_clients: number(oauth_clients)?,
            },
        })
    }
}
