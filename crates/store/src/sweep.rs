//! Forgetting what can never matter again: rows past their end. Nothing that is live is ever touched.

use std::time::Duration;

use domain::time::Timestamp;

use crate::{Batch, Query, Statement, Store, StoreError};

/// A used code is remembered for so long after its end, so that a late replay still revokes what it produced.
const REMEMBER_CODES: Duration = Duration::from_hours(24);

/// A table whose rows end: whether there is something to forget, and a statement that forgets a bounded number of rows, so that no
/// sweep holds up a writer for long.
struct Ending {
    is_any: &'static str,
    forget: &'static str,
}

macro_rules! ending {
    ($table:literal, $key:literal) => {
        Ending {
            is_any: concat!("SELECT expires_at FROM ", $table, " WHERE expires_at < $1 LIMIT 1"),
            forget: concat!(
                "DELETE FROM ",
                $table,
                " WHERE (",
                $key,
                ") IN (SELECT ",
                $key,
                " FROM ",
                $table,
                " WHERE expires_at < $1 LIMIT 500)"
            ),
        }
    };
}

const TABLES: &[Ending] = &[
    ending!("interactions", "id"),
    ending!("sessions", "id"),
    ending!("refresh_tokens", "id"),
    ending!("grants", "id"),
    ending!("revoked_access_tokens", "jti"),
    ending!("client_assertions", "client_id, jti"),
    ending!("software_statements", "issuer, jti"),
    ending!("spent_seals", "id"),
    ending!("user_code_tries", "whose"),
];

const CODES: Ending = ending!("authorization_codes", "id");

/// A device that asks late hears that its code has expired, not that there was none.
const DEVICES: Ending = ending!("device_requests", "id");

/// Forgets everything that ended before `now`.
///
/// A grant outlives its newest refresh token, and what remembers a one-time use stays until the thing itself has expired.
pub async fn expired(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    for table in TABLES {
        forget(store, table, now).await?;
    }
    forget(store, &DEVICES, now.minus(REMEMBER_CODES)).await?;
    forget(store, &CODES, now.minus(REMEMBER_CODES)).await
}

async fn forget(store: &Store, table: &Ending, before: Timestamp) -> Result<(), StoreError> {
    while store.read_one(Query::new(table.is_any, [before.into()])).await?.is_some() {
        let mut batch = Batch::new();
        batch.push(Statement::new(table.forget, [before.into()]));
        let _ = store.commit(batch).await?;
    }
    Ok(())
}
