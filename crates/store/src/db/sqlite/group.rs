//! Many batches, one transaction, one fsync; yet each batch stands or falls alone.

use rusqlite::Connection;

use super::connection::{execute, judge};
use crate::db::queue::Answer;
use crate::db::{Batch, Outcome, Step};

/// Commits `batches` together and answers each in order.
///
/// The error is everybody's answer: then nothing of the group was stored.
pub(super) fn commit(connection: &Connection, batches: &[Batch]) -> Result<Vec<Answer>, rusqlite::Error> {
    execute(connection, "BEGIN IMMEDIATE", &[])?;
    let committed = run_all(connection, batches).and_then(|answers| {
        execute(connection, "COMMIT", &[])?;
        Ok(answers)
    });
    if committed.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK", &[])?;
    }
    committed
}

fn run_all(connection: &Connection, batches: &[Batch]) -> Result<Vec<Answer>, rusqlite::Error> {
    let mut answers = Vec::with_capacity(batches.len());
    for batch in batches {
        let ran = run(connection, batch);
        // A full disk and the like end the whole transaction, and with it what was answered before.
        match ran {
            Err(error) if connection.is_autocommit() => return Err(error),
            Err(error) => answers.push(Err(judge(&error))),
            Ok(outcome) => answers.push(Ok(outcome)),
        }
    }
    Ok(answers)
}

fn run(connection: &Connection, batch: &Batch) -> rusqlite::Result<Outcome> {
    if batch.statements.len() == 1 && batch.is_unguarded() {
        // A statement undoes itself when it fails, and without a guard nothing else can.
        return run_statements(connection, batch);
    }
    execute(connection, "SAVEPOINT batch", &[])?;
    let ran = run_statements(connection, batch);
    if !matches!(ran, Ok(Outcome::Committed)) && !connection.is_autocommit() {
        execute(connection, "ROLLBACK TO batch", &[])?;
    }
    if !connection.is_autocommit() {
        execute(connection, "RELEASE batch", &[])?;
    }
    ran
}

fn run_statements(connection: &Connection, batch: &Batch) -> rusqlite::Result<Outcome> {
    for (position, statement) in batch.statements.iter().enumerate() {
        let touched = execute(connection, statement.sql, &statement.params)?;
        if !statement.guard.allows(touched) {
            return Ok(Outcome::Refused { step: Step(position) });
        }
    }
    Ok(Outcome::Committed)
}
