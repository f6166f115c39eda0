//! Who is signed in, in which browser.

use std::net::IpAddr;

use domain::{
    directory::{Session, SignInMethod},
    id::Id,
    secret::SecretHash,
    time::Timestamp,
};

use crate::{
    Guard, Query, Row, Statement, Store, StoreError,
    accounts::{ACCOUNT_COLUMNS, account_columns, read_account},
};

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub id: Id,
    /// What it was begun with.
    pub method: SignInMethod,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When it was last used here, from where, and with what browser as far as that says.
    pub last_seen_at: Option<Timestamp>,
    pub from: Option<String>,
    pub user_agent: Option<String>,
}

/// The session `id` with its account, whatever state both are in.
pub async fn by_id(store: &Store, id: &Id) -> Result<Option<Session>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", s.id, s.secret_hash, s.authenticated_at, s.expires_at, s.last_seen_at, s.method
         FROM sessions s JOIN accounts ON accounts.id = s.account_id WHERE s.id = $1"
    );
    let book = store.rolebook().await?;
    let row = store.read_one(Query::new(SQL, [id.into()])).await?;
    row.map(|row| {
        Ok(Session {
            account: read_account(&row, 0, &book)?,
            id: row.id(ACCOUNT_COLUMNS)?,
            secret_hash: SecretHash::from_stored(row.text(ACCOUNT_COLUMNS + 1)?),
            method: SignInMethod::parse(row.text_ref(ACCOUNT_COLUMNS + 5)?)
                .ok_or_else(|| StoreError::corrupt("the method of a session"))?,
            authenticated_at: row.timestamp(ACCOUNT_COLUMNS + 2)?,
            expires_at: row.timestamp(ACCOUNT_COLUMNS + 3)?,
            last_seen_at: row.opt_timestamp(ACCOUNT_COLUMNS + 4)?,
        })
    })
    .transpose()
}

/// The sessions of an account that are good at `now`, at most `most`, the one that was used last first.
pub async fn of_account(
    store: &Store,
    account_id: &Id,
    now: Timestamp,
    most: u32,
) -> Result<Vec<Sighting>, StoreError> {
    const SQL: &str =
        "SELECT id, method, created_at, expires_at, last_seen_at, from_address, user_agent FROM sessions
         WHERE account_id = $1 AND expires_at > $2 ORDER BY COALESCE(last_seen_at, created_at) DESC, id DESC LIMIT $3";
    let query = Query::new(SQL, [account_id.into(), now.into(), most.into()]);
    store.read(query).await?.iter().map(read_sighting).collect()
}

fn read_sighting(row: &Row) -> Result<Sighting, StoreError> {
    Ok(Sighting {
        id: row.id(0)?,
        method: SignInMethod::parse(row.text_ref(1)?)
            .ok_or_else(|| StoreError::corrupt("the method of a session"))?,
        created_at: row.timestamp(2)?,
        expires_at: row.timestamp(3)?,
        last_seen_at: row.opt_timestamp(4)?,
        from: row.opt_text(5)?,
        user_agent: row.opt_text(6)?,
    })
}

/// How many sessions of an account are good at `now`.
pub async fn count_of_account(store: &Store, account_id: &Id, now: Timestamp) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM sessions WHERE account_id = $1 AND expires_at > $2";
    let row = store.read_one(Query::new(SQL, [account_id.into(), now.into()])).await?;
    let count = row.ok_or_else(|| StoreError::corrupt("no count"))?.int(0)?;
    u64::try_from(count).map_err(|_| StoreError::corrupt("a count below zero"))
}

pub fn insert(session: &Session, created_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO sessions (id, secret_hash, account_id, authenticated_at, created_at, expires_at, method)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (&session.id).into(),
            session.secret_hash.as_str().into(),
            (&session.account.id).into(),
            session.authenticated_at.into(),
            created_at.into(),
            session.expires_at.into(),
            session.method.as_str().into(),
        ],
    )
}

/// Notes that a session is in use, from where, and with what browser as far as it says.
pub fn seen(id: &Id, from: IpAddr, user_agent: Option<&str>, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE sessions SET last_seen_at = $1, from_address = $2, user_agent = $3 WHERE id = $4",
        [now.into(), from.to_string().into(), user_agent.into(), id.into()],
    )
}

/// Ends all sessions of an account.
pub fn delete_of_account(account_id: &Id) -> Statement {
    Statement::new("DELETE FROM sessions WHERE account_id = $1", [account_id.into()])
}

/// Ends a session; its open interactions go with it.
pub fn delete(id: &Id) -> Statement {
    Statement::new("DELETE FROM sessions WHERE id = $1", [id.into()])
}

/// Ends a session if it is one of the account; else the batch is refused. Its visits go with it.
pub fn delete_one_of(account_id: &Id, id: &Id) -> Statement {
    Statement::new("DELETE FROM sessions WHERE id = $1 AND account_id = $2", [id.into(), account_id.into()])
        .guarded(Guard::Exactly(1))
}

/// Ends all sessions of an account but one.
pub fn delete_others_of(account_id: &Id, but: &Id) -> Statement {
    Statement::new("DELETE FROM sessions WHERE account_id = $1 AND id <> $2", [account_id.into(), but.into()])
}
