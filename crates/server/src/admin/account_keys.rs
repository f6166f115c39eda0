//! API keys and app passwords: made, changed and revoked, each only as the kind it is.
//!
//! Everybody manages their own. Whoever manages those of somebody else acts on their behalf, which is the permission `impersonate`, and
//! never gets further than both could alone.

use domain::{
    directory::{Account, Key, KeyKind, access::KeyPermissions, permission::Permission},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
    time::Timestamp,
};
use ipnet::IpNet;
use store::{
    Batch, Outcome, Store, StoreError,
    account_keys::{self, Which},
    accounts,
    search::{Found, Search},
};

use super::{
    Means, QueryError,
    actor::{Actor, Forbidden},
    described,
    journal::Subject,
    text::is_line,
};

/// What can be said about a key.
#[derive(Clone, Debug)]
pub struct Draft {
    pub description: String,
    pub permissions: KeyPermissions,
    pub allowed_ips: Vec<IpNet>,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("account: there is no such account")]
    UnknownAccount,
    #[error("ID: there is no such key")]
    Unknown,
    #[error("description: must be 1 to 256 characters on one line")]
    BadDescription,
    #[error("permissions: the account does not hold {0}; a key cannot have more than its account")]
    NotHeldByAccount(Permission),
    #[error("permissions: {0} cannot be given by somebody who does not hold it")]
    NotHeld(Permission),
    #[error("account: it holds {0}; only who holds as much may touch its keys")]
    Protected(Permission),
    #[error("account: a group has no keys")]
    Group,
    #[error("the account has as many keys of this kind as it may have")]
    OverQuota,
    #[error("the key was changed meanwhile; read it again")]
    Stale,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<QueryError> for KeyError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Forbidden(forbidden) => Self::Forbidden(forbidden),
            QueryError::UnknownAccount => Self::UnknownAccount,
            QueryError::AnchorNotFound => Self::Unknown,
            QueryError::Store(error) => Self::Store(error),
        }
    }
}

#[derive(Clone, Copy)]
enum Verb {
    Get,
    Query,
    Create,
    Update,
    Destroy,
}

/// Those keys of `account_id` that are meant, oldest first.
pub async fn get(
    store: &Store,
    actor: &Actor,
    kind: KeyKind,
    account_id: &Id,
    which: Which<'_>,
) -> Result<Vec<Key>, KeyError> {
    owner(store, actor, kind, Verb::Get, account_id).await?;
    Ok(account_keys::of_account(store, kind, account_id, which).await?)
}

/// A key by its id alone, with its account, wherever the actor can see it.
pub async fn find_any(
    store: &Store,
    actor: &Actor,
    kind: KeyKind,
    id: &Id,
) -> Result<(Key, Account), KeyError> {
    actor.require(permission(kind, Verb::Get))?;
    let found = account_keys::by_id(store, kind, id).await?;
    let found = found.filter(|(_, account)| actor.sees(account.member_tenant_id.as_ref()));
    let is_own = |account: &Account| actor.account().is_some_and(|own| own.id == account.id);
    if !found.as_ref().is_some_and(|(_, account)| is_own(account)) {
        actor.require(Permission::Impersonate)?;
    }
    found.ok_or(KeyError::Unknown)
}

/// The newest keys of all accounts that the actor can see, of the kinds that the actor may read: so many, and older than `before`.
pub async fn newest(
    store: &Store,
    actor: &Actor,
    before: Option<&Id>,
    limit: u32,
) -> Result<Vec<(Key, Account)>, KeyError> {
    actor.require(Permission::Impersonate)?;
    let may = |kind: &KeyKind| {
        [Verb::Query, Verb::Get].iter().all(|verb| actor.require(permission(*kind, *verb)).is_ok())
    };
    let kinds: Vec<_> = [KeyKind::ApiKey, KeyKind::AppPassword].into_iter().filter(may).collect();
    let wanted = account_keys::Newest { kinds: &kinds, tenant: actor.tenant(), before, limit };
    Ok(account_keys::newest(store, wanted).await?)
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    kind: KeyKind,
    account_id: &Id,
    search: &Search<account_keys::Condition, account_keys::SortBy>,
) -> Result<Found, QueryError> {
    owner(store, actor, kind, Verb::Query, account_id).await?;
    Ok(account_keys::search(store, kind, account_id, search).await?)
}

/// Makes a key for the account and answers its secret, which is shown this once.
pub async fn create(
    means: Means<'_>,
    actor: &Actor,
    kind: KeyKind,
    account_id: &Id,
    draft: Draft,
) -> Result<(Key, Secret), KeyError> {
    let account = touchable(means.store, actor, kind, Verb::Create, account_id).await?;
    if account.kind == domain::directory::Kind::Group {
        return Err(KeyError::Group);
    }
    check(actor, &account, &draft, None)?;
    let (id, secret) = means.chance.credential(kind.token(), means.now);
    let key = Key {
        id,
        kind,
        account_id: account.id.clone(),
        description: draft.description,
        secret_hash: means.hash_key.hash(secret.expose()),
        permissions: draft.permissions,
        allowed_ips: draft.allowed_ips,
        created_at: means.now,
        expires_at: draft.expires_at,
        version: 1,
    };
    let mut batch = Batch::new();
    batch.push(account_keys::take_turn(&account.id));
    batch.push(account_keys::insert(&key));
    batch.push(means.created(actor, subject(&key, &account), described::key(&key)));
    let counted = batch.push(account_keys::within_quota(kind, &account.id));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok((key, secret)),
        Outcome::Refused { step } if step == counted => Err(KeyError::OverQuota),
        Outcome::Refused { .. } => Err(KeyError::UnknownAccount),
    }
}

/// Replaces what can be said about the key, if it is still at `version`. Its secret stays.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    kind: KeyKind,
    (account_id, id, version): (&Id, &Id, i64),
    draft: Draft,
) -> Result<Key, KeyError> {
    let account = touchable(means.store, actor, kind, Verb::Update, account_id).await?;
    let before = find(means.store, kind, account_id, id).await?;
    if before.version != version {
        return Err(KeyError::Stale);
    }
    check(actor, &account, &draft, Some(before.permissions))?;
    let key = Key {
        description: draft.description,
        permissions: draft.permissions,
        allowed_ips: draft.allowed_ips,
        expires_at: draft.expires_at,
        ..before.clone()
    };
    let mut batch = Batch::new();
    batch.push(account_keys::update(&key));
    let sides = (described::key(&before), described::key(&key));
    batch.push(means.updated(actor, subject(&key, &account), sides));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(Key { version: version + 1, ..key }),
        Outcome::Refused { .. } => Err(KeyError::Stale),
    }
}

/// Revokes the key: its next request is refused.
pub async fn destroy(
    means: Means<'_>,
    actor: &Actor,
    kind: KeyKind,
    (account_id, id): (&Id, &Id),
) -> Result<(), KeyError> {
    let account = touchable(means.store, actor, kind, Verb::Destroy, account_id).await?;
    let key = find(means.store, kind, account_id, id).await?;
    let mut batch = Batch::new();
    batch.push(account_keys::delete(kind, &key.id));
    batch.push(means.destroyed(actor, subject(&key, &account), described::key(&key)));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(KeyError::Unknown),
    }
}

/// The account whose keys these are, if the actor may do this to them.
async fn owner(
    store: &Store,
    actor: &Actor,
    kind: KeyKind,
    verb: Verb,
    account_id: &Id,
) -> Result<Account, QueryError> {
    actor.require(permission(kind, verb))?;
    if let Some(own) = actor.account().filter(|own| own.id == *account_id) {
        return Ok(own.clone());
    }
    let account = accounts::by_id(store, account_id).await?;
    let account = account.filter(|account| actor.sees(account.member_tenant_id.as_ref()));
    let account = account.ok_or(QueryError::UnknownAccount)?;
    actor.require(Permission::Impersonate)?;
    Ok(account)
}

/// [`owner`], unless it is somebody else who holds more than the actor: whoever touches their keys could pass for them.
async fn touchable(
    store: &Store,
    actor: &Actor,
    kind: KeyKind,
    verb: Verb,
    account_id: &Id,
) -> Result<Account, KeyError> {
    let account = owner(store, actor, kind, verb, account_id).await?;
    let is_own = actor.account().is_some_and(|own| own.id == account.id);
    match actor.is_outranked_by(&account) {
        Some(lacking) if !is_own => Err(KeyError::Protected(lacking)),
        Some(_) | None => Ok(account),
    }
}

fn subject<'a>(key: &'a Key, account: &'a Account) -> Subject<'a> {
    let kind = match key.kind {
        KeyKind::ApiKey => ObjectKind::ApiKey,
        KeyKind::AppPassword => ObjectKind::AppPassword,
    };
    Subject { kind, id: key.id.as_str(), tenant_id: account.member_tenant_id.as_ref() }
}

async fn find(store: &Store, kind: KeyKind, account_id: &Id, id: &Id) -> Result<Key, KeyError> {
    let found = account_keys::by_id(store, kind, id).await?.map(|(key, _)| key);
    found.filter(|key| key.account_id == *account_id).ok_or(KeyError::Unknown)
}

/// Checks what a key says that had the permissions `before`, and what it gains.
fn check(
    actor: &Actor,
    account: &Account,
    draft: &Draft,
    before: Option<KeyPermissions>,
) -> Result<(), KeyError> {
    if !is_line(&draft.description, Key::MAX_DESCRIPTION) {
        return Err(KeyError::BadDescription);
    }
    if let Some(missing) = draft.permissions.beyond(before, account.permissions).iter().next() {
        return Err(KeyError::NotHeldByAccount(missing));
    }
    let gained = draft.permissions.gained(before, account.permissions);
    actor.lacks(gained).map_or(Ok(()), |lacking| Err(KeyError::NotHeld(lacking)))
}

const fn permission(kind: KeyKind, verb: Verb) -> Permission {
    match (kind, verb) {
        (KeyKind::ApiKey, Verb::Get) => Permission::ApiKeyGet,
        (KeyKind::ApiKey, Verb::Query) => Permission::ApiKeyQuery,
        (KeyKind::ApiKey, Verb::Create) => Permission::ApiKeyCreate,
        (KeyKind::ApiKey, Verb::Update) => Permission::ApiKeyUpdate,
        (KeyKind::ApiKey, Verb::Destroy) => Permission::ApiKeyDestroy,
        (KeyKind::AppPassword, Verb::Get) => Permission::AppPasswordGet,
        (KeyKind::AppPassword, Verb::Query) => Permission::AppPasswordQuery,
        (KeyKind::AppPassword, Verb::Create) => Permission::AppPasswordCreate,
        (KeyKind::AppPassword, Verb::Update) => Permission::AppPasswordUpdate,
        (KeyKind::AppPassword, Verb::Destroy) => Permission::AppPasswordDestroy,
    }
}
