//! Codes for the day on which the phone is gone: each used once, which the row decides.

use domain::{id::Id, secret::SecretHash, time::Timestamp};

use crate::{Guard, Query, Statement, Store, StoreError};

/// How many nobody used yet.
pub async fn left(store: &Store, account_id: &Id) -> Result<u32, StoreError> {
    let query = Query::new(
        "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL",
        [account_id.into()],
    );
    let row = store.read_one(query).await?;
    row.map_or(Ok(0), |row| Ok(u32::try_from(row.int(0)?).unwrap_or(u32::MAX)))
}

/// Whether the account has this code and nobody used it yet.
pub async fn is_good(store: &Store, account_id: &Id, code_hash: &SecretHash) -> Result<bool, StoreError> {
    let query = Query::new(
        "SELECT account_id FROM recovery_codes WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL",
        [account_id.into(), code_hash.as_str().into()],
    );
    Ok(store.read_one(query).await?.is_some())
}

pub fn insert(account_id: &Id, code_hash: &SecretHash, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO recovery_codes (account_id, code_hash, created_at) VALUES ($1, $2, $3)",
        [account_id.into(), code_hash.as_str().into(), now.into()],
    )
}

/// Exactly one of all that present the code succeeds.
pub fn use_once(account_id: &Id, code_hash: &SecretHash, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE recovery_codes SET used_at = $1 WHERE account_id = $2 AND code_hash = $3 AND used_at IS NULL",
        [now.into(), account_id.into(), code_hash.as_str().into()],
    )
    .guarded(Guard::Exactly(1))
}

pub fn delete_of_account(account_id: &Id) -> Statement {
    Statement::new("DELETE FROM recovery_codes WHERE account_id = $1", [account_id.into()])
}
