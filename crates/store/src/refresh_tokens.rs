//! Refresh tokens: a chain per grant, in which exactly one is live.

use domain::{
    grant::refresh_token::{RefreshToken, Successor},
    id::Id,
    secret::SecretHash,
    time::Timestamp,
};

use crate::{
    Guard, Query, Statement, Store, StoreError,
    grants::{GRANT_COLUMNS, grant_columns, read_grant},
};

/// The token `id` with its grant and successor, and the hash that its whole text must match.
pub async fn by_id(store: &Store, id: &Id) -> Result<Option<(RefreshToken, SecretHash)>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        grant_columns!(),
        ", t.id, t.secret_hash, t.expires_at, t.used_at, NULLIF(t.successor_id, t.id), n.id
         FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id JOIN accounts ON accounts.id = g.account_id
         LEFT JOIN refresh_tokens n ON n.id = NULLIF(t.successor_id, t.id) AND n.successor_id <> n.id
         WHERE t.id = $1"
    );
    const FIRST: usize = GRANT_COLUMNS;
    let book = store.rolebook().await?;
    let row = store.read_one(Query::new(SQL, [id.into()])).await?;
    row.map(|row| {
        let is_successor_used = row.opt_text_ref(FIRST + 5)?.is_some();
        let successor = row.opt_id(FIRST + 4)?.map(|id| Successor { id, is_used: is_successor_used });
        let token = RefreshToken {
            grant: read_grant(&row, &book)?,
            id: row.id(FIRST)?,
            expires_at: row.timestamp(FIRST + 2)?,
            used_at: successor.is_some().then(|| row.timestamp(FIRST + 3)).transpose()?,
            successor,
        };
        Ok((token, SecretHash::from_stored(row.text(FIRST + 1)?)))
    })
    .transpose()
}

/// The first token of a grant, or the successor of one: only while the grant is not revoked, so that a revocation that is
/// being committed elsewhere cannot be overtaken.
pub fn insert(
    id: &Id,
    secret_hash: &SecretHash,
    grant_id: &Id,
    now: Timestamp,
    expires_at: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO refresh_tokens (id, secret_hash, grant_id, created_at, expires_at, used_at, successor_id)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), grants.id, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($3 AS BIGINT),
                CAST($1 AS TEXT)
         FROM grants WHERE grants.id = $5 AND grants.revoked_at IS NULL",
        [id.into(), secret_hash.as_str().into(), now.into(), expires_at.into(), grant_id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// Spends the token in favour of `successor`: exactly one of all that try succeeds.
pub fn rotate(id: &Id, successor: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE refresh_tokens SET used_at = $1, successor_id = $2 WHERE id = $3 AND successor_id = id",
        [now.into(), successor.into(), id.into()],
    )
    .guarded(Guard::Exactly(1))
}
