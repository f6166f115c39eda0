//! What accounts sign in with beside a password: their owners' to add and to take away, and an administrator's to take away when a phone is
//! lost.
//!
//! Every change needs somebody who signed in a moment ago. It ends no session and no grant; the journal tells of it.

mod passkeys;
mod totp;

use domain::{
    directory::{Account, Factors, permission::Permission, recovery_code, second_factor},
    id::Id,
    journal::ObjectKind,
    secret::Secret,
};
use serde_json::json;
use store::{Batch, Statement, Store, StoreError, accounts, code_tries, recovery_codes};

pub use self::passkeys::{KeyOffer, add_passkey, offer_passkey, remove_passkey, rename_passkey};
pub use self::totp::{
    TotpOffer, confirm_totp, new_recovery_codes, offer_totp, remove_totp, set_totp, show_again,
};
use super::{
    Means,
    accounts::{AccountError, touchable},
    actor::{Actor, Forbidden},
    journal::Subject,
};
use crate::{chance, second_factor::AnswerRefusal};

#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("only an account has second factors")]
    NoAccount,
    /// The person must sign in once more, then the same is possible.
    #[error("sign in again: this needs a sign-in of the last ten minutes")]
    SignInAgain,
    #[error("there is no such passkey")]
    UnknownPasskey,
    #[error("name: must be 1 to 64 characters on one line")]
    BadName,
    #[error("the account has as many passkeys as it may have")]
    TooManyPasskeys,
    #[error("the passkey belongs to an account already")]
    PasskeyTaken,
    #[error("passkeys need a server with a name; this one is called by its address")]
    NoPasskeysHere,
    #[error(transparent)]
    Answer(#[from] AnswerRefusal),
    /// What was shown took too long to be answered, was answered already, or was shown to somebody else.
    #[error("this took too long; begin again")]
    OfferEnded,
    #[error("the code is wrong")]
    WrongCode,
    #[error(
        "must be an otpauth://totp address with SHA1, 6 digits, 30 seconds and a secret of at least 160 bits"
    )]
    BadSeed,
    #[error("no codes are asked for")]
    TotpNotSet,
    #[error("this is the only way in that the account has; set a password first")]
    LastWayIn,
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the actor's own account signs in with.
pub async fn own(store: &Store, actor: &Actor) -> Result<Factors, FactorError> {
    actor.require(Permission::AccountPasswordGet)?;
    let account = actor.account().ok_or(FactorError::NoAccount)?;
    factors(store, &account.id).await
}

/// What an account signs in with that the actor may change: for a page that offers [`reset`].
pub async fn of(store: &Store, actor: &Actor, id: &Id) -> Result<Factors, FactorError> {
    actor.require(Permission::AccountGet)?;
    let entry = touchable(store, actor, id).await?;
    factors(store, &entry.account.id).await
}

/// Takes all second factors of an account away: whoever lost the phone signs in with the password alone.
pub async fn reset(means: Means<'_>, actor: &Actor, id: &Id) -> Result<Factors, FactorError> {
    actor.require(Permission::AccountUpdate)?;
    let account = touchable(means.store, actor, id).await?.account;
    require_recent(means, actor)?;
    let before = factors(means.store, id).await?;
    let mut batch = Batch::new();
    batch.push(store::passkeys::delete_of_account(id));
    batch.push(store::totp::delete(id));
    batch.push(recovery_codes::delete_of_account(id));
    batch.push(code_tries::forget(id));
    for passkey in &before.passkeys {
        batch.push(passkeys::destroyed(means, actor, &account, passkey));
    }
    let had = json!({ "otpAuth": before.totp_since.is_some(), "recoveryCodes": before.recovery_codes });
    let sides = (had, json!({ "otpAuth": false, "recoveryCodes": 0 }));
    batch.push(means.updated(actor, subject(&account), sides));
    let _ = means.store.commit(batch).await?;
    Ok(before)
}

async fn factors(store: &Store, id: &Id) -> Result<Factors, FactorError> {
    Ok(Factors {
        has_password: accounts::password_hash(store, id).await?.is_some(),
        totp_since: store::totp::of_account(store, id).await?.map(|totp| totp.created_at),
        recovery_codes: recovery_codes::left(store, id).await?,
        passkeys: store::passkeys::of_account(store, id).await?,
    })
}

/// The actor's own account, if the actor may change what it signs in with, and signed in a moment ago.
fn changeable<'a>(means: Means<'_>, actor: &'a Actor) -> Result<&'a Account, FactorError> {
    actor.require(Permission::AccountPasswordUpdate)?;
    let account = actor.account().ok_or(FactorError::NoAccount)?;
    require_recent(means, actor)?;
    Ok(account)
}

fn require_recent(means: Means<'_>, actor: &Actor) -> Result<(), FactorError> {
    if actor.is_host() || second_factor::is_recent(actor.signed_in_at, means.now) {
        Ok(())
    } else {
        Err(FactorError::SignInAgain)
    }
}

/// Ten new codes in place of all others, and what to commit.
fn fresh_codes(means: Means<'_>, account: &Account) -> (Vec<Secret>, Vec<Statement>) {
    let codes: Vec<_> =
        (0..recovery_code::HOW_MANY).map(|_| recovery_code::spelled(chance::bytes())).collect();
    let hashes =
        codes.iter().filter_map(|code| recovery_code::hash(means.hash_key, &account.id, code.expose()));
    let inserts = hashes.map(|hash| recovery_codes::insert(&account.id, &hash, means.now));
    let statements = std::iter::once(recovery_codes::delete_of_account(&account.id)).chain(inserts).collect();
    (codes, statements)
}

/// How the journal calls what an account signs in with.
fn subject(account: &Account) -> Subject<'_> {
    Subject {
        kind: ObjectKind::AccountPassword,
        id: account.id.as_str(),
        tenant_id: account.member_tenant_id.as_ref(),
    }
}
