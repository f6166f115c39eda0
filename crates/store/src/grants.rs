//! What people allowed clients: the family that all codes and tokens of one authorization belong to.

use domain::{client::ClientId, directory::Rolebook, grant::Grant, id::Id, scope::Scope, time::Timestamp};

use crate::{
    Query, Row, Statement, Store, StoreError,
    accounts::{ACCOUNT_COLUMNS, read_account},
};

/// The columns of [`read_grant`], account first, for joins of `grants g` and `accounts`.
macro_rules! grant_columns {
    () => {
        concat!(
            crate::accounts::account_columns!(),
            ", g.id, g.client_id, g.scope, g.resources, g.claims, g.authenticated_at, g.created_at, g.expires_at, g.revoked_at, COALESCE(g.last_used_at, g.created_at)"
        )
    };
}
pub(crate) use grant_columns;

/// How many columns [`read_grant`] reads.
pub(crate) const GRANT_COLUMNS: usize = ACCOUNT_COLUMNS + 10;

pub async fn by_id(store: &Store, id: &Id) -> Result<Option<Grant>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        grant_columns!(),
        " FROM grants g JOIN accounts ON accounts.id = g.account_id WHERE g.id = $1"
    );
    let book = store.rolebook().await?;
    store.read_one(Query::new(SQL, [id.into()])).await?.map(|row| read_grant(&row, &book)).transpose()
}

/// What people allowed a client and what still stands at `now`, newest first.
pub async fn live_of_client(
    store: &Store,
    client_id: &ClientId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Grant>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        grant_columns!(),
        " FROM grants g JOIN accounts ON accounts.id = g.account_id
         WHERE g.client_id = $1 AND g.revoked_at IS NULL AND g.expires_at > $2 ORDER BY g.id DESC LIMIT $3"
    );
    let book = store.rolebook().await?;
    let query = Query::new(SQL, [client_id.as_str().into(), now.into(), i64::from(limit).into()]);
    store.read(query).await?.iter().map(|row| read_grant(row, &book)).collect()
}

/// What an account allowed a client in the same words, over all times it did so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub client_id: ClientId,
    pub scope: Scope,
    pub first_at: Timestamp,
    /// When a token was last asked for with it.
    pub used_at: Timestamp,
}

/// What an account allowed and what still stands at `now`, what was used last first; at most `most` of them.
pub async fn allowances_of_account(
    store: &Store,
    account_id: &Id,
    now: Timestamp,
    most: u32,
) -> Result<Vec<Allowance>, StoreError> {
    const SQL: &str = "SELECT client_id, scope, MIN(created_at), MAX(COALESCE(last_used_at, created_at)) AS used_at FROM grants
         WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2
         GROUP BY client_id, scope ORDER BY used_at DESC, client_id LIMIT $3";
    let query = Query::new(SQL, [account_id.into(), now.into(), most.into()]);
    store.read(query).await?.iter().map(read_allowance).collect()
}

fn read_allowance(row: &Row) -> Result<Allowance, StoreError> {
    Ok(Allowance {
        client_id: ClientId::from_stored(row.text(0)?),
        scope: Scope::parse(row.text_ref(1)?).map_err(|_| StoreError::corrupt("the scope of a grant"))?,
        first_at: row.timestamp(2)?,
        used_at: row.timestamp(3)?,
    })
}

/// What an account allowed clients and what still stands at `now`, newest first.
pub async fn live_of_account(
    store: &Store,
    account_id: &Id,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Grant>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        grant_columns!(),
        " FROM grants g JOIN accounts ON accounts.id = g.account_id
         WHERE g.account_id = $1 AND g.revoked_at IS NULL AND g.expires_at > $2 ORDER BY g.id DESC LIMIT $3"
    );
    let book = store.rolebook().await?;
    let query = Query::new(SQL, [account_id.into(), now.into(), i64::from(limit).into()]);
    store.read(query).await?.iter().map(|row| read_grant(row, &book)).collect()
}

pub fn insert(grant: &Grant) -> Result<Statement, StoreError> {
    let claims = grant.claims.as_ref().map(serde_json::to_string).transpose();
    Ok(Statement::new(
        "INSERT INTO grants (id, account_id, client_id, scope, resources, claims, authenticated_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (&grant.id).into(),
            (&grant.account.id).into(),
            grant.client_id.as_str().into(),
            grant.scope.to_string().into(),
            grant.resources.join(" ").into(),
            claims.map_err(|_| StoreError::corrupt("a claims request"))?.into(),
            grant.authenticated_at.into(),
            grant.created_at.into(),
            grant.expires_at.into(),
        ],
    ))
}

/// Everything of the grant dies with it. Doing it twice changes nothing.
pub fn revoke(id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
        [now.into(), id.into()],
    )
}

pub fn revoke_of_client(client_id: &ClientId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1 WHERE client_id = $2 AND revoked_at IS NULL",
        [now.into(), client_id.as_str().into()],
    )
}

pub fn revoke_of_account(account_id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1 WHERE account_id = $2 AND revoked_at IS NULL",
        [now.into(), account_id.into()],
    )
}

/// What one account allowed one client. Found by the account: a client may have the grants of a million.
pub fn revoke_of_account_and_client(account_id: &Id, client_id: &ClientId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET revoked_at = $1 WHERE account_id = $2 AND COALESCE(client_id, '') = $3 AND revoked_at IS NULL",
        [now.into(), account_id.into(), client_id.as_str().into()],
    )
}

/// A token was asked for with the grant at `now`.
pub fn used(id: &Id, now: Timestamp) -> Statement {
    Statement::new("UPDATE grants SET last_used_at = $1 WHERE id = $2", [now.into(), id.into()])
}

/// The grant lives at least until `until`: as long as the newest refresh token of it.
pub fn extend(id: &Id, until: Timestamp) -> Statement {
    Statement::new(
        "UPDATE grants SET expires_at = $1 WHERE id = $2 AND revoked_at IS NULL",
        [until.into(), id.into()],
    )
    .guarded(crate::Guard::Exactly(1))
}

pub(crate) fn read_grant(row: &Row, book: &Rolebook) -> Result<Grant, StoreError> {
    const FIRST: usize = ACCOUNT_COLUMNS;
    let claims = row.opt_text_ref(FIRST + 4)?;
    Ok(Grant {
        account: read_account(row, 0, book)?,
        id: row.id(FIRST)?,
        client_id: ClientId::from_stored(row.text(FIRST + 1)?),
        scope: Scope::parse(row.text_ref(FIRST + 2)?)
            .map_err(|_| StoreError::corrupt("the scope of a grant"))?,
        resources: row.text_ref(FIRST + 3)?.split_whitespace().map(str::to_owned).collect(),
        claims: claims
            .map(|text| serde_json::from_str(text).map_err(|_| StoreError::corrupt("a claims request")))
            .transpose()?,
        authenticated_at: row.timestamp(FIRST + 5)?,
        created_at: row.timestamp(FIRST + 6)?,
        expires_at: row.timestamp(FIRST + 7)?,
        revoked_at: row.opt_timestamp(FIRST + 8)?,
        last_used_at: row.timestamp(FIRST + 9)?,
    })
}
