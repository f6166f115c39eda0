//! The write-ahead log: moved into the database before it is long, and then written again from its beginning.
//!
//! A log that is written again costs less than one that grows: the system has its pages already. It can only begin again while no reader
//! needs it, so readers are asked to let go of it first.

use std::path::Path;

use rusqlite::Connection;

use super::reader::Readers;

/// How many groups pass between two looks at the log.
const PATROL: u32 = 8;

/// The log is moved into the database when it has so many pages: the longer it is, the more often a page that was written many times is
/// moved once.
const LONG: i64 = 4000;

/// With so many pages everybody waits until it can begin again.
const TOO_LONG: i64 = 2 * LONG;

/// A file of more bytes than this is given back to the system.
const TOO_LARGE: u64 = 256 * 1024 * 1024;

/// How many milliseconds writes wait for readers, while there is no need and when there is.
const SHORT_WAIT: u32 = 2;
const LONG_WAIT: u32 = 1000;

pub(super) struct Log {
    groups: u32,
    /// With how many pages something is done next.
    limit: i64,
}

/// What is done with the log, in the terms of SQLite.
#[derive(Clone, Copy)]
enum Mode {
    /// Nothing but to see how long it is.
    Noop,
    /// It is moved as far as nobody needs it.
    Passive,
    /// It is moved, and begins again with the next write.
    Restart,
    /// It is moved, and its file is emptied.
    Truncate,
}

/// What SQLite answers.
struct Report {
    /// Whether somebody needs the log still.
    is_busy: bool,
    pages: i64,
}

impl Log {
    pub(super) const fn new() -> Self {
        Self { groups: 0, limit: LONG }
    }

    /// To be called after each group, when everybody was answered: nobody but those who write next waits for this.
    pub(super) fn tend(&mut self, path: &Path, connection: &Connection, readers: &Readers) {
        self.groups = self.groups.wrapping_add(1);
        if self.groups.is_multiple_of(PATROL)
            && let Err(error) = self.shorten(path, connection, readers)
        {
            tracing::warn!(%error, "the write-ahead log could not be moved into the database");
        }
    }

    fn shorten(&mut self, path: &Path, connection: &Connection, readers: &Readers) -> rusqlite::Result<()> {
        let pages = run(connection, Mode::Noop)?.pages;
        if pages < self.limit {
            return Ok(());
        }
        run(connection, Mode::Passive)?;
        readers.let_go();
        let patience = if pages < TOO_LONG { SHORT_WAIT } else { LONG_WAIT };
        let mode = if length(path) > TOO_LARGE { Mode::Truncate } else { Mode::Restart };
        let is_kept = run_patiently(connection, mode, patience)?.is_busy;
        // Whoever reads for long is not waited for again and again.
        self.limit = match (is_kept, pages < TOO_LONG) {
            (false, _) => LONG,
            (true, true) => pages.saturating_add(LONG / 4),
            (true, false) => pages.saturating_mul(2),
        };
        if is_kept && pages >= TOO_LONG {
            tracing::warn!(pages, "the write-ahead log grows: somebody reads for long");
        }
        Ok(())
    }
}

/// Moves all of the log into the database and empties it, when nobody writes any more.
pub(super) fn end(connection: &Connection) {
    match run_patiently(connection, Mode::Truncate, LONG_WAIT) {
        Ok(Report { is_busy: false, .. }) => {}
        Ok(_) => tracing::warn!("the write-ahead log could not be emptied: somebody reads for long"),
        Err(error) => tracing::warn!(%error, "the write-ahead log could not be emptied"),
    }
}

/// Waits at most `patience` milliseconds for others.
fn run_patiently(connection: &Connection, mode: Mode, patience: u32) -> rusqlite::Result<Report> {
    connection.execute_batch(&format!("PRAGMA busy_timeout = {patience}"))?;
    let report = run(connection, mode);
    connection.execute_batch("PRAGMA busy_timeout = 5000")?;
    report
}

fn run(connection: &Connection, mode: Mode) -> rusqlite::Result<Report> {
    let sql = match mode {
        Mode::Noop => "PRAGMA wal_checkpoint(NOOP)",
        Mode::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        Mode::Restart => "PRAGMA wal_checkpoint(RESTART)",
        Mode::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    connection
        .prepare_cached(sql)?
        .query_row([], |row| Ok(Report { is_busy: row.get::<_, i64>(0)? != 0, pages: row.get(1)? }))
}

fn length(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).map_or(0, |metadata| metadata.len())
}
