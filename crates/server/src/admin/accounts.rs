//! Creating accounts and setting their passwords.

use domain::{
    directory::{Account, Role},
    secret::Secret,
    time::Timestamp,
};
use store::{Batch, Store, StoreError, accounts, grants, sessions};

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

/// Sets a new password and ends everything that the old one began: sessions, and what applications were allowed. RFC 9700 §4.14.
pub async fn set_password(
    store: &Store,
    name: &str,
    password: &Secret,
    now: Timestamp,
) -> Result<(), AccountError> {
    let account = find(store, name).await?;
    check_password(password)?;
    let mut batch = Batch::new();
    batch.push(accounts::set_password(&account.id, &password::hash_blocking(password)));
    end_everything(&mut batch, &account, now);
    let _ = store.commit(batch).await?;
    Ok(())
}

/// A disabled account may do nothing; what it had going ends, and does not come back with it.
pub async fn set_enabled(
    store: &Store,
    name: &str,
    is_enabled: bool,
    now: Timestamp,
) -> Result<(), AccountError> {
    let account = find(store, name).await?;
    let mut batch = Batch::new();
    batch.push(accounts::set_enabled(&account.id, is_enabled));
    if !is_enabled {
        end_everything(&mut batch, &account, now);
    }
    let _ = store.commit(batch).await?;
    Ok(())
}

fn end_everything(batch: &mut Batch, account: &Account, now: Timestamp) {
    batch.push(sessions::delete_of_account(&account.id));
    batch.push(grants::revoke_of_account(&account.id, now));
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
