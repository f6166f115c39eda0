//! Access tokens live outside the store; only those revoked before their time are remembered, until they would have expired.

use domain::time::Timestamp;

use crate::{Query, Statement, Store, StoreError};

pub async fn is_revoked(store: &Store, jti: &str) -> Result<bool, StoreError> {
    let query = Query::new("SELECT expires_at FROM revoked_access_tokens WHERE jti = $1", [jti.into()]);
    Ok(store.read_one(query).await?.is_some())
}

pub fn revoke(jti: &str, expires_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING",
        [jti.into(), expires_at.into()],
    )
}
