//! What an error of PostgreSQL means to the batch it met.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::error::StoreError;

/// An error, by what must be done about it.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// Two transactions collided; running it again may succeed.
    Collided,
    /// A lock or a statement took too long: the database is blocked.
    Blocked(StoreError),
    /// The connection is no longer good for anything.
    Lost(StoreError),
    /// Only the echo of an earlier failure in the same transaction.
    Echo,
    /// The statement's own fault.
    Own(StoreError),
}

pub(super) fn judge(error: &Error) -> Failure {
    let Some(refused) = error.as_db_error() else {
        return Failure::Lost(StoreError::Unavailable(describe(error)));
    };
    let code = refused.code();
    let unavailable = || StoreError::Unavailable(describe(error));
    match code.code().get(..2) {
        _ if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => {
            Failure::Collided
        }
        _ if *code == SqlState::IN_FAILED_SQL_TRANSACTION => Failure::Echo,
        _ if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::QUERY_CANCELED => {
            Failure::Blocked(unavailable())
        }
        // After a failover the old primary only reads: the next connection finds the new one.
        _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Failure::Lost(unavailable()),
        Some("57") => Failure::Lost(unavailable()),
        Some("23") => Failure::Own(StoreError::Conflict),
        Some("53" | "58") => Failure::Own(unavailable()),
        Some("XX") => Failure::Own(StoreError::corrupt(describe(error))),
        Some(_) | None => Failure::Own(StoreError::Statement(describe(error))),
    }
}

/// The error in words that carry no stored value: the server's own only where they speak of names.
pub(super) fn describe(error: &Error) -> String {
    match error.as_db_error() {
        Some(refused) if speaks_of_values(refused.code()) => {
            format!("SQLSTATE {}", refused.code().code())
        }
        Some(refused) => format!("{} (SQLSTATE {})", refused.message(), refused.code().code()),
        None => error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
    }
}

fn speaks_of_values(code: &SqlState) -> bool {
    code.code().starts_with("22") || code.code().starts_with("23")
}

/// Nothing was heard from the server for too long.
pub(super) fn silence() -> StoreError {
    StoreError::Unavailable("the server does not answer".to_owned())
}
