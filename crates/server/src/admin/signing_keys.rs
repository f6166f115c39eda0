//! Making sure there are keys to sign with, and replacing them without anybody noticing.

use std::time::Duration;

use domain::{jose::Algorithm, settings::OidcProvider, time::Timestamp};
use store::{
    Batch, Store, StoreError,
    signing_keys::{self, SigningKeyRow},
};

use crate::keys::{Sealer, generate::generate, ring::KeyError};

/// For so long a new key is published before it signs: longer than anybody may cache the key set.
pub const PUBLISHED_BEFORE: Duration = Duration::from_mins(10);

/// For so long others may cache the key set.
pub const JWKS_MAX_AGE: Duration = Duration::from_mins(5);

#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Makes a key, signing at once, for every algorithm that has none: ES256 and RS256 always, and what the settings ask for.
pub async fn ensure(
    store: &Store,
    sealer: &Sealer,
    settings: &OidcProvider,
    now: Timestamp,
) -> Result<(), RotationError> {
    let existing = signing_keys::all(store).await?;
    let mut batch = Batch::new();
    let mut wanted = vec![Algorithm::Es256, Algorithm::Rs256];
    if !wanted.contains(&settings.signature_algorithm) {
        wanted.push(settings.signature_algorithm);
    }
    for algorithm in wanted {
        let is_there = |row: &SigningKeyRow| row.algorithm == algorithm.as_str() && row.retired_at.is_none();
        if !existing.iter().any(is_there) {
            batch.push(signing_keys::insert(&generate(algorithm, sealer, now, now)?));
        }
    }
    if !batch.is_empty() {
        let _ = store.commit(batch).await?;
    }
    Ok(())
}

/// A successor for every signing key: published now, signing after [`PUBLISHED_BEFORE`], when the old ones stop. `at_once` skips the
/// waiting, for a key that leaked. Answers the new keys.
pub async fn rotate(
    store: &Store,
    sealer: &Sealer,
    at_once: bool,
    now: Timestamp,
) -> Result<Vec<SigningKeyRow>, RotationError> {
    let signs_from = if at_once { now } else { now.plus(PUBLISHED_BEFORE) };
    let mut batch = Batch::new();
    let mut made = Vec::new();
    for row in signing_keys::all(store).await? {
        if row.retired_at.is_none_or(|at| at > signs_from) {
            batch.push(signing_keys::retire(&row.id, signs_from));
        }
        if row.retired_at.is_none() {
            let algorithm = Algorithm::parse(&row.algorithm).ok_or(KeyError::Unusable)?;
            let next = generate(algorithm, sealer, now, signs_from)?;
            batch.push(signing_keys::insert(&next));
            made.push(next);
        }
    }
    let _ = store.commit(batch).await?;
    Ok(made)
}

/// When a key that stopped signing may be forgotten: no token of it lives any more.
pub fn forgotten_before(settings: &OidcProvider, now: Timestamp) -> Timestamp {
    let longest = settings.access_token_expiry.max(settings.id_token_expiry);
    now.minus(longest).minus(JWKS_MAX_AGE)
}
