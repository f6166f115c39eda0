//! What people allowed verified clients, remembered so that they need not be asked again.

use domain::{
    authorize::request::AuthorizationRequest, client::ClientId, id::Id, scope::Scope, time::Timestamp,
};

use crate::{Query, Row, Statement, Store, StoreError};

/// Whether the account allowed the client this redirect URI, on whatever loopback port, with at least this scope and exactly these resources.
pub async fn covers(
    store: &Store,
    account_id: &Id,
    request: &AuthorizationRequest,
) -> Result<bool, StoreError> {
    let query = Query::new(
        "SELECT scope, resources FROM consents WHERE account_id = $1 AND client_id = $2 AND redirect_uri = $3",
        [
            account_id.into(),
            request.client_id.as_str().into(),
            request.redirect_uri.without_loopback_port().into(),
        ],
    );
    let Some(row) = store.read_one(query).await? else {
        return Ok(false);
    };
    let allowed =
        Scope::parse(row.text_ref(0)?).map_err(|_| StoreError::corrupt("the scope of a consent"))?;
    Ok(request.scope.is_subset(&allowed) && row.text_ref(1)? == request.resources.join(" "))
}

/// What an account allowed, by client: with what scope, and when. Such a client need not ask again. At most `most` of them.
pub async fn of_account(
    store: &Store,
    account_id: &Id,
    most: u32,
) -> Result<Vec<(ClientId, Scope, Timestamp)>, StoreError> {
    let query = Query::new(
        "SELECT client_id, scope, created_at FROM consents WHERE account_id = $1 ORDER BY client_id, redirect_uri LIMIT $2",
        [account_id.into(), most.into()],
    );
    let read = |row: &Row| {
        let scope =
            Scope::parse(row.text_ref(1)?).map_err(|_| StoreError::corrupt("the scope of a consent"))?;
        Ok((ClientId::from_stored(row.text(0)?), scope, row.timestamp(2)?))
    };
    store.read(query).await?.iter().map(read).collect()
}

pub fn remember(account_id: &Id, request: &AuthorizationRequest, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO consents (account_id, client_id, redirect_uri, scope, resources, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id, client_id, redirect_uri)
         DO UPDATE SET scope = EXCLUDED.scope, resources = EXCLUDED.resources, created_at = EXCLUDED.created_at",
        [
            account_id.into(),
            request.client_id.as_str().into(),
            request.redirect_uri.without_loopback_port().into(),
            request.scope.to_string().into(),
            request.resources.join(" ").into(),
            now.into(),
        ],
    )
}

/// The client changed what people saw: they are asked again.
pub fn void_of_client(client_id: &ClientId) -> Statement {
    Statement::new("DELETE FROM consents WHERE client_id = $1", [client_id.as_str().into()])
}

/// The account took back what it allowed the client: it is asked again.
pub fn forget(account_id: &Id, client_id: &ClientId) -> Statement {
    Statement::new(
        "DELETE FROM consents WHERE account_id = $1 AND client_id = $2",
        [account_id.into(), client_id.as_str().into()],
    )
}
