//! What was sealed into a page, came back, and is used up.

use domain::{id::Id, time::Timestamp};

use crate::{Guard, Query, Statement, Store, StoreError};

pub async fn is_spent(store: &Store, id: &Id) -> Result<bool, StoreError> {
    Ok(store.read_one(Query::new("SELECT id FROM spent_seals WHERE id = $1", [id.into()])).await?.is_some())
}

/// Uses it up; refused when it is used up already. `expires_at` is when it would have ended by itself.
pub fn spend(id: &Id, expires_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO spent_seals (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        [id.into(), expires_at.into()],
    )
    .guarded(Guard::Exactly(1))
}
