//! Signing keys, their private halves sealed.

use domain::time::Timestamp;

use crate::{Guard, Query, Statement, Store, StoreError};

/// A key pair as stored. `id` is the `kid`.
#[derive(Clone, Debug)]
pub struct SigningKeyRow {
    pub id: String,
    /// The JWS name, `ES256`.
    pub algorithm: String,
    /// The public half as JSON.
    pub public_jwk: String,
    /// The private half, sealed under the master key.
    pub private_sealed: String,
    pub created_at: Timestamp,
    /// Published before, signing from here on.
    pub signs_from: Timestamp,
    /// No longer signing; published until every token it signed has expired.
    pub retired_at: Option<Timestamp>,
}

/// All keys, oldest first.
pub async fn all(store: &Store) -> Result<Vec<SigningKeyRow>, StoreError> {
    let query = Query::new(
        "SELECT id, algorithm, public_jwk, private_sealed, created_at, signs_from, retired_at FROM signing_keys ORDER BY created_at, id",
        [],
    );
    let read = |row: &crate::Row| {
        Ok(SigningKeyRow {
            id: row.text(0)?,
            algorithm: row.text(1)?,
            public_jwk: row.text(2)?,
            private_sealed: row.text(3)?,
            created_at: row.timestamp(4)?,
            signs_from: row.timestamp(5)?,
            retired_at: row.opt_timestamp(6)?,
        })
    };
    store.read(query).await?.iter().map(read).collect()
}

/// Conflicts with another key of the algorithm that has no end set, so that of many who make one at the same moment one does.
pub fn insert(key: &SigningKeyRow) -> Statement {
    Statement::new(
        "INSERT INTO signing_keys (id, algorithm, public_jwk, private_sealed, created_at, signs_from, retired_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            key.id.as_str().into(),
            key.algorithm.as_str().into(),
            key.public_jwk.as_str().into(),
            key.private_sealed.as_str().into(),
            key.created_at.into(),
            key.signs_from.into(),
            key.retired_at.into(),
        ],
    )
}

/// The key stops signing at `at`, or sooner if that was decided before.
pub fn retire(id: &str, at: Timestamp) -> Statement {
    Statement::new(
        "UPDATE signing_keys SET retired_at = $1 WHERE id = $2 AND (retired_at IS NULL OR retired_at > $1)",
        [at.into(), id.into()],
    )
}

/// The successor of a key of `algorithm` signs from `at` on, unless it does so sooner.
pub fn bring_forward(algorithm: &str, at: Timestamp) -> Statement {
    Statement::new(
        "UPDATE signing_keys SET signs_from = $1 WHERE algorithm = $2 AND retired_at IS NULL AND signs_from > $1",
        [at.into(), algorithm.into()],
    )
}

/// Forgets the key; refused when there is none.
pub fn delete(id: &str) -> Statement {
    Statement::new("DELETE FROM signing_keys WHERE id = $1", [id.into()]).guarded(Guard::Exactly(1))
}

/// Forgets keys that stopped signing before `before`.
pub fn purge(before: Timestamp) -> Statement {
    Statement::new("DELETE FROM signing_keys WHERE retired_at < $1", [before.into()])
}
