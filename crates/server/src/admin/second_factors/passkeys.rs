//! Passkeys: added, renamed and removed by their owner.

use domain::{
    directory::{
        Account, Passkey,
        second_factor::{MAX_PASSKEY_NAME, MOST_PASSKEYS, STEP_LIFE},
    },
    id::Id,
    journal::ObjectKind,
};
use serde_json::{Value, json};
use store::{Batch, Outcome, Statement, StoreError, passkeys};

use super::{FactorError, changeable};
use crate::{
    admin::{
        Means,
        actor::Actor,
        journal::{Subject, moment},
        text::is_line,
    },
    second_factor::{Purpose, RelyingParty, SecondFactors},
};

/// A question to a device, which makes a key if its owner agrees.
#[derive(Debug)]
pub struct KeyOffer {
    /// What `assets/passkey.js` hands to the browser: `PublicKeyCredentialCreationOptionsJSON`.
    pub options: Value,
    /// Goes through the form and comes back with the answer. It opens for this account, for ten minutes, once.
    pub sealed: String,
}

/// Asks for a new passkey for the actor's own account. Nothing changes yet.
pub async fn offer_passkey(
    means: Means<'_>,
    factors: &SecondFactors,
    actor: &Actor,
) -> Result<KeyOffer, FactorError> {
    let account = changeable(means, actor)?;
    let known = passkeys::of_account(means.store, &account.id).await?;
    if known.len() >= MOST_PASSKEYS {
        return Err(FactorError::TooManyPasskeys);
    }
    let question = party(factors)?.ask_for_key(account, &known)?;
    let (id, until) = (means.chance.id(means.now), means.now.plus(STEP_LIFE));
    let whom = account.id.as_str();
    let sealed = factors.seals.seal(Purpose::PasskeyRegistration, whom, &question.state, id, until);
    Ok(KeyOffer { options: question.options, sealed })
}

/// The device's answer: from now on the passkey called `name` signs in as the account.
pub async fn add_passkey(
    means: Means<'_>,
    factors: &SecondFactors,
    actor: &Actor,
    (sealed, answer): (&str, &str),
    name: &str,
) -> Result<Passkey, FactorError> {
    let account = changeable(means, actor)?;
    let name = checked(name)?;
    let (purpose, whom) = (Purpose::PasskeyRegistration, account.id.as_str());
    let opened = factors.seals.open::<String>(purpose, whom, sealed, means.now);
    let opened = opened.ok_or(FactorError::OfferEnded)?;
    let made = party(factors)?.new_key(&opened.content, answer)?;
    let passkey = Passkey {
        id: means.chance.id(means.now),
        account_id: account.id.clone(),
        credential_id: made.credential_id,
        name: name.to_owned(),
        credential: made.credential,
        sign_count: made.sign_count,
        created_at: means.now,
        last_used_at: None,
    };
    let mut batch = Batch::new();
    let spent = batch.push(opened.spend());
    batch.push(passkeys::take_turn(&account.id));
    batch.push(passkeys::insert(&passkey));
    batch.push(passkeys::within_bound(&account.id, MOST_PASSKEYS));
    batch.push(means.created(actor, subject(account, &passkey), described(&passkey)));
    match means.store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(passkey),
        Ok(Outcome::Refused { step }) if step == spent => Err(FactorError::OfferEnded),
        Ok(Outcome::Refused { .. }) => Err(FactorError::TooManyPasskeys),
        Err(StoreError::Conflict) => Err(FactorError::PasskeyTaken),
        Err(error) => Err(error.into()),
    }
}

pub async fn rename_passkey(
    means: Means<'_>,
    actor: &Actor,
    id: &Id,
    name: &str,
) -> Result<Passkey, FactorError> {
    let account = changeable(means, actor)?;
    let name = checked(name)?;
    let before = find(means, account, id).await?;
    let after = Passkey { name: name.to_owned(), ..before.clone() };
    let mut batch = Batch::new();
    batch.push(passkeys::rename(id, &account.id, name));
    batch.push(means.updated(actor, subject(account, &after), (described(&before), described(&after))));
    let is_there = means.store.commit(batch).await?.is_committed();
    if is_there { Ok(after) } else { Err(FactorError::UnknownPasskey) }
}

/// The passkey signs nobody in any more, unless nothing else would.
pub async fn remove_passkey(means: Means<'_>, actor: &Actor, id: &Id) -> Result<(), FactorError> {
    let account = changeable(means, actor)?;
    let passkey = find(means, account, id).await?;
    let mut batch = Batch::new();
    batch.push(passkeys::take_turn(&account.id));
    let removed = batch.push(passkeys::delete(id, &account.id));
    batch.push(passkeys::leaves_a_way_in(&account.id));
    batch.push(destroyed(means, actor, account, &passkey));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { step } if step == removed => Err(FactorError::UnknownPasskey),
        Outcome::Refused { .. } => Err(FactorError::LastWayIn),
    }
}

/// Tells the journal that it is gone.
pub(super) fn destroyed(means: Means<'_>, actor: &Actor, account: &Account, passkey: &Passkey) -> Statement {
    means.destroyed(actor, subject(account, passkey), described(passkey))
}

async fn find(means: Means<'_>, account: &Account, id: &Id) -> Result<Passkey, FactorError> {
    let mut all = passkeys::of_account(means.store, &account.id).await?.into_iter();
    all.find(|passkey| passkey.id == *id).ok_or(FactorError::UnknownPasskey)
}

fn party(factors: &SecondFactors) -> Result<&RelyingParty, FactorError> {
    factors.relying_party.as_ref().ok_or(FactorError::NoPasskeysHere)
}

fn checked(name: &str) -> Result<&str, FactorError> {
    let name = name.trim();
    if is_line(name, MAX_PASSKEY_NAME) { Ok(name) } else { Err(FactorError::BadName) }
}

fn subject<'a>(account: &'a Account, passkey: &'a Passkey) -> Subject<'a> {
    Subject {
        kind: ObjectKind::Passkey,
        id: passkey.id.as_str(),
        tenant_id: account.member_tenant_id.as_ref(),
    }
}

fn described(passkey: &Passkey) -> Value {
    json!({
        "accountId": passkey.account_id,
        "description": passkey.name,
        "createdAt": moment(passkey.created_at),
    })
}
