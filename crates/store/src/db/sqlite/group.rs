//! Many batches, one transaction, one fsync; yet each batch stands or falls alone.

use rusqlite::Connection;

use super::connection::{execute, judge};
use crate::db::queue::Answer;
use crate::db::{Batch, Outcome, Step};

/// Commits `batches` together and answers each in order.
///
/// The error is everybody's answer: then nothing of the group was stored.
pub(super) fn commit(connection: &Connection, batches: &[Batch]) -> Result<Vec<Answer>, rusqlite::Error> {
    // Mostly nothing stands in the way of anybody. To be able to undo each batch by itself costs every page it writes a copy.
    let is_stored = in_transaction(connection, || Ok(run_as_one(connection, batches)))?;
    if is_stored {
        return Ok(batches.iter().map(|_| Ok(Outcome::Committed)).collect());
    }
    let mut answers = Vec::new();
    in_transaction(connection, || {
        answers = run_each(connection, batches)?;
        Ok(true)
    })?;
    Ok(answers)
}

/// Commits what `act` did if it says so, else undoes it. Returns what it said.
fn in_transaction(
    connection: &Connection,
    act: impl FnOnce() -> Result<bool, rusqlite::Error>,
) -> Result<bool, rusqlite::Error> {
    execute(connection, "BEGIN IMMEDIATE", &[])?;
    let ended = act().and_then(|shall_commit| {
        if shall_commit {
            execute(connection, "COMMIT", &[])?;
        }
        Ok(shall_commit)
    });
    if !connection.is_autocommit() {
        execute(connection, "ROLLBACK", &[])?;
    }
    ended
}

/// Whether nothing stands in the way of any of the batches. If something does, nothing that was done counts.
fn run_as_one(connection: &Connection, batches: &[Batch]) -> bool {
    // Whose fault a failure is, and whether it is anybody's, shows when each runs by itself.
    batches.iter().all(|batch| matches!(run_statements(connection, batch), Ok(Outcome::Committed)))
}

fn run_each(connection: &Connection, batches: &[Batch]) -> Result<Vec<Answer>, rusqlite::Error> {
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
