//! The writer thread: takes what waits, commits it together, and only then answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use super::connection::{judge, open_writer};
use super::group;
use super::log::{self, Log};
use super::reader::Readers;
use crate::db::Batch;
use crate::db::queue::{Answer, Job, refuse_all};
use crate::error::StoreError;

/// How many batches share a transaction at most.
const GROUP: usize = 256;

/// Starts the thread; what comes back fires when it has ended, which is after the last job.
pub(super) fn start(
    path: PathBuf,
    connection: Connection,
    readers: Arc<Readers>,
    jobs: mpsc::Receiver<Job>,
) -> Result<oneshot::Receiver<()>, StoreError> {
    let (ending, ended) = oneshot::channel();
    std::thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || {
            step_back();
            run(&path, connection, &readers, jobs);
            let _ = ending.send(());
        })
        .map_err(|error| StoreError::Unavailable(format!("the writer thread cannot start: {error}")))?;
    Ok(ended)
}

/// Under load the writer goes after those who answer requests, who then have more for it to commit together.
fn step_back() {
    // Five of 19 steps down. Where it is refused the writer competes with the others.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 5);
}

fn run(path: &Path, connection: Connection, readers: &Readers, mut jobs: mpsc::Receiver<Job>) {
    let mut connection = Some(connection);
    let mut waiting = Vec::with_capacity(GROUP);
    let mut log = Log::new();
    while jobs.blocking_recv_many(&mut waiting, GROUP) > 0 {
        waiting.retain(|job| !job.is_abandoned());
        if let Err(error) = serve(path, &mut connection, readers, &mut waiting) {
            // Whoever waits behind a database that is locked or lost has waited long enough.
            refuse_all(waiting.drain(..), &error);
            refuse_all(std::iter::from_fn(|| jobs.try_recv().ok()), &error);
        }
        if let Some(connection) = &connection {
            log.tend(path, connection, readers);
        }
    }
    if let Some(connection) = &connection {
        log::end(connection);
    }
}

/// Commits and answers the jobs; on an error they are still there and nothing of them was stored.
fn serve(
    path: &Path,
    slot: &mut Option<Connection>,
    readers: &Readers,
    waiting: &mut Vec<Job>,
) -> Result<(), StoreError> {
    if waiting.is_empty() {
        return Ok(());
    }
    let connection = match slot.take() {
        Some(connection) => connection,
        None => open_writer(path).map_err(|error| judge(&error))?,
    };
    let batches: Vec<Batch> = waiting.iter_mut().map(|job| std::mem::take(&mut job.batch)).collect();
    let answers = match group::commit(&connection, &batches) {
        Ok(answers) => answers,
        // Only a deferred constraint can fail at the end: find out whose it was.
        Err(error) if is_constraint(&error) => alone(&connection, &batches),
        Err(error) => {
            tracing::error!(%error, "nothing of a group of batches was stored");
            // A connection that merely met a lock is sound; any other is replaced by a new one.
            if is_busy(&error) {
                *slot = Some(connection);
            }
            return Err(judge(&error));
        }
    };
    *slot = Some(connection);
    readers.committed();
    for (job, answer) in waiting.drain(..).zip(answers) {
        job.answer(answer);
    }
    Ok(())
}

fn alone(connection: &Connection, batches: &[Batch]) -> Vec<Answer> {
    batches
        .chunks(1)
        .flat_map(|single| group::commit(connection, single).unwrap_or_else(|error| vec![Err(judge(&error))]))
        .collect()
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
