//! Seeds of apps that show codes, and the last step of which a code was accepted.

use domain::{id::Id, time::Timestamp};

use crate::{Guard, Query, Statement, Store, StoreError};

/// What an account's codes are made of.
#[derive(Clone, Debug)]
pub struct SealedTotp {
    /// Sealed; it opens nowhere but in the server.
    pub seed: String,
    pub last_step: i64,
    pub created_at: Timestamp,
}

pub async fn of_account(store: &Store, account_id: &Id) -> Result<Option<SealedTotp>, StoreError> {
    let query =
        Query::new("SELECT seed, last_step, created_at FROM totp WHERE account_id = $1", [account_id.into()]);
    let row = store.read_one(query).await?;
    row.map(|row| {
        Ok(SealedTotp { seed: row.text(0)?, last_step: row.int(1)?, created_at: row.timestamp(2)? })
    })
    .transpose()
}

/// Whether codes are asked for when somebody signs in as the account.
pub async fn is_set(store: &Store, account_id: &Id) -> Result<bool, StoreError> {
    let query = Query::new("SELECT account_id FROM totp WHERE account_id = $1", [account_id.into()]);
    Ok(store.read_one(query).await?.is_some())
}

/// From now on these codes are asked for, and no others.
pub fn set(account_id: &Id, totp: &SealedTotp) -> Statement {
    Statement::new(
        "INSERT INTO totp (account_id, seed, last_step, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE SET seed = $2, last_step = $3, created_at = $4",
        [account_id.into(), totp.seed.as_str().into(), totp.last_step.into(), totp.created_at.into()],
    )
}

/// Uses up the codes until `step`: of all that present the same code exactly one succeeds. RFC 6238 §5.2.
pub fn use_step(account_id: &Id, step: i64) -> Statement {
    Statement::new(
        "UPDATE totp SET last_step = $1 WHERE account_id = $2 AND last_step < $1",
        [step.into(), account_id.into()],
    )
    .guarded(Guard::Exactly(1))
}

pub fn delete(account_id: &Id) -> Statement {
    Statement::new("DELETE FROM totp WHERE account_id = $1", [account_id.into()])
}
