//! Accounts and groups: read, made, changed, disabled and deleted; and their passwords.
//!
//! Nobody gives an account what they do not hold, and nobody touches one that holds more than they do.

mod draft;

use domain::{
    directory::{Account, Entry, Kind, permission::Permission},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
};
use serde_json::Value;
use store::{
    Batch, Outcome, Step, Store, StoreError, accounts, grants, roles,
    search::{Found, Search},
    sessions,
    tenants::{self, Counted},
};

pub use draft::Draft;

use super::{
    Means, QueryError,
    actor::{Actor, Forbidden},
    described,
    journal::Subject,
};
use crate::password::{self, Busy};

/// The shortest password that is accepted, in characters.
pub const MIN_PASSWORD: usize = 8;

/// So many members of a group are read at a time.
const MEMBERS_AT_A_TIME: usize = 500;

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("name: there is no such account")]
    Unknown,
    #[error("name: must be 1 to 128 characters without spaces and control characters")]
    BadName,
    #[error("name: is taken")]
    NameTaken,
    #[error("password: must have at least 8 characters and at most 1024 bytes")]
    BadPassword,
    #[error("password: a group has none")]
    GroupPassword,
    #[error("description: must be 1 to 256 characters on one line")]
    BadDescription,
    #[error("emails: {0} is no e-mail address, or there are more than 20")]
    BadEmail(String),
    #[error("locale: must be a language tag such as en or de-CH")]
    BadLocale,
    #[error("timeZone: must be the name of a time zone such as Europe/London")]
    BadTimeZone,
    #[error("@type: an account stays what it was made as")]
    KindFixed,
    #[error("memberGroupIds: there is no such group in the account's tenant, or a group would be in a group")]
    UnknownGroup,
    #[error("roles: there is no role {0} that the account can have")]
    UnknownRole(Id),
    #[error("memberTenantId: there is no such tenant")]
    UnknownTenant,
    #[error("memberTenantId: is never set by an administrator of a tenant")]
    TenantFixed,
    #[error("permissions: {0} cannot be given by somebody who does not hold it")]
    NotHeld(Permission),
    #[error("id: the account holds {0}; only who holds as much may change it")]
    Protected(Permission),
    #[error("id: this is the last account that can administer everything; make another one first")]
    LastAdministrator,
    #[error("the tenant has as many accounts or groups as it may have")]
    OverQuota,
    #[error("the account was changed meanwhile; read it again")]
    Stale,
    #[error("password: too many are being hashed; try again in a moment")]
    Busy(Busy),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Those of `ids` that exist for the actor.
pub async fn get(store: &Store, actor: &Actor, ids: &[Id]) -> Result<Vec<Entry>, AccountError> {
    actor.require(Permission::AccountGet)?;
    Ok(accounts::entries(store, ids, actor.tenant()).await?)
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    search: Search<accounts::Condition, accounts::SortBy>,
) -> Result<Found, QueryError> {
    actor.require(Permission::AccountQuery)?;
    Ok(accounts::search(store, &actor.within_sight(search)).await?)
}

/// Makes an account, which signs in with `password` if it has one.
pub async fn create(
    means: Means<'_>,
    actor: &Actor,
    draft: Draft,
    password: Option<&Secret>,
) -> Result<Entry, AccountError> {
    actor.require(Permission::AccountCreate)?;
    if let Some(password) = password {
        check_password(password)?;
        if draft.kind == Kind::Group {
            return Err(AccountError::GroupPassword);
        }
    }
    let entry = draft.new_entry(means, actor).await?;
    let mut batch = Batch::new();
    let hash = match password {
        Some(password) => Some(means.passwords.hash(password.clone()).await.map_err(AccountError::Busy)?),
        None => None,
    };
    let tenant = entry.account.member_tenant_id.as_ref();
    let turn = tenant.map(|tenant| batch.push(tenants::take_turn(tenant)));
    batch.push(accounts::insert(&entry, hash.as_deref()));
    batch.push(means.created(actor, subject(&entry.account), described::account(&entry)));
    let counted = count(&mut batch, &entry);
    join_groups(&mut batch, &entry);
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(entry),
        Ok(Outcome::Refused { step }) if Some(step) == counted => Err(AccountError::OverQuota),
        Ok(Outcome::Refused { step }) if Some(step) == turn => Err(AccountError::UnknownTenant),
        Ok(Outcome::Refused { .. }) => Err(AccountError::UnknownGroup),
        Err(StoreError::Conflict) => Err(AccountError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Replaces what can be said about the account, if it is still at `version`. What it had going ends when it is disabled or moves to
/// another tenant.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    id: &Id,
    version: i64,
    draft: Draft,
) -> Result<Entry, AccountError> {
    actor.require(Permission::AccountUpdate)?;
    let before = touchable(means.store, actor, id).await?;
    if before.version != version {
        return Err(AccountError::Stale);
    }
    let entry = draft.changed_entry(means.store, actor, &before).await?;
    commit_change(means, actor, &before, entry).await
}

/// A disabled account may do nothing; what it had going ends, and does not come back with it.
pub async fn set_enabled(
    means: Means<'_>,
    actor: &Actor,
    id: &Id,
    is_enabled: bool,
) -> Result<Entry, AccountError> {
    actor.require(Permission::AccountUpdate)?;
    let before = touchable(means.store, actor, id).await?;
    let mut entry = before.clone();
    entry.account.is_enabled = is_enabled;
    commit_change(means, actor, &before, entry).await
}

/// Deletes an account with everything that is its own.
pub async fn destroy(means: Means<'_>, actor: &Actor, id: &Id) -> Result<(), AccountError> {
    actor.require(Permission::AccountDestroy)?;
    let entry = touchable(means.store, actor, id).await?;
    let mut batch = Batch::new();
    let is_last = keep_administered(&mut batch, actor, &entry, None);
    disband(&mut batch, means, actor, &entry.account).await?;
    batch.push(accounts::delete(id, entry.version));
    batch.push(means.destroyed(actor, subject(&entry.account), described::account(&entry)));
    let administered = is_last.then(|| batch.push(accounts::is_administered()));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { step } if Some(step) == administered => Err(AccountError::LastAdministrator),
        Outcome::Refused { .. } => Err(AccountError::Stale),
    }
}

/// Sets a new password and ends everything that the old one began: sessions, and what applications were allowed. RFC 9700 §4.14.
pub async fn set_password(
    means: Means<'_>,
    actor: &Actor,
    id: &Id,
    password: &Secret,
) -> Result<(), AccountError> {
    actor.require(Permission::AccountUpdate)?;
    let entry = touchable(means.store, actor, id).await?;
    if entry.account.kind == Kind::Group {
        return Err(AccountError::GroupPassword);
    }
    commit_password(means, actor, &entry.account, password).await
}

/// The account called `name`, if the actor can see it.
pub async fn find(store: &Store, actor: &Actor, name: &str) -> Result<Account, AccountError> {
    actor.require(Permission::AccountGet)?;
    let name = Account::canonical_name(name).ok_or(AccountError::Unknown)?;
    let found = accounts::by_name(store, &name).await?.map(|(account, _)| account);
    found.filter(|account| actor.sees(account.member_tenant_id.as_ref())).ok_or(AccountError::Unknown)
}

/// Whether `password` may be one, by its length.
pub fn check_password(password: &Secret) -> Result<(), AccountError> {
    let text = password.expose();
    if text.chars().count() < MIN_PASSWORD || text.len() > password::MAX_BYTES {
        Err(AccountError::BadPassword)
    } else {
        Ok(())
    }
}

/// Stores the password and ends what the old one began. Whoever calls this knows that it may be done.
pub(super) async fn commit_password(
    means: Means<'_>,
    actor: &Actor,
    account: &Account,
    password: &Secret,
) -> Result<(), AccountError> {
    check_password(password)?;
    let hash = means.passwords.hash(password.clone()).await.map_err(AccountError::Busy)?;
    let mut batch = Batch::new();
    batch.push(accounts::set_password(&account.id, &hash));
    end_everything(&mut batch, means, &account.id);
    let subject = Subject { kind: ObjectKind::AccountPassword, ..subject(account) };
    batch.push(means.updated(actor, subject, (Value::Null, Value::Null)));
    let _ = means.store.commit(batch).await?;
    Ok(())
}

/// The account, if the actor can see it and holds as much as it does.
pub(super) async fn touchable(store: &Store, actor: &Actor, id: &Id) -> Result<Entry, AccountError> {
    let found = accounts::entries(store, std::slice::from_ref(id), actor.tenant()).await?;
    let entry = found.into_iter().next().ok_or(AccountError::Unknown)?;
    match actor.is_outranked_by(&entry.account) {
        Some(lacking) => Err(AccountError::Protected(lacking)),
        None => Ok(entry),
    }
}

async fn commit_change(
    means: Means<'_>,
    actor: &Actor,
    before: &Entry,
    entry: Entry,
) -> Result<Entry, AccountError> {
    let id = &entry.account.id;
    let moves = entry.account.member_tenant_id != before.account.member_tenant_id;
    let mut batch = Batch::new();
    let was_one = keep_administered(&mut batch, actor, before, Some(&entry));
    let turn = entry.account.member_tenant_id.as_ref().filter(|_| moves);
    let turn = turn.map(|tenant| batch.push(tenants::take_turn(tenant)));
    let written = batch.push(accounts::update(&entry));
    let after = described::account(&entry);
    if moves {
        let from = before.account.member_tenant_id.as_ref();
        batch.extend(means.moved(actor, from, subject(&entry.account), after));
        disband(&mut batch, means, actor, &before.account).await?;
    } else {
        batch.push(means.updated(actor, subject(&entry.account), (described::account(before), after)));
    }
    let counted = if moves { count(&mut batch, &entry) } else { None };
    if moves || entry.member_group_ids != before.member_group_ids {
        batch.push(accounts::leave_all(id));
        join_groups(&mut batch, &entry);
    }
    if !entry.account.is_enabled || moves {
        end_everything(&mut batch, means, id);
    }
    let administered = was_one.then(|| batch.push(accounts::is_administered()));
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(Entry { version: before.version + 1, ..entry }),
        Ok(Outcome::Refused { step }) if step == written => Err(AccountError::Stale),
        Ok(Outcome::Refused { step }) if Some(step) == counted => Err(AccountError::OverQuota),
        Ok(Outcome::Refused { step }) if Some(step) == turn => Err(AccountError::UnknownTenant),
        Ok(Outcome::Refused { step }) if Some(step) == administered => Err(AccountError::LastAdministrator),
        Ok(Outcome::Refused { .. }) => Err(AccountError::UnknownGroup),
        Err(StoreError::Conflict) => Err(AccountError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Whether the batch must leave somebody who can administer everything. Then it waits for others that must, too. The operator of the
/// host can always make a new one and is not held up.
fn keep_administered(batch: &mut Batch, actor: &Actor, before: &Entry, after: Option<&Entry>) -> bool {
    let ends = before.is_full_administrator() && !after.is_some_and(Entry::is_full_administrator);
    if ends && !actor.is_host() {
        batch.push(roles::turn_page());
        return true;
    }
    false
}

fn subject(account: &Account) -> Subject<'_> {
    Subject {
        kind: ObjectKind::Account,
        id: account.id.as_str(),
        tenant_id: account.member_tenant_id.as_ref(),
    }
}

/// Nobody is in a group that is deleted or goes to another tenant, and each of its members hears so.
async fn disband(
    batch: &mut Batch,
    means: Means<'_>,
    actor: &Actor,
    group: &Account,
) -> Result<(), StoreError> {
    if group.kind != Kind::Group {
        return Ok(());
    }
    for some in accounts::members_of(means.store, &group.id).await?.chunks(MEMBERS_AT_A_TIME) {
        for before in accounts::entries(means.store, some, None).await? {
            let mut after = before.clone();
            after.member_group_ids.retain(|id| *id != group.id);
            let sides = (described::account(&before), described::account(&after));
            batch.push(means.updated(actor, subject(&before.account), sides));
        }
    }
    batch.push(accounts::disband(&group.id));
    Ok(())
}

fn end_everything(batch: &mut Batch, means: Means<'_>, id: &Id) {
    batch.push(sessions::delete_of_account(id));
    batch.push(grants::revoke_of_account(id, means.now));
}

fn count(batch: &mut Batch, entry: &Entry) -> Option<Step> {
    let counted = match entry.account.kind {
        Kind::User => Counted::Accounts,
        Kind::Group => Counted::Groups,
    };
    let tenant = entry.account.member_tenant_id.as_ref()?;
    Some(batch.push(tenants::within_quota(tenant, counted)))
}

fn join_groups(batch: &mut Batch, entry: &Entry) {
    for group in &entry.member_group_ids {
        batch.push(accounts::join(&entry.account.id, group));
    }
}
