//! Migrations on SQLite: all pending ones in one transaction that keeps other writers out.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};

use super::connection::{judge, open_writer};
use crate::error::StoreError;
use crate::migrate::{Applied, CREATE_HISTORY, HISTORY, Migration, NOTE_APPLIED, READ_HISTORY, pending};

pub(super) fn migrate(path: &Path, known: &[Migration]) -> Result<Vec<String>, StoreError> {
    let mut connection = open_writer(path).map_err(|error| judge(&error))?;
    // Almost always there is nothing to do, and to see that takes no lock.
    let applied = history(&connection).map_err(|error| judge(&error))?;
    if pending(&applied, known)?.is_empty() {
        return Ok(Vec::new());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| judge(&error))?;
    transaction.execute_batch(CREATE_HISTORY).map_err(|error| judge(&error))?;
    let applied = history(&transaction).map_err(|error| judge(&error))?;
    let pending = pending(&applied, known)?;
    for migration in pending {
        apply(&transaction, migration).map_err(|error| failure(migration, &error))?;
    }
    transaction.commit().map_err(|error| judge(&error))?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

fn history(connection: &Connection) -> rusqlite::Result<Vec<Applied>> {
    if !connection.table_exists(None, HISTORY)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(READ_HISTORY)?;
    let applied = statement.query_map([], |row| Ok(Applied { name: row.get(0)?, checksum: row.get(1)? }))?;
    applied.collect()
}

fn apply(connection: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    connection.execute_batch(&for_sqlite(migration.sql()))?;
    connection.execute(NOTE_APPLIED, params![migration.name(), migration.checksum()]).map(drop)
}

/// What only SQLite is to read stands in a comment, because PostgreSQL would not understand it.
fn for_sqlite(sql: &str) -> String {
    sql.replace("/* WITHOUT ROWID */", "WITHOUT ROWID")
}

fn failure(migration: &Migration, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation) | None => StoreError::Configuration(
            format!("migration {} failed and nothing was changed: {error}", migration.name()),
        ),
        Some(_) => judge(error),
    }
}
