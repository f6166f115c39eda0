//! Codes of an app, and recovery codes with them.

use domain::{
    directory::{Account, recovery_code::HOW_MANY, second_factor::STEP_LIFE, totp},
    secret::Secret,
};
use serde_json::json;
use store::{Batch, recovery_codes, totp::SealedTotp};

use super::{FactorError, changeable, fresh_codes, subject};
use crate::{
    admin::{Means, actor::Actor, journal::moment},
    second_factor::{Purpose, SecondFactors},
};

/// A seed that is shown once and counts when the app's first code comes back.
#[derive(Debug)]
pub struct TotpOffer {
    /// For people who type: base32.
    pub seed: Secret,
    /// For the picture: `otpauth://totp/…`.
    pub url: Secret,
    /// Goes through the form and comes back with the code. It opens for this account, for ten minutes, once.
    pub sealed: String,
}

/// Makes a seed for the actor's own account. Nothing changes yet.
pub fn offer_totp(
    means: Means<'_>,
    factors: &SecondFactors,
    actor: &Actor,
) -> Result<TotpOffer, FactorError> {
    let account = changeable(means, actor)?;
    let seed = SecondFactors::new_seed();
    let (id, until) = (means.chance.id(means.now), means.now.plus(STEP_LIFE));
    let sealed = factors.seals.seal(Purpose::Totp, account.id.as_str(), &seed, id, until);
    shown(factors, account, &seed, sealed)
}

/// An offer that was made to the actor, once more: the code that came back was wrong.
pub fn show_again(
    means: Means<'_>,
    factors: &SecondFactors,
    actor: &Actor,
    sealed: &str,
) -> Result<TotpOffer, FactorError> {
    let account = changeable(means, actor)?;
    let opened = factors.seals.open::<Vec<u8>>(Purpose::Totp, account.id.as_str(), sealed, means.now);
    shown(factors, account, &opened.ok_or(FactorError::OfferEnded)?.content, sealed.to_owned())
}

fn shown(
    factors: &SecondFactors,
    account: &Account,
    seed: &[u8],
    sealed: String,
) -> Result<TotpOffer, FactorError> {
    let url = factors.totp(seed, account).and_then(|totp| totp.url()).ok_or(FactorError::OfferEnded)?;
    Ok(TotpOffer { seed: totp::spelled(seed), url, sealed })
}

/// The app's first code is right: from now on a sign-in with the password asks for one. In place of codes that were asked for before.
/// Answers ten recovery codes, which are shown this once.
pub async fn confirm_totp(
    means: Means<'_>,
    factors: &SecondFactors,
    actor: &Actor,
    sealed: &str,
    code: &str,
) -> Result<Vec<Secret>, FactorError> {
    let account = changeable(means, actor)?;
    let opened = factors.seals.open::<Vec<u8>>(Purpose::Totp, account.id.as_str(), sealed, means.now);
    let opened = opened.ok_or(FactorError::OfferEnded)?;
    let totp = factors.totp(&opened.content, account).ok_or(FactorError::OfferEnded)?;
    let last_step = totp.check(code, 0, means.now).map_err(|_| FactorError::WrongCode)?;
    let had = store::totp::is_set(means.store, &account.id).await?;
    let seed = factors.seal_seed(&account.id, &opened.content);
    let (codes, statements) = fresh_codes(means, account);
    let mut batch = Batch::new();
    batch.push(opened.spend());
    batch.push(store::totp::set(&account.id, &SealedTotp { seed, last_step, created_at: means.now }));
    batch.extend(statements);
    let since = moment(means.now);
    let after = json!({ "otpAuth": true, "since": since, "recoveryCodes": HOW_MANY });
    batch.push(means.updated(actor, subject(account), (json!({ "otpAuth": had }), after)));
    if means.store.commit(batch).await?.is_committed() { Ok(codes) } else { Err(FactorError::OfferEnded) }
}

/// A seed that another program made and showed: `otpauth://totp/…`. The recovery codes of before are worth nothing any more; new ones are made
/// by [`new_recovery_codes`].
pub async fn set_totp(
    means: Means<'_>,
    factors: &SecondFactors,
    actor: &Actor,
    url: &Secret,
) -> Result<(), FactorError> {
    let account = changeable(means, actor)?;
    let seed = totp::seed_of(url.expose()).ok_or(FactorError::BadSeed)?;
    let had = store::totp::is_set(means.store, &account.id).await?;
    let seed = factors.seal_seed(&account.id, &seed);
    let mut batch = Batch::new();
    batch.push(store::totp::set(&account.id, &SealedTotp { seed, last_step: 0, created_at: means.now }));
    batch.push(recovery_codes::delete_of_account(&account.id));
    let after = json!({ "otpAuth": true, "since": moment(means.now), "recoveryCodes": 0 });
    batch.push(means.updated(actor, subject(account), (json!({ "otpAuth": had }), after)));
    let _ = means.store.commit(batch).await?;
    Ok(())
}

/// No codes are asked for any more, and the recovery codes are worth nothing.
pub async fn remove_totp(means: Means<'_>, actor: &Actor) -> Result<(), FactorError> {
    let account = changeable(means, actor)?;
    if !store::totp::is_set(means.store, &account.id).await? {
        return Err(FactorError::TotpNotSet);
    }
    let left = recovery_codes::left(means.store, &account.id).await?;
    let mut batch = Batch::new();
    batch.push(store::totp::delete(&account.id));
    batch.push(recovery_codes::delete_of_account(&account.id));
    let sides =
        (json!({ "otpAuth": true, "recoveryCodes": left }), json!({ "otpAuth": false, "recoveryCodes": 0 }));
    batch.push(means.updated(actor, subject(account), sides));
    let _ = means.store.commit(batch).await?;
    Ok(())
}

/// Ten new recovery codes, shown this once. The old ones are worth nothing any more.
pub async fn new_recovery_codes(means: Means<'_>, actor: &Actor) -> Result<Vec<Secret>, FactorError> {
    let account = changeable(means, actor)?;
    if !store::totp::is_set(means.store, &account.id).await? {
        return Err(FactorError::TotpNotSet);
    }
    let left = recovery_codes::left(means.store, &account.id).await?;
    let (codes, statements) = fresh_codes(means, account);
    let mut batch = Batch::new();
    batch.extend(statements);
    let made = moment(means.now);
    let sides =
        (json!({ "recoveryCodes": left }), json!({ "recoveryCodes": HOW_MANY, "recoveryCodesSince": made }));
    batch.push(means.updated(actor, subject(account), sides));
    let _ = means.store.commit(batch).await?;
    Ok(codes)
}
