//! `/admin/accounts/new` and `/admin/accounts/{id}/edit`, and the same for groups.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
};
use domain::{
    directory::{Entry, Kind, permission::Permission},
    error::Refusal,
    id::Id,
    parameters::Parameters,
};
use http::StatusCode;
use store::{
    accounts::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

use super::{
    Folk, Named,
    fields::{Fields, given, password},
};
use crate::{
    admin::{
        Means,
        accounts::{self, Draft},
    },
    app::App,
    web::{
        console::{
            rights::{Given, Rights, Whose},
            tenants,
        },
        frame::Frame,
        page::Foreign,
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::{Said, filters, said},
};

const FORM: &str = "account";

/// More groups than this are not offered; the management API puts accounts into the others.
const MOST_GROUPS: u32 = 200;

#[derive(Debug, Template)]
#[template(path = "console/accounts/edit.html")]
struct Edit {
    frame: Frame,
    folk: Folk,
    csrf: String,
    /// None: a new one.
    id: Option<Id>,
    /// That of the account that the fields were filled from.
    version: i64,
    /// As it is, for the headline.
    name: Foreign,
    fields: Fields,
    groups: Vec<Named>,
    rights: Rights,
    /// The tenants that a new one can belong to, for those who may choose.
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

    const fn headline(&self) -> Said {
        match (self.folk.0, self.id.is_some()) {
            (Kind::User, false) => said("New account"),
            (Kind::User, true) => said("Edit an account"),
            (Kind::Group, false) => said("New group"),
            (Kind::Group, true) => said("Edit a group"),
        }
    }
}

/// What the form is about.
#[derive(Clone, Copy)]
enum About<'a> {
    /// A new one, of this tenant.
    New(Option<&'a Id>),
    This(&'a Entry),
}

pub async fn new(
    State(app): State<Arc<App>>,
    folk: Folk,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::AccountCreate)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let tenant = parameters.one("tenant").map_err(Refusal::from)?.and_then(Id::parse);
    let fields = Fields { is_enabled: true, ..Fields::default() };
    let page = form(&app, &visitor, folk, About::New(tenant.as_ref()), fields).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn create(
    State(app): State<Arc<App>>,
    folk: Folk,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let (fields, password) = (Fields::read(&sent)?, password(&sent)?);
    let tenant = sent.one("tenant").map_err(Refusal::from)?.and_then(Id::parse);
    let draft = Draft { kind: folk.0, member_tenant_id: tenant.clone(), ..Draft::named("") };
    let draft = fields.draft(draft);
    match accounts::create(Means::of(&app), &visitor.actor, draft, password.as_ref()).await {
        Ok(entry) => Ok(done(&app, folk, &entry.account.id)),
        Err(error) => {
            let wrong = Wrong::with_account(error)?;
            let page = form(&app, &visitor, folk, About::New(tenant.as_ref()), fields).await?;
            Ok(respond::page(Wrong::STATUS, &Edit { wrong: Some(wrong), ..page }))
        }
    }
}

pub async fn edit(
    State(app): State<Arc<App>>,
    folk: Folk,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    visitor.require(Permission::AccountUpdate)?;
    let entry = folk.load(&app, &visitor, &id).await?;
    let page = form(&app, &visitor, folk, About::This(&entry), Fields::of(&entry)).await?;
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn update(
    State(app): State<Arc<App>>,
    folk: Folk,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let entry = folk.load(&app, &visitor, &id).await?;
    let fields = Fields::read(&sent)?;
    let version = sent.required("version").map_err(Refusal::from)?.parse().unwrap_or(0);
    let draft = fields.draft(Draft::of(&entry));
    match accounts::update(Means::of(&app), &visitor.actor, &entry.account.id, version, draft).await {
        Ok(entry) => Ok(done(&app, folk, &entry.account.id)),
        Err(error) => {
            let wrong = Wrong::with_account(error)?;
            let page = form(&app, &visitor, folk, About::This(&entry), fields).await?;
            Ok(respond::page(Wrong::STATUS, &Edit { wrong: Some(wrong), ..page }))
        }
    }
}

fn done(app: &App, folk: Folk, id: &Id) -> Response {
    respond::see_other(&format!("{}{}/{id}?done=1", app.config.issuer.path(), folk.path()))
}

async fn form(
    app: &App,
    visitor: &Visitor,
    folk: Folk,
    about: About<'_>,
    fields: Fields,
) -> Result<Edit, PageError> {
    let (entry, tenant) = match about {
        About::New(tenant) => (None, visitor.actor.tenant().or(tenant)),
        About::This(entry) => (Some(entry), entry.account.member_tenant_id.as_ref()),
    };
    let before = entry.map_or_else(Given::default, given);
    let whose = Whose::Account(folk.0, tenant);
    let rights = Rights::of(app, visitor, whose, fields.given.clone(), &before).await?;
    let had = entry.map(|entry| entry.member_group_ids.clone()).unwrap_or_default();
    let groups = if folk.is_group() { Vec::new() } else { groups(app, visitor, tenant, had).await? };
    Ok(Edit {
        frame: Frame::of(app, visitor, folk.place()),
        folk,
        csrf: visitor.csrf(app, FORM),
        id: entry.map(|entry| entry.account.id.clone()),
        version: entry.map_or(0, |entry| entry.version),
        name: entry.map(|entry| Foreign::from(entry.account.name.as_str())).unwrap_or_default(),
        groups,
        rights,
        tenants: if entry.is_none() { tenants::to_choose_from(app, visitor).await? } else { Vec::new() },
        tenant: tenant.filter(|_| visitor.actor.tenant().is_none()).cloned(),
        fields,
        wrong: None,
    })
}

/// The groups that an account of this tenant can be in, and those that it is in.
async fn groups(
    app: &App,
    visitor: &Visitor,
    tenant: Option<&Id>,
    had: Vec<Id>,
) -> Result<Vec<Named>, PageError> {
    let may = |permission| visitor.actor.permissions.contains(permission);
    if !may(Permission::AccountQuery) || !may(Permission::AccountGet) {
        return Ok(had.into_iter().map(|id| Named { name: Foreign::from(id.as_str()), id }).collect());
    }
    let conditions = [Condition::Kind(Kind::Group), Condition::MemberTenantId(tenant.cloned())];
    let search = Search {
        tenant: None,
        filter: Some(Filter::And(conditions.map(Filter::Condition).to_vec())),
        sort: SortBy::Name,
        page: Page { is_ascending: true, start: Start::Position(0), limit: MOST_GROUPS, wants_total: false },
    };
    let mut ids = accounts::query(&app.store, &visitor.actor, search).await?.ids;
    ids.extend(had);
    super::show::names(app, visitor, &ids).await
}
