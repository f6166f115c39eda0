//! Visits: what the console and the portal hold for a browser, as an OAuth client holds it. A visit ends with the session it belongs to.

use domain::{id::Id, secret::SecretHash, time::Timestamp};

use crate::{Guard, Query, Statement, Store, StoreError};

/// One browser at the console or the portal.
#[derive(Clone, Debug)]
pub struct Visit {
    pub id: Id,
    pub secret_hash: SecretHash,
    /// The session in which it began.
    pub session_id: Id,
    /// The grant that its tokens are of.
    pub grant_id: Id,
    pub tokens: Tokens,
    /// Grows with every refresh; guards concurrent ones.
    pub version: i64,
}

/// What the token endpoint answered. The tokens are sealed by the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub access_expires_at: Timestamp,
}

/// The visit `id`, whatever state its session is in.
pub async fn by_id(store: &Store, id: &Id) -> Result<Option<Visit>, StoreError> {
    let query = Query::new(
        "SELECT id, secret_hash, session_id, access_token, refresh_token, access_expires_at, version, grant_id FROM visits WHERE id = $1",
        [id.into()],
    );
    let row = store.read_one(query).await?;
    row.map(|row| {
        Ok(Visit {
            id: row.id(0)?,
            secret_hash: SecretHash::from_stored(row.text(1)?),
            session_id: row.id(2)?,
            tokens: Tokens {
                access_token: row.text(3)?,
                refresh_token: row.opt_text(4)?,
                access_expires_at: row.timestamp(5)?,
            },
            version: row.int(6)?,
            grant_id: row.id(7)?,
        })
    })
    .transpose()
}

/// Refused when the session has ended meanwhile.
pub fn insert(visit: &Visit, created_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO visits (id, secret_hash, session_id, access_token, refresh_token, access_expires_at, created_at, version,
                             grant_id)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), s.id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT),
                CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS TEXT)
         FROM sessions s WHERE s.id = $9",
        [
            (&visit.id).into(),
            visit.secret_hash.as_str().into(),
            visit.tokens.access_token.as_str().into(),
            visit.tokens.refresh_token.as_deref().into(),
            visit.tokens.access_expires_at.into(),
            created_at.into(),
            visit.version.into(),
            (&visit.grant_id).into(),
            (&visit.session_id).into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// Puts new tokens in the place of those that were read, unless somebody else did so first.
pub fn renew(visit: &Visit, tokens: &Tokens) -> Statement {
    Statement::new(
        "UPDATE visits SET access_token = $1, refresh_token = $2, access_expires_at = $3, version = version + 1
         WHERE id = $4 AND version = $5",
        [
            tokens.access_token.as_str().into(),
            tokens.refresh_token.as_deref().into(),
            tokens.access_expires_at.into(),
            (&visit.id).into(),
            visit.version.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// Takes back what was granted to the visits of a session, which ends.
pub fn revoke_grants_of_session(session_id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1
         WHERE revoked_at IS NULL AND id IN (SELECT grant_id FROM visits WHERE session_id = $2)",
        [now.into(), session_id.into()],
    )
}

/// The same, if the session is one of the account.
pub fn revoke_grants_of_session_of(account_id: &Id, session_id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1
         WHERE revoked_at IS NULL AND account_id = $2 AND id IN (SELECT grant_id FROM visits WHERE session_id = $3)",
        [now.into(), account_id.into(), session_id.into()],
    )
}

/// Takes back what was granted to the visits of all sessions of an account, but for those of one session, if it is named.
pub fn revoke_grants_of_account(account_id: &Id, but: Option<&Id>, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1
         WHERE revoked_at IS NULL AND id IN (
           SELECT v.grant_id FROM visits v JOIN sessions s ON s.id = v.session_id
           WHERE s.account_id = $2 AND s.id <> COALESCE(CAST($3 AS TEXT), ''))",
        [now.into(), account_id.into(), but.into()],
    )
}

/// Ends a visit if it is there.
pub fn delete(id: &Id) -> Statement {
    Statement::new("DELETE FROM visits WHERE id = $1", [id.into()])
}
