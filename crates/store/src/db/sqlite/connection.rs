//! How a connection to a SQLite file is opened, asked and understood.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use crate::db::Value;
use crate::error::StoreError;

/// More statements than the program has, so that each is compiled once per connection.
const STATEMENTS: usize = 512;

/// In kibibytes per connection; every worker thread has one.
const WRITER_CACHE: u32 = 32 * 1024;
const READER_CACHE: u32 = 8 * 1024;

/// So many bytes of the file readers look at where the system keeps them, instead of copying each page.
const READER_MAP: u64 = 1024 * 1024 * 1024;

/// Opens the write connection of a file for the first time and creates the file if its directory exists.
pub(super) fn create(path: &Path) -> Result<Connection, StoreError> {
    prepare_place(path)?;
    let first = |error: rusqlite::Error| first_failure(path, &error);
    let connection = open(path).map_err(first)?;
    // The page size must be chosen before the first page is written; later it changes nothing.
    connection.execute_batch("PRAGMA page_size = 8192").map_err(first)?;
    let mode: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(first)?;
    if mode != "wal" {
        return Err(StoreError::Configuration(format!(
            "{} cannot have a write-ahead log (journal mode {mode}); put it on a local disk that is writable",
            path.display()
        )));
    }
    tune_writer(&connection).map_err(first)?;
    Ok(connection)
}

/// Opens another write connection of a file that [`create`] prepared.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    tune_writer(&connection)?;
    Ok(connection)
}

/// Opens a connection that can only read.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    connection.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA mmap_size = {READER_MAP}; PRAGMA cache_size = -{READER_CACHE}; \
         PRAGMA temp_store = MEMORY"
    ))?;
    Ok(connection)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Else every join is compiled anew for every use: its plan might depend on the value of a parameter.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch("PRAGMA busy_timeout = 5000")?;
    Ok(connection)
}

fn tune_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; \
         PRAGMA cache_size = -{WRITER_CACHE}; PRAGMA temp_store = MEMORY"
    ))
}

/// Makes sure that the file exists, readable by its owner alone, or says why it cannot.
fn prepare_place(path: &Path) -> Result<(), StoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    if !directory.is_dir() {
        return Err(StoreError::Configuration(format!(
            "the directory {} does not exist; create it, or point the database elsewhere",
            directory.display()
        )));
    }
    if path.is_dir() {
        return Err(StoreError::Configuration(format!(
            "{} is a directory; the database must be a file",
            path.display()
        )));
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| {
        StoreError::Configuration(format!(
            "the database {} cannot be opened for writing ({error}); give this user the right to write there",
            path.display()
        ))
    })
}

/// What a failure means while the file is opened for the first time: mostly that it is the wrong file.
fn first_failure(path: &Path, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Configuration(format!(
            "{} is not a SQLite database; point the database at another file",
            path.display()
        )),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            StoreError::Configuration(format!(
                "the database {} and its directory must be writable ({error})",
                path.display()
            ))
        }
        _ => judge(error),
    }
}

/// Runs one statement and says how many rows it touched.
pub(super) fn execute(connection: &Connection, sql: &str, params: &[Value]) -> rusqlite::Result<u64> {
    let touched = connection.prepare_cached(sql)?.execute(params_from_iter(params))?;
    Ok(u64::try_from(touched).unwrap_or(u64::MAX))
}

/// What a failure of SQLite means to the caller.
pub(super) fn judge(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Conflict,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::corrupt(error.to_string()),
        Some(
            ErrorCode::Unknown
            | ErrorCode::ApiMisuse
            | ErrorCode::TypeMismatch
            | ErrorCode::ParameterOutOfRange,
        )
        | None => StoreError::Statement(error.to_string()),
        Some(_) => StoreError::Unavailable(error.to_string()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(truth) => ValueRef::Integer(i64::from(*truth)),
            Self::Null => ValueRef::Null,
        }))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_compiled_once_whatever_its_parameters_are() {
        let directory = tempfile::tempdir().unwrap();
        let connection = create(&directory.path().join("once.db")).unwrap();
        connection.execute_batch("CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT)").unwrap();
        let sql = "SELECT u.b FROM t JOIN t u ON u.a = t.b WHERE t.a = $1";
        for value in ["x", "y", "z"] {
            let mut statement = connection.prepare_cached(sql).unwrap();
            assert!(!statement.exists([value]).unwrap());
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
