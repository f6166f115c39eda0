//! Making sure there are keys to sign with, and replacing them without anybody noticing.

use std::time::Duration;

use domain::{
    directory::permission::Permission, jose::Algorithm, journal::ObjectKind, settings::OidcProvider,
    time::Timestamp,
};
use serde_json::{Value, json};
use store::{
    Batch, Outcome, Store, StoreError,
    signing_keys::{self, SigningKeyRow},
};

use super::{
    actor::{Actor, Forbidden},
    journal::{self, Subject},
};
use crate::{
    chance::Chance,
    keys::{
        Sealer,
        generate::generate,
        ring::{ALWAYS_THERE, KeyError},
    },
};

/// For so long a new key is published before it signs: longer than anybody may cache the key set.
pub const PUBLISHED_BEFORE: Duration = Duration::from_mins(10);

/// After this every node has read a new key, which it does twice a second.
pub const PUBLISHED_BY_ALL_AFTER: Duration = Duration::from_secs(2);

/// For so long others may cache the key set.
pub const JWKS_MAX_AGE: Duration = Duration::from_mins(5);

#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("KID: there is no such key")]
    Unknown,
    #[error("keys: somebody else changed them at this moment; look at them and try again")]
    Collided,
}

/// Makes a key for every algorithm that has none: ES256 and RS256 always, and what the settings ask for. Of several nodes that do so at
/// once one makes it. The first keys sign at once; one that comes later, when every node publishes it.
pub async fn ensure(
    store: &Store,
    sealer: &Sealer,
    settings: &OidcProvider,
    actor: &Actor,
    chance: &Chance,
    now: Timestamp,
) -> Result<(), RotationError> {
    let mut wanted = vec![ALWAYS_THERE, Algorithm::Rs256];
    if !wanted.contains(&settings.signature_algorithm) {
        wanted.push(settings.signature_algorithm);
    }
    loop {
        let existing = signing_keys::all(store).await?;
        let is_there = |algorithm: &&Algorithm| {
            existing.iter().any(|row| row.algorithm == algorithm.as_str() && row.retired_at.is_none())
        };
        let signs_from = if existing.is_empty() { now } else { now.plus(PUBLISHED_BY_ALL_AFTER) };
        let mut batch = Batch::new();
        for algorithm in wanted.iter().filter(|algorithm| !is_there(algorithm)) {
            let key = generate(*algorithm, sealer, now, signs_from)?;
            batch.push(signing_keys::insert(&key));
            batch.push(journal::created(actor, subject(&key), told(&key), chance, now));
        }
        match store.commit(batch).await {
            Ok(_) => return Ok(()),
            // Another node was faster, with all of them or with some.
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Every key, oldest first, as the provider's settings are read.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<SigningKeyRow>, RotationError> {
    actor.require(Permission::OidcProviderGet)?;
    Ok(signing_keys::all(store).await?)
}

/// A successor for every signing key: published now, signing after [`PUBLISHED_BEFORE`], when the old ones stop. `at_once` skips the
/// waiting. Answers the new keys.
pub async fn rotate(
    store: &Store,
    sealer: &Sealer,
    at_once: bool,
    actor: &Actor,
    chance: &Chance,
    now: Timestamp,
) -> Result<Vec<SigningKeyRow>, RotationError> {
    actor.require(Permission::OidcProviderUpdate)?;
    let signs_from = if at_once { now } else { now.plus(PUBLISHED_BEFORE) };
    let mut batch = Batch::new();
    let mut made = Vec::new();
    for row in signing_keys::all(store).await? {
        if row.retired_at.is_none_or(|at| at > signs_from) {
            batch.push(signing_keys::retire(&row.id, signs_from));
            let retired = SigningKeyRow { retired_at: Some(signs_from), ..row.clone() };
            batch.push(journal::updated(
                actor,
                subject(&row),
                (told(&row), told(&retired)),
                None,
                chance,
                now,
            ));
        }
        if row.retired_at.is_none() {
            let algorithm = Algorithm::parse(&row.algorithm).ok_or(KeyError::Unusable)?;
            let next = generate(algorithm, sealer, now, signs_from)?;
            batch.push(signing_keys::insert(&next));
            batch.push(journal::created(actor, subject(&next), told(&next), chance, now));
            made.push(next);
        }
    }
    change(store, batch).await?;
    Ok(made)
}

/// Forgets the key called `id`, as one that leaked must be: nothing that it signed is good any more. If no successor of it was made
/// before, one is made in the same act; it signs at once where the key did.
pub async fn revoke(
    store: &Store,
    sealer: &Sealer,
    id: &str,
    actor: &Actor,
    chance: &Chance,
    now: Timestamp,
) -> Result<(), RotationError> {
    actor.require(Permission::OidcProviderUpdate)?;
    let keys = signing_keys::all(store).await?;
    let key = keys.iter().find(|key| key.id == id).ok_or(RotationError::Unknown)?;
    let mut batch = Batch::new();
    batch.push(signing_keys::delete(&key.id));
    batch.push(journal::destroyed(actor, subject(key), told(key), chance, now));
    match key.retired_at {
        Some(end) if end <= now => {}
        Some(_) => {
            batch.push(signing_keys::bring_forward(&key.algorithm, now));
            let waits = |next: &&SigningKeyRow| {
                next.algorithm == key.algorithm && next.retired_at.is_none() && next.signs_from > now
            };
            if let Some(next) = keys.iter().find(waits) {
                let signing = SigningKeyRow { signs_from: now, ..next.clone() };
                let sides = (told(next), told(&signing));
                batch.push(journal::updated(actor, subject(next), sides, None, chance, now));
            }
        }
        None => {
            let algorithm = Algorithm::parse(&key.algorithm).ok_or(KeyError::Unusable)?;
            let next = generate(algorithm, sealer, now, now.max(key.signs_from))?;
            batch.push(signing_keys::insert(&next));
            batch.push(journal::created(actor, subject(&next), told(&next), chance, now));
        }
    }
    change(store, batch).await
}

fn subject(key: &SigningKeyRow) -> Subject<'_> {
    Subject { kind: ObjectKind::SigningKey, id: &key.id, tenant_id: None }
}

fn told(key: &SigningKeyRow) -> Value {
    json!({
        "algorithm": key.algorithm,
        "signsFrom": journal::moment(key.signs_from),
        "retiredAt": key.retired_at.map(journal::moment),
    })
}

/// A conflict or a refusal means that the keys are no longer those that the batch was made from.
async fn change(store: &Store, batch: Batch) -> Result<(), RotationError> {
    match store.commit(batch).await {
        Ok(Outcome::Committed) => Ok(()),
        Ok(Outcome::Refused { .. }) | Err(StoreError::Conflict) => Err(RotationError::Collided),
        Err(error) => Err(error.into()),
    }
}

/// When a key that stopped signing may be forgotten: no token of it lives any more.
pub fn forgotten_before(settings: &OidcProvider, now: Timestamp) -> Timestamp {
    let longest = settings.access_token_expiry.max(settings.id_token_expiry);
    now.minus(longest).minus(JWKS_MAX_AGE)
}
