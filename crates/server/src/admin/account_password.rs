//! The own password: changed by whoever knows the old one.

use std::net::IpAddr;

use domain::{directory::permission::Permission, secret::Secret};
use store::accounts;

use super::{
    Means,
    accounts::{AccountError, commit_password},
    actor::{Actor, Forbidden},
};
use crate::password::{Attempt, Busy, Passwords};

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("accountId: only an account has a password")]
    NoAccount,
    #[error("currentSecret: is not the password of the account")]
    WrongPassword,
    #[error("currentSecret: too many passwords are being checked; try again in a moment")]
    Busy(Busy),
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Whether the actor's account signs in with a password at all.
pub async fn is_set(means: Means<'_>, actor: &Actor) -> Result<bool, PasswordError> {
    actor.require(Permission::AccountPasswordGet)?;
    let account = actor.account().ok_or(PasswordError::NoAccount)?;
    Ok(accounts::password_hash(means.store, &account.id).await.map_err(AccountError::from)?.is_some())
}

/// Sets the actor's own password and ends everything that the old one began, this session included.
pub async fn change(
    means: Means<'_>,
    passwords: &Passwords,
    actor: &Actor,
    current: &Secret,
    new: &Secret,
) -> Result<(), PasswordError> {
    actor.require(Permission::AccountPasswordUpdate)?;
    let account = actor.account().ok_or(PasswordError::NoAccount)?;
    let stored = accounts::password_hash(means.store, &account.id).await.map_err(AccountError::from)?;
    let source = actor.from.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let attempt = Attempt { name: Some(&account.name), source };
    if !passwords.verify(current.clone(), stored, &attempt).await.map_err(PasswordError::Busy)? {
        return Err(PasswordError::WrongPassword);
    }
    Ok(commit_password(means, actor, account, new).await?)
}
