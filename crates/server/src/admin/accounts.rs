//! Creating accounts and setting their passwords.

use domain::{
    directory::{Account, Role},
    secret::Secret,
    time::Timestamp,
};
use store::{Batch, Store, StoreError, accounts};

use crate::{chance::Chance, password};

/// The shortest password that is accepted, in characters.
pub const MIN_PASSWORD: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("name: must be 1 to 128 characters without spaces and control characters")]
    BadName,
    #[error("name: is taken")]
    NameTaken,
    #[error("password: must have at least 8 characters and at most 1024 bytes")]
    BadPassword,
    #[error("name: there is no such account")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Creates an account that signs in with `password`. Hashing takes tens of milliseconds.
pub async fn create(
    store: &Store,
    name: &str,
    role: Role,
    password: &Secret,
    chance: &Chance,
    now: Timestamp,
) -> Result<Account, AccountError> {
    let name = Account::canonical_name(name).ok_or(AccountError::BadName)?;
    check_password(password)?;
    let account = Account {
        id: chance.id(now),
        name,
        description: None,
        email: None,
        locale: None,
        role,
        is_enabled: true,
        created_at: now,
    };
    let mut batch = Batch::new();
    batch.push(accounts::insert(&account, Some(&password::hash_blocking(password))));
    match store.commit(batch).await {
        Ok(_) => Ok(account),
        Err(StoreError::Conflict) => Err(AccountError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

pub async fn set_password(store: &Store, name: &str, password: &Secret) -> Result<(), AccountError> {
    let account = find(store, name).await?;
    check_password(password)?;
    let mut batch = Batch::new();
    batch.push(accounts::set_password(&account.id, &password::hash_blocking(password)));
    let _ = store.commit(batch).await?;
    Ok(())
}

/// A disabled account keeps everything and may do nothing; its tokens are refused wherever this server is asked.
pub async fn set_enabled(store: &Store, name: &str, is_enabled: bool) -> Result<(), AccountError> {
    let account = find(store, name).await?;
    let mut batch = Batch::new();
    batch.push(accounts::set_enabled(&account.id, is_enabled));
    let _ = store.commit(batch).await?;
    Ok(())
}

pub async fn find(store: &Store, name: &str) -> Result<Account, AccountError> {
    let name = Account::canonical_name(name).ok_or(AccountError::Unknown)?;
    let (account, _) = accounts::by_name(store, &name).await?.ok_or(AccountError::Unknown)?;
    Ok(account)
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
