//! Making API keys and revoking them.

use domain::{
    directory::{Account, ApiKey, access::KeyPermissions, permission::Permission},
    id::Id,
    secret::{HashKey, Secret, TokenKind},
    time::Timestamp,
};
use ipnet::IpNet;
use store::{Batch, Outcome, Store, StoreError, api_keys};

use crate::chance::Chance;

/// What a new key shall be.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub description: String,
    pub permissions: KeyPermissions,
    pub allowed_ips: Vec<IpNet>,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    #[error("permissions: the account does not hold {0}; a key cannot have more than its account")]
    NotHeld(Permission),
    #[error("description: must be 1 to 256 characters")]
    BadDescription,
    #[error("ID: there is no such API key")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a key for `account` and answers its secret, which is shown this once.
pub async fn create(
    store: &Store,
    account: &Account,
    new: NewApiKey,
    hash_key: &HashKey,
    chance: &Chance,
    now: Timestamp,
) -> Result<(ApiKey, Secret), ApiKeyError> {
    if new.description.is_empty() || new.description.chars().count() > 256 {
        return Err(ApiKeyError::BadDescription);
    }
    if let KeyPermissions::Replace(wanted) = &new.permissions
        && let Some(missing) = wanted.difference(&account.role.permissions()).next()
    {
        return Err(ApiKeyError::NotHeld(*missing));
    }
    let (id, secret) = chance.credential(TokenKind::ApiKey, now);
    let key = ApiKey {
        id,
        account_id: account.id.clone(),
        description: new.description,
        secret_hash: hash_key.hash(secret.expose()),
        permissions: new.permissions,
        allowed_ips: new.allowed_ips,
        created_at: now,
        expires_at: new.expires_at,
    };
    let mut batch = Batch::new();
    batch.push(api_keys::insert(&key));
    let _ = store.commit(batch).await?;
    Ok((key, secret))
}

/// Revokes the key called `id`, the 26 characters after the prefix of the key itself: its next request is refused.
pub async fn revoke(store: &Store, id: &str) -> Result<(), ApiKeyError> {
    let id = Id::parse(id).ok_or(ApiKeyError::Unknown)?;
    let mut batch = Batch::new();
    batch.push(api_keys::delete(&id));
    match store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(ApiKeyError::Unknown),
    }
}
