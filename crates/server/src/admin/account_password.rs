//! The own password: changed by whoever knows the old one.

use std::net::IpAddr;

use domain::{
    directory::{Account, permission::Permission},
    secret::Secret,
};
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

/// Sets the actor's own password and ends everything that the old one began, this session included.
pub async fn change(
    means: Means<'_>,
    passwords: &Passwords,
    actor: &Actor,
    current: &Secret,
    new: &Secret,
) -> Result<(), PasswordError> {
    let account = prove(means, passwords, actor, current).await?;
    Ok(commit_password(means, actor, account, new).await?)
}

/// The actor's own account, if it may change how it signs in and `current` is its password.
pub async fn prove<'a>(
    means: Means<'_>,
    passwords: &Passwords,
    actor: &'a Actor,
    current: &Secret,
) -> Result<&'a Account, PasswordError> {
    actor.require(Permission::AccountPasswordUpdate)?;
    let account = actor.account().ok_or(PasswordError::NoAccount)?;
    let stored = accounts::password_hash(means.store, &account.id).await.map_err(AccountError::from)?;
    let source = actor.from.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let attempt = Attempt { name: Some(&account.name), source, now: means.now };
    if !passwords.verify(current.clone(), stored, &attempt).await.map_err(PasswordError::Busy)? {
        return Err(PasswordError::WrongPassword);
    }
    Ok(account)
}
