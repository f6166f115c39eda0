//! What devices ask for: decided once, redeemed once, and asked about at a pace that the row keeps.

use std::{net::IpAddr, time::Duration};

use domain::{
    client::ClientId,
    device::{DeviceRequest, MOST_OUTSTANDING, State, request::Allowed},
    directory::SignInMethod,
    grant::Grant,
    id::Id,
    scope::Scope,
    secret::SecretHash,
    time::Timestamp,
};

use crate::{Guard, Query, Row, Statement, Store, StoreError, grants};

macro_rules! columns {
    () => {
        "SELECT id, client_id, scope, resources, from_address, user_agent, created_at, expires_at, poll_interval, polled_at,
                decided_at, grant_id, method, acr, wants_auth_time, used_at, secret_hash
         FROM device_requests "
    };
}

/// The request `id` and the hash that the whole text of its device code must match.
pub async fn by_id(store: &Store, id: &Id) -> Result<Option<(DeviceRequest, SecretHash)>, StoreError> {
    let query = Query::new(concat!(columns!(), "WHERE id = $1"), [id.into()]);
    let Some(row) = store.read_one(query).await? else {
        return Ok(None);
    };
    let grant = match row.opt_text(11)? {
        Some(_) => grants::by_id(store, &row.id(11)?).await?,
        None => None,
    };
    Ok(Some((read(&row, grant)?, SecretHash::from_stored(row.text(16)?))))
}

/// The request whose user code hashes to this, if it still waits for somebody at `now`.
pub async fn waiting_for(
    store: &Store,
    user_code_hash: &SecretHash,
    now: Timestamp,
) -> Result<Option<DeviceRequest>, StoreError> {
    const SQL: &str =
        concat!(columns!(), "WHERE user_code_hash = $1 AND decided_at IS NULL AND expires_at > $2");
    let query = Query::new(SQL, [user_code_hash.as_str().into(), now.into()]);
    store.read_one(query).await?.map(|row| read(&row, None)).transpose()
}

/// Whether so many of the tenant wait that there may not be one more.
pub async fn is_full(store: &Store, tenant_id: Option<&Id>, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str =
        "SELECT id FROM device_requests WHERE tenant_id = $1 AND decided_at IS NULL AND expires_at > $2
         ORDER BY expires_at LIMIT 1 OFFSET $3";
    let last = i64::from(MOST_OUTSTANDING) - 1;
    let query = Query::new(SQL, [tenant(tenant_id).into(), now.into(), last.into()]);
    Ok(store.read_one(query).await?.is_some())
}

/// What a request is found by.
#[derive(Clone, Copy, Debug)]
pub struct Hashes<'a> {
    pub device_code: &'a SecretHash,
    pub user_code: &'a SecretHash,
}

/// A new request of a client of this tenant. Refused when the user code is taken, or too many of the tenant wait.
pub fn insert(request: &DeviceRequest, hashes: Hashes<'_>, tenant_id: Option<&Id>) -> Statement {
    Statement::new(
        "INSERT INTO device_requests (id, secret_hash, user_code_hash, client_id, tenant_id, scope, resources, from_address,
                                      user_agent, created_at, expires_at, poll_interval, polled_at, wants_auth_time)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT),
                CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS BIGINT), CAST($11 AS BIGINT),
                CAST($12 AS BIGINT), 0, FALSE
         WHERE (SELECT COUNT(*) FROM device_requests
                WHERE tenant_id = $5 AND decided_at IS NULL AND expires_at > $10) < $13
         ON CONFLICT (user_code_hash) DO NOTHING",
        [
            (&request.id).into(),
            hashes.device_code.as_str().into(),
            hashes.user_code.as_str().into(),
            request.client_id.as_str().into(),
            tenant(tenant_id).into(),
            request.scope.to_string().into(),
            request.resources.join(" ").into(),
            request.from.to_string().into(),
            request.user_agent.as_deref().into(),
            request.created_at.into(),
            request.expires_at.into(),
            millis(request.interval).into(),
            MOST_OUTSTANDING.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// The one decision, yes: for a client that is still in this version, which is what the person was shown; 0 where nobody registered it.
pub fn allow(request: &DeviceRequest, allowed: &Allowed, client_version: i64, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE device_requests SET decided_at = $1, grant_id = $2, method = $3, acr = $4, wants_auth_time = $5
         WHERE id = $6 AND decided_at IS NULL AND expires_at > $1
           AND COALESCE((SELECT version FROM clients WHERE client_id = $7), 0) = $8",
        [
            now.into(),
            (&allowed.grant.id).into(),
            allowed.method.as_str().into(),
            allowed.acr.as_deref().into(),
            allowed.wants_auth_time.into(),
            (&request.id).into(),
            request.client_id.as_str().into(),
            client_version.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// The one decision, no.
pub fn deny(id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE device_requests SET decided_at = $1 WHERE id = $2 AND decided_at IS NULL AND expires_at > $1",
        [now.into(), id.into()],
    )
    .guarded(Guard::Exactly(1))
}

/// The device asked at `now` and has to wait for `interval` from now on. Refused when it asked in between: then that question counts
/// first.
pub fn asked(request: &DeviceRequest, interval: Duration, now: Timestamp) -> Statement {
    let before = request.polled_at.map_or(0, Timestamp::millis);
    Statement::new(
        "UPDATE device_requests SET polled_at = $1, poll_interval = $2
         WHERE id = $3 AND polled_at = $4 AND poll_interval = $5 AND decided_at IS NULL",
        [
            now.into(),
            millis(interval).into(),
            (&request.id).into(),
            before.into(),
            millis(request.interval).into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// The device gets what was allowed: exactly one of all that ask succeeds, and only while the grant stands.
pub fn redeem(id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE device_requests SET used_at = $1
         WHERE id = $2 AND used_at IS NULL AND expires_at > $1
           AND EXISTS (SELECT 1 FROM grants WHERE grants.id = device_requests.grant_id AND grants.revoked_at IS NULL)",
        [now.into(), id.into()],
    )
    .guarded(Guard::Exactly(1))
}

fn read(row: &Row, grant: Option<Grant>) -> Result<DeviceRequest, StoreError> {
    let interval = u64::try_from(row.int(8)?).map_err(|_| StoreError::corrupt("the interval of a device"))?;
    let polled_at = row.timestamp(9)?;
    Ok(DeviceRequest {
        id: row.id(0)?,
        client_id: ClientId::from_stored(row.text(1)?),
        scope: Scope::parse(row.text_ref(2)?)
            .map_err(|_| StoreError::corrupt("the scope of a device request"))?,
        resources: row.text_ref(3)?.split_whitespace().map(str::to_owned).collect(),
        from: row
            .text_ref(4)?
            .parse::<IpAddr>()
            .map_err(|_| StoreError::corrupt("the address of a device"))?,
        user_agent: row.opt_text(5)?,
        created_at: row.timestamp(6)?,
        expires_at: row.timestamp(7)?,
        interval: Duration::from_millis(interval),
        polled_at: (polled_at.millis() > 0).then_some(polled_at),
        state: state(row, grant)?,
    })
}

fn state(row: &Row, grant: Option<Grant>) -> Result<State, StoreError> {
    if row.opt_timestamp(10)?.is_none() {
        return Ok(State::Pending);
    }
    if row.opt_text_ref(11)?.is_none() {
        return Ok(State::Denied);
    }
    let Some(grant) = grant.filter(|_| row.opt_timestamp(15).is_ok_and(|used_at| used_at.is_none())) else {
        return Ok(State::Over);
    };
    let method = row.opt_text_ref(12)?.and_then(SignInMethod::parse);
    Ok(State::Allowed(Box::new(Allowed {
        grant,
        method: method.ok_or_else(|| StoreError::corrupt("the method of a device request"))?,
        acr: row.opt_text(13)?,
        wants_auth_time: row.bool(14)?,
    })))
}

fn tenant(id: Option<&Id>) -> &str {
    id.map_or("", Id::as_str)
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
