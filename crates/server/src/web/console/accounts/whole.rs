//! Everything that is known of an account or a group, gathered for its page.

use askama::Template;
use domain::{
    directory::{Entry, Factors, KeyKind, Permissions, UserRoles, permission::Permission},
    id::Id,
    journal::ObjectKind,
    time::Timestamp,
};
use store::{
    account_keys::Which,
    accounts::{Condition, SortBy},
    grants,
    search::{Filter, Page, Search, Start},
    sessions,
};

use super::{Folk, Named, show};
use crate::{
    admin::{self, account_keys, account_keys::KeyError, accounts, second_factors},
    app::App,
    web::{
        console::{keys, roles, tenants},
        events::{self, Line},
        frame::Frame,
        page::Foreign,
        permissions::{self, Held},
        respond::PageError,
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::{Said, filters, said},
};

/// So many of each kind of thing that belongs to it are shown.
const SHOWN: u32 = 20;

/// Something that it allowed and that still holds.
#[derive(Debug)]
pub(super) struct Allowed {
    client_id: Foreign,
    scope: Foreign,
    created_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Debug, Template)]
#[template(path = "console/accounts/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out")]
pub(super) struct Show {
    pub frame: Frame,
    pub folk: Folk,
    pub csrf: String,
    pub id: Id,
    pub name: Foreign,
    pub description: Option<Foreign>,
    pub is_enabled: bool,
    pub emails: Vec<Foreign>,
    pub locale: Option<Foreign>,
    pub time_zone: Option<Foreign>,
    pub tenant: Option<Foreign>,
    pub groups: Vec<Named>,
    pub created_at: Timestamp,
    /// None where the visitor may not know.
    pub factors: Option<Factors>,
    pub sessions: u64,
    /// Where the roles follow from what it is.
    pub roles: Option<Said>,
    pub named_roles: Vec<Named>,
    pub mode: Said,
    pub held: Vec<Held>,
    pub members: Vec<Named>,
    pub members_total: u64,
    pub keys: Option<Vec<keys::Row>>,
    pub allowed: Vec<Allowed>,
    pub events: Vec<Line>,
    pub is_done: bool,
    /// It holds what the visitor does not hold.
    pub is_above: bool,
    pub may_update: bool,
    pub may_destroy: bool,
    pub may_see_roles: bool,
    pub may_see_events: bool,
    pub wrong: Option<Wrong>,
    pub now: Timestamp,
}

impl Show {
    fn may_reset(&self) -> bool {
        let has_any = |factors: &Factors| factors.totp_since.is_some() || !factors.passkeys.is_empty();
        self.may_update && self.factors.as_ref().is_some_and(has_any)
    }
}

pub(super) async fn page(app: &App, visitor: &Visitor, folk: Folk, entry: &Entry) -> Result<Show, PageError> {
    let (account, actor, now) = (&entry.account, &visitor.actor, visitor.now);
    let may = |permission| actor.permissions.contains(permission);
    let is_above = actor.is_outranked_by(account).is_some();
    let may_see_events = may(Permission::AuditEventQuery) && may(Permission::AuditEventGet);
    let tenant = account.member_tenant_id.iter().cloned().collect();
    let (members, members_total) =
        if folk.is_group() { members(app, visitor, &account.id).await? } else { (Vec::new(), 0) };
    let roles = match &entry.roles {
        UserRoles::User => Some(said("As everybody")),
        UserRoles::Admin => Some(said("Administrator")),
        UserRoles::Custom(ids) => ids.is_empty().then(|| said("None")),
    };
    Ok(Show {
        frame: Frame::of(app, visitor, folk.place()),
        folk,
        csrf: visitor.csrf(app, show::FORM),
        id: account.id.clone(),
        name: Foreign::from(account.name.as_str()),
        description: account.description.as_deref().map(Foreign::from),
        is_enabled: account.is_enabled,
        emails: entry.emails.iter().map(|email| Foreign::from(email.as_str())).collect(),
        locale: account.locale.as_deref().map(Foreign::from),
        time_zone: entry.time_zone.as_deref().map(Foreign::from),
        tenant: tenants::names(app, visitor, tenant).await?.pop().map(|tenant| tenant.name),
        groups: show::names(app, visitor, &entry.member_group_ids).await?,
        created_at: account.created_at,
        factors: if is_above || folk.is_group() { None } else { factors(app, visitor, &account.id).await? },
        sessions: sessions::count_of_account(&app.store, &account.id, now).await?,
        roles,
        named_roles: roles::names(app, visitor, entry.roles.named()).await?,
        mode: mode(entry.permissions),
        held: permissions::held(account.permissions),
        members,
        members_total,
        keys: keys(app, visitor, entry).await?,
        allowed: allowed(app, &account.id, now).await?,
        events: if may_see_events { happened(app, visitor, &account.id).await? } else { Vec::new() },
        is_done: false,
        is_above,
        may_update: may(Permission::AccountUpdate) && !is_above,
        may_destroy: may(Permission::AccountDestroy) && !is_above,
        may_see_roles: may(Permission::RoleGet),
        may_see_events,
        wrong: None,
        now,
    })
}

const fn mode(permissions: Permissions) -> Said {
    match permissions {
        Permissions::Inherit => said("Exactly what the roles give"),
        Permissions::Merge { .. } => said("What the roles give, with some more or without some"),
        Permissions::Replace { .. } => said("Only those named here, whatever the roles give"),
    }
}

async fn members(app: &App, visitor: &Visitor, id: &Id) -> Result<(Vec<Named>, u64), PageError> {
    if !visitor.actor.permissions.contains(Permission::AccountQuery) {
        return Ok((Vec::new(), 0));
    }
    let search = Search {
        tenant: None,
        filter: Some(Filter::Condition(Condition::MemberGroupId(id.clone()))),
        sort: SortBy::Name,
        page: Page { is_ascending: true, start: Start::Position(0), limit: SHOWN, wants_total: true },
    };
    let found = accounts::query(&app.store, &visitor.actor, search).await?;
    Ok((show::names(app, visitor, &found.ids).await?, found.total.unwrap_or(0)))
}

async fn factors(app: &App, visitor: &Visitor, id: &Id) -> Result<Option<Factors>, PageError> {
    match second_factors::of(&app.store, &visitor.actor, id).await {
        Ok(factors) => Ok(Some(factors)),
        Err(error) => Wrong::with_factors(error).map(|_| None),
    }
}

/// Its keys, of the kinds that the visitor may read; none at all where that is not the visitor's to see.
async fn keys(app: &App, visitor: &Visitor, entry: &Entry) -> Result<Option<Vec<keys::Row>>, PageError> {
    let mut rows = None;
    for kind in [KeyKind::ApiKey, KeyKind::AppPassword] {
        let id = &entry.account.id;
        match account_keys::get(&app.store, &visitor.actor, kind, id, Which::First(SHOWN)).await {
            Ok(found) => rows
                .get_or_insert_with(Vec::new)
                .extend(found.iter().map(|key| keys::Row::of(key, &entry.account, visitor.now))),
            Err(KeyError::Forbidden(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(rows)
}

async fn allowed(app: &App, id: &Id, now: Timestamp) -> Result<Vec<Allowed>, PageError> {
    let grants = grants::live_of_account(&app.store, id, now, SHOWN).await?.into_iter();
    let allowed = grants.map(|grant| Allowed {
        client_id: Foreign::from(grant.client_id.as_str()).shortened(48),
        scope: Foreign::from(grant.scope.to_string()),
        created_at: grant.created_at,
        expires_at: grant.expires_at,
    });
    Ok(allowed.collect())
}

/// What happened to it and to what it signs in with, newest first.
async fn happened(app: &App, visitor: &Visitor, id: &Id) -> Result<Vec<Line>, PageError> {
    admin::journal::seal_now(app).await?;
    let mut lines = Vec::new();
    for kind in [ObjectKind::Account, ObjectKind::AccountPassword] {
        let object = (kind, id.as_str());
        lines.extend(events::of_object(&app.store, object, visitor.actor.tenant(), SHOWN).await?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    lines.truncate(SHOWN as usize);
    Ok(lines)
}
