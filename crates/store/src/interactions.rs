//! Authorization requests that wait for a signed-in person to decide.

use domain::{authorize::request::AuthorizationRequest, id::Id, time::Timestamp};

use crate::{Guard, Query, Statement, Store, StoreError};

/// A request waiting for one decision by the person of one session.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: Id,
    pub session_id: Id,
    pub request: AuthorizationRequest,
    /// The person signed in for this very request.
    pub is_fresh_login: bool,
    pub is_account_chosen: bool,
    pub expires_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// So many requests may wait in one session; a page that opens ever more of them fills no table.
pub const MOST_OF_A_SESSION: i64 = 20;

pub async fn by_id(store: &Store, id: &Id) -> Result<Option<Interaction>, StoreError> {
    let query = Query::new(
        "SELECT id, session_id, request, is_fresh_login, is_account_chosen, expires_at, decided_at FROM interactions WHERE id = $1",
        [id.into()],
    );
    let row = store.read_one(query).await?;
    row.map(|row| {
        Ok(Interaction {
            id: row.id(0)?,
            session_id: row.id(1)?,
            request: serde_json::from_str(row.text_ref(2)?)
                .map_err(|_| StoreError::corrupt("an interaction"))?,
            is_fresh_login: row.bool(3)?,
            is_account_chosen: row.bool(4)?,
            expires_at: row.timestamp(5)?,
            decided_at: row.opt_timestamp(6)?,
        })
    })
    .transpose()
}

pub fn insert(interaction: &Interaction, created_at: Timestamp) -> Result<Statement, StoreError> {
    let request =
        serde_json::to_string(&interaction.request).map_err(|_| StoreError::corrupt("an interaction"))?;
    Ok(Statement::new(
        "INSERT INTO interactions (id, session_id, request, is_fresh_login, is_account_chosen, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (&interaction.id).into(),
            (&interaction.session_id).into(),
            request.into(),
            interaction.is_fresh_login.into(),
            interaction.is_account_chosen.into(),
            created_at.into(),
            interaction.expires_at.into(),
        ],
    ))
}

/// Forgets all but the newest of the session. It goes with an insert.
pub fn keep_newest(session_id: &Id) -> Statement {
    Statement::new(
        "DELETE FROM interactions WHERE session_id = $1 AND id NOT IN
           (SELECT id FROM interactions WHERE session_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)",
        [session_id.into(), MOST_OF_A_SESSION.into()],
    )
}

/// The person said "continue as me".
pub fn choose_account(id: &Id) -> Statement {
    Statement::new(
        "UPDATE interactions SET is_account_chosen = TRUE WHERE id = $1 AND decided_at IS NULL",
        [id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// The one decision: whoever commits it first has decided.
pub fn decide(id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE interactions SET decided_at = $1 WHERE id = $2 AND decided_at IS NULL",
        [now.into(), id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// The one decision, for a client that is still in this version: what the person was shown. 0 where nobody registered it.
pub fn allow(interaction: &Interaction, client_version: i64, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE interactions SET decided_at = $1 WHERE id = $2 AND decided_at IS NULL
           AND COALESCE((SELECT version FROM clients WHERE client_id = $3), 0) = $4",
        [
            now.into(),
            (&interaction.id).into(),
            interaction.request.client_id.as_str().into(),
            client_version.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}
