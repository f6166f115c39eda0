//! Readers: each thread keeps a few connections and answers on the spot. In WAL mode they never wait for a writer.

use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

use super::File;
use super::connection::{judge, open_reader};
use crate::db::{Query, Row, Value};
use crate::error::StoreError;

/// A thread that reads from more stores than this closes the connection that it has had longest.
const PER_THREAD: usize = 4;

struct Reader {
    file: Weak<File>,
    connection: Connection,
}

thread_local! {
    static READERS: RefCell<Vec<Reader>> = const { RefCell::new(Vec::new()) };
}

/// The rows that answer `query`, read on this thread.
pub(super) fn read(file: &Arc<File>, query: &Query) -> Result<Vec<Row>, StoreError> {
    if file.closed.load(Ordering::Acquire) {
        return Err(StoreError::closed());
    }
    READERS.with_borrow_mut(|readers| {
        let reader = take(readers, file).map_err(|error| judge(&error))?;
        let rows = rows(&reader.connection, query);
        // After a failure the connection is not kept: the next read begins with a new one.
        if rows.is_ok() {
            readers.push(reader);
        }
        rows
    })
}

fn take(readers: &mut Vec<Reader>, file: &Arc<File>) -> rusqlite::Result<Reader> {
    let mine = readers.iter().position(|reader| Weak::as_ptr(&reader.file) == Arc::as_ptr(file));
    if let Some(position) = mine {
        return Ok(readers.swap_remove(position));
    }
    readers.retain(is_wanted);
    if readers.len() >= PER_THREAD {
        readers.remove(0);
    }
    Ok(Reader { file: Arc::downgrade(file), connection: open_reader(&file.path)? })
}

fn is_wanted(reader: &Reader) -> bool {
    reader.file.upgrade().is_some_and(|file| !file.closed.load(Ordering::Acquire))
}

fn rows(connection: &Connection, query: &Query) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection.prepare_cached(query.sql).map_err(|error| judge(&error))?;
    let columns = statement.column_count();
    let mut found = statement.query(params_from_iter(&query.params)).map_err(|error| judge(&error))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(|error| judge(&error))? {
        let values = (0..columns).map(|column| value(row.get_ref(column), column));
        rows.push(Row::new(values.collect::<Result<_, _>>()?));
    }
    Ok(rows)
}

fn value(found: rusqlite::Result<ValueRef<'_>>, column: usize) -> Result<Value, StoreError> {
    match found.map_err(|error| judge(&error))? {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map(Value::Text)
            .map_err(|_| StoreError::corrupt(format!("column {column} is text that is not UTF-8"))),
        ValueRef::Real(_) => Err(StoreError::corrupt(format!("column {column} is a fraction"))),
        ValueRef::Blob(_) => Err(StoreError::corrupt(format!("column {column} is a blob"))),
    }
}
