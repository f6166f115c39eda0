//! Initial access tokens: minted, looked at with what was registered with them, changed, revoked and deleted. Nobody lets others register who
//! may not register.

use domain::{
    directory::permission::Permission,
    id::Id,
    journal::ObjectKind,
    registration::{
        bounds::{Bounds, BoundsError},
        initial_access_token::InitialAccessToken,
    },
    secret::{Secret, TokenKind},
    time::Timestamp,
};
use store::{
    Batch, Outcome, Store, StoreError,
    initial_access_tokens::{self, Use},
    search::{Found, Search},
    tenants,
};

use super::{
    Means, QueryError,
    actor::{Actor, Credential, Forbidden, Who},
    described,
    journal::Subject,
    text::is_line,
};

/// What a token is minted with.
#[derive(Clone, Debug)]
pub struct Draft {
    pub description: String,
    /// The tenant of its clients. An actor of a tenant cannot say it: it is that tenant.
    pub member_tenant_id: Option<Id>,
    pub max_uses: u32,
    pub expires_at: Option<Timestamp>,
    pub bounds: Bounds,
}

/// What can be said of a token later: its bounds stay.
#[derive(Clone, Debug)]
pub struct Change {
    pub description: String,
    pub max_uses: u32,
    pub expires_at: Option<Timestamp>,
    pub is_revoked: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("id: there is no such token")]
    Unknown,
    #[error("description: must be 1 to 256 characters on one line")]
    BadDescription,
    #[error("maxUses: must be 1 to 1000000")]
    BadMaxUses,
    #[error("{0}")]
    BadBounds(BoundsError),
    #[error("memberTenantId: there is no such tenant")]
    UnknownTenant,
    #[error("memberTenantId: is set when the token is minted, and never by an administrator of a tenant")]
    TenantFixed,
    #[error("isRevoked: a token that was revoked stays revoked; mint another one")]
    StaysRevoked,
    #[error("id: clients are there that were registered with it, and its bounds hold for them; revoke it")]
    Linked(Vec<Id>),
    #[error("the token was changed meanwhile; read it again")]
    Stale,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Those of `ids` that exist for the actor.
pub async fn get(store: &Store, actor: &Actor, ids: &[Id]) -> Result<Vec<InitialAccessToken>, TokenError> {
    actor.require(Permission::InitialAccessTokenGet)?;
    Ok(initial_access_tokens::by_ids(store, ids, actor.tenant()).await?)
}

pub async fn query(
    store: &Store,
    actor: &Actor,
    search: Search<initial_access_tokens::Condition, initial_access_tokens::SortBy>,
) -> Result<Found, QueryError> {
    actor.require(Permission::InitialAccessTokenQuery)?;
    Ok(initial_access_tokens::search(store, &actor.within_sight(search)).await?)
}

/// What was registered with a token that the actor was given by [`get`]: so many clients, newest first, and older than `before`.
pub async fn ledger(
    store: &Store,
    token: &InitialAccessToken,
    before: Option<&Id>,
    limit: u32,
) -> Result<Vec<Use>, StoreError> {
    initial_access_tokens::ledger(store, &token.id, before, limit).await
}

/// Mints a token and answers its secret, which is shown this once.
pub async fn create(
    means: Means<'_>,
    actor: &Actor,
    draft: Draft,
) -> Result<(InitialAccessToken, Secret), TokenError> {
    actor.require(Permission::InitialAccessTokenCreate)?;
    actor.require(Permission::OauthClientRegistration)?;
    if actor.tenant().is_some() && draft.member_tenant_id.is_some() {
        return Err(TokenError::TenantFixed);
    }
    let (id, secret) = means.chance.credential(TokenKind::InitialAccessToken, means.now);
    let (minted_by, minted_with) = minter(actor);
    let token = InitialAccessToken {
        id,
        description: draft.description,
        secret_hash: means.hash_key.hash(secret.expose()),
        member_tenant_id: actor.tenant().cloned().or(draft.member_tenant_id),
        minted_by,
        minted_with,
        max_uses: draft.max_uses,
        uses: 0,
        expires_at: draft.expires_at,
        revoked_at: None,
        bounds: draft.bounds,
        created_at: means.now,
        version: 1,
    };
    check(&token)?;
    let mut batch = Batch::new();
    if let Some(tenant) = &token.member_tenant_id {
        batch.push(tenants::take_turn(tenant));
    }
    batch.push(initial_access_tokens::insert(&token)?);
    batch.push(means.created(actor, subject(&token), described::initial_access_token(&token)));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok((token, secret)),
        Outcome::Refused { .. } => Err(TokenError::UnknownTenant),
    }
}

/// Changes what can be said about the token, if it is still at `version`. From a revocation on, nothing is registered with it.
pub async fn update(
    means: Means<'_>,
    actor: &Actor,
    (id, version): (&Id, i64),
    change: Change,
) -> Result<InitialAccessToken, TokenError> {
    actor.require(Permission::InitialAccessTokenUpdate)?;
    let before = find(means.store, actor, id).await?;
    if before.version != version {
        return Err(TokenError::Stale);
    }
    if before.revoked_at.is_some() && !change.is_revoked {
        return Err(TokenError::StaysRevoked);
    }
    // Letting more in, or for longer, is minting.
    let gains_time = match (before.expires_at, change.expires_at) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(before), Some(after)) => after > before,
    };
    if change.max_uses > before.max_uses || gains_time {
        actor.require(Permission::InitialAccessTokenCreate)?;
        actor.require(Permission::OauthClientRegistration)?;
    }
    let token = InitialAccessToken {
        description: change.description,
        max_uses: change.max_uses,
        expires_at: change.expires_at,
        revoked_at: before.revoked_at.or(change.is_revoked.then_some(means.now)),
        ..before.clone()
    };
    check(&token)?;
    let mut batch = Batch::new();
    batch.push(initial_access_tokens::update(&token));
    let sides = (described::initial_access_token(&before), described::initial_access_token(&token));
    batch.push(means.updated(actor, subject(&token), sides));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(InitialAccessToken { version: version + 1, ..token }),
        Outcome::Refused { .. } => Err(TokenError::Stale),
    }
}

pub async fn destroy(means: Means<'_>, actor: &Actor, id: &Id) -> Result<(), TokenError> {
    /// So many clients are named at most.
    const NAMED: u32 = 100;
    actor.require(Permission::InitialAccessTokenDestroy)?;
    let token = find(means.store, actor, id).await?;
    let mut batch = Batch::new();
    batch.push(initial_access_tokens::delete(&token.id));
    batch.push(means.destroyed(actor, subject(&token), described::initial_access_token(&token)));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => {
            let by = initial_access_tokens::linked_to(means.store, id, NAMED).await?;
            Err(if by.is_empty() { TokenError::Unknown } else { TokenError::Linked(by) })
        }
    }
}

/// Who answers for the token, and with which key it was minted.
fn minter(actor: &Actor) -> (Option<Id>, Option<Id>) {
    match &actor.who {
        Who::Host => (None, None),
        Who::Account { account, credential } => {
            let key = match credential {
                Credential::ApiKey(id) | Credential::AppPassword(id) => Some(id.clone()),
                Credential::Password | Credential::AccessToken { .. } => None,
            };
            (Some(account.id.clone()), key)
        }
    }
}

fn check(token: &InitialAccessToken) -> Result<(), TokenError> {
    if !is_line(&token.description, InitialAccessToken::MAX_DESCRIPTION) {
        return Err(TokenError::BadDescription);
    }
    if !(1..=InitialAccessToken::MAX_USES).contains(&token.max_uses) {
        return Err(TokenError::BadMaxUses);
    }
    token.bounds.check().map_err(TokenError::BadBounds)
}

async fn find(store: &Store, actor: &Actor, id: &Id) -> Result<InitialAccessToken, TokenError> {
    let found = initial_access_tokens::by_ids(store, std::slice::from_ref(id), actor.tenant()).await?;
    found.into_iter().next().ok_or(TokenError::Unknown)
}

fn subject(token: &InitialAccessToken) -> Subject<'_> {
    Subject {
        kind: ObjectKind::InitialAccessToken,
        id: token.id.as_str(),
        tenant_id: token.member_tenant_id.as_ref(),
    }
}
