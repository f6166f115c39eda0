//! Forgetting what can never matter again: rows past their end. Nothing that is live is ever touched.

use domain::time::Timestamp;

use crate::{Batch, Statement};

/// Deletes what ended before `now`, table by table, in one batch.
///
/// A grant lives as long as its newest refresh token, so codes and tokens go with their grant; what remembers a one-time use stays
/// until the thing itself would have expired anyway.
pub fn expired(now: Timestamp) -> Batch {
    let mut batch = Batch::new();
    for sql in [
        "DELETE FROM interactions WHERE expires_at < $1",
        "DELETE FROM sessions WHERE expires_at < $1",
        "DELETE FROM grants WHERE expires_at < $1",
        "DELETE FROM revoked_access_tokens WHERE expires_at < $1",
        "DELETE FROM client_assertions WHERE expires_at < $1",
    ] {
        batch.push(Statement::new(sql, [now.into()]));
    }
    batch
}
