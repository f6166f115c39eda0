//! Access tokens live outside the store; only those revoked before their time are remembered, until they would have expired.

use domain::{client::ClientId, directory::Account, grant::Grant, id::Id, time::Timestamp};

use crate::{
    Query, Statement, Store, StoreError,
    grants::{GRANT_COLUMNS, grant_columns, read_grant},
};

/// What the store knows about an access token, in one look.
#[derive(Clone, Debug)]
pub struct Backing {
    /// It was revoked by itself.
    pub is_revoked: bool,
    /// Its client, if that is registered.
    pub client: Option<ClientState>,
    /// The grant it was issued from, if it names one that is still there.
    pub grant: Option<Grant>,
}

/// Whether a client may be served.
#[derive(Clone, Debug)]
pub struct ClientState {
    /// Enabled, and approved where somebody had to.
    pub is_let_in: bool,
    pub expires_at: Option<Timestamp>,
    /// Only accounts of this tenant may use it.
    pub member_tenant_id: Option<Id>,
}

impl ClientState {
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.is_let_in && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether it may hold tokens for this account.
    pub fn serves(&self, account: &Account) -> bool {
        self.member_tenant_id.is_none() || self.member_tenant_id == account.member_tenant_id
    }
}

/// Everything that decides whether the token `jti` of `client_id` is still good.
pub async fn backing(
    store: &Store,
    jti: &str,
    client_id: &ClientId,
    grant_id: Option<&Id>,
) -> Result<Backing, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        grant_columns!(),
        ", r.jti, c.version, COALESCE(c.is_enabled AND c.approval IS NULL, FALSE), c.expires_at, c.member_tenant_id
         FROM (SELECT CAST($1 AS TEXT) AS jti, CAST($2 AS TEXT) AS client_id, CAST($3 AS TEXT) AS grant_id) AS asked
         LEFT JOIN revoked_access_tokens r ON r.jti = asked.jti
         LEFT JOIN clients c ON c.client_id = asked.client_id
         LEFT JOIN grants g ON g.id = asked.grant_id
         LEFT JOIN accounts ON accounts.id = g.account_id"
    );
    let book = store.rolebook().await?;
    let params = [jti.into(), client_id.as_str().into(), grant_id.into()];
    let row =
        store.read_one(Query::new(SQL, params)).await?.ok_or_else(|| StoreError::corrupt("no answer"))?;
    let is_client = row.opt_int(GRANT_COLUMNS + 1)?.is_some();
    let state = ClientState {
        is_let_in: row.bool(GRANT_COLUMNS + 2)?,
        expires_at: row.opt_timestamp(GRANT_COLUMNS + 3)?,
        member_tenant_id: row.opt_id(GRANT_COLUMNS + 4)?,
    };
    Ok(Backing {
        is_revoked: row.opt_text_ref(GRANT_COLUMNS)?.is_some(),
        client: is_client.then_some(state),
        grant: row.opt_text_ref(0)?.map(|_| read_grant(&row, &book)).transpose()?,
    })
}

pub fn revoke(jti: &str, expires_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING",
        [jti.into(), expires_at.into()],
    )
}
