//! Readers: a few connections that answer on the thread that asks. In WAL mode they never wait for a writer.
//!
//! A connection stays in one read transaction until something is committed: taking and leaving the file's locks costs more than a
//! look-up. What this process commits is seen by every later read. Another process does not tell when it commits, so a view is
//! renewed after some milliseconds in any case, and one that nobody uses is given up, because it keeps the log from being emptied.

use std::borrow::Cow;
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::connection::{judge, open_reader};
use crate::db::{Query, Row, Value};
use crate::error::StoreError;

/// Connections at most. More threads than that wait for one another.
const PLACES: usize = 16;

/// How long a view is used while nothing is committed here.
const VIEW_LIFE: Duration = Duration::from_millis(10);

pub(super) struct Readers {
    path: PathBuf,
    places: [Place; PLACES],
    /// How many groups this process has committed.
    commits: AtomicU64,
    is_closed: AtomicBool,
    /// Somebody took a view, which has to be given up some time.
    viewed: Notify,
}

/// A connection that nobody uses, or none yet.
type Place = Mutex<Option<Reader>>;

struct Reader {
    connection: Connection,
    view: Option<View>,
}

/// The open read transaction of a connection.
#[derive(Clone, Copy)]
struct View {
    /// What had been committed when it began.
    commits: u64,
    since: Instant,
}

impl Readers {
    /// Must be called within a tokio runtime.
    pub(super) fn new(path: PathBuf) -> Arc<Self> {
        let readers = Arc::new(Self {
            path,
            places: std::array::from_fn(|_| Mutex::new(None)),
            commits: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            viewed: Notify::new(),
        });
        tokio::spawn(give_up_unused(Arc::clone(&readers)));
        readers
    }

    /// The rows that answer `query`, read on this thread.
    pub(super) fn read(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let mut place = self.place();
        if self.is_closed.load(Ordering::Acquire) {
            return Err(StoreError::closed());
        }
        let mut reader = match place.take() {
            Some(reader) => reader,
            None => Reader::open(&self.path).map_err(|error| judge(&error))?,
        };
        // Before the view begins: a commit that is counted after this may be in the view, one that was counted is.
        let commits = self.commits.load(Ordering::Acquire);
        if reader.renew(commits).map_err(|error| judge(&error))? {
            self.viewed.notify_one();
        }
        let rows = rows(&reader.connection, query);
        // After a failure the connection is not kept: the next read begins with a new one.
        if rows.is_ok() {
            *place = Some(reader);
        }
        rows
    }

    /// Tells the readers of a commit. To be called before anybody is answered that it happened.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Ends the views of those who are not reading right now, and makes the others take a new one with their next read.
    pub(super) fn let_go(&self) {
        self.commits.fetch_add(1, Ordering::Release);
        self.give_up(Duration::ZERO);
    }

    /// Nobody reads from now on, and all connections are gone.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        for place in &self.places {
            place.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        self.viewed.notify_one();
    }

    /// The place of this thread, or another that is free.
    fn place(&self) -> MutexGuard<'_, Option<Reader>> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static HOME: Cell<usize> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed) % PLACES);
        }
        let home = HOME.get();
        let free = self.places.iter().cycle().skip(home).take(PLACES).find_map(unless_taken);
        let wait = || {
            let [first, ..] = &self.places;
            self.places.get(home).unwrap_or(first).lock().unwrap_or_else(PoisonError::into_inner)
        };
        free.unwrap_or_else(wait)
    }

    /// Ends the views that are as old as `age`. Returns whether there are others.
    fn give_up(&self, age: Duration) -> bool {
        let mut is_viewed = false;
        for place in &self.places {
            // Whoever is reading right now sees to its view itself.
            let Some(mut place) = unless_taken(place) else {
                is_viewed = true;
                continue;
            };
            let Some(reader) = place.as_mut() else { continue };
            if reader.view.is_some_and(|view| view.since.elapsed() >= age) && reader.end_view().is_err() {
                *place = None;
            } else {
                is_viewed |= reader.view.is_some();
            }
        }
        is_viewed
    }
}

fn unless_taken(place: &Place) -> Option<MutexGuard<'_, Option<Reader>>> {
    match place.try_lock() {
        Ok(place) => Some(place),
        // Whoever panicked had taken the connection out.
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Ends views that nobody renews, as long as there are any.
async fn give_up_unused(readers: Arc<Readers>) {
    loop {
        readers.viewed.notified().await;
        while !readers.is_closed.load(Ordering::Acquire) {
            tokio::time::sleep(VIEW_LIFE).await;
            if !readers.give_up(VIEW_LIFE) {
                break;
            }
        }
        if readers.is_closed.load(Ordering::Acquire) {
            return;
        }
    }
}

impl Reader {
    fn open(path: &std::path::Path) -> rusqlite::Result<Self> {
        Ok(Self { connection: open_reader(path)?, view: None })
    }

    /// Makes sure that what was committed is seen. Returns whether that took a new view.
    fn renew(&mut self, commits: u64) -> rusqlite::Result<bool> {
        if self.view.is_some_and(|view| view.commits == commits && view.since.elapsed() < VIEW_LIFE) {
            return Ok(false);
        }
        self.end_view()?;
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        self.view = Some(View { commits, since: Instant::now() });
        Ok(true)
    }

    fn end_view(&mut self) -> rusqlite::Result<()> {
        if self.view.take().is_some() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}

fn rows(connection: &Connection, query: &Query) -> Result<Vec<Row>, StoreError> {
    match &query.sql {
        Cow::Borrowed(sql) => {
            answer(&mut *connection.prepare_cached(sql).map_err(|error| judge(&error))?, query)
        }
        Cow::Owned(sql) => answer(&mut connection.prepare(sql).map_err(|error| judge(&error))?, query),
    }
}

fn answer(statement: &mut rusqlite::Statement<'_>, query: &Query) -> Result<Vec<Row>, StoreError> {
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
        ValueRef::Text(text) => str::from_utf8(text)
            .map(|text| Value::Text(text.to_owned()))
            .map_err(|_| StoreError::corrupt(format!("column {column} is text that is not UTF-8"))),
        ValueRef::Real(_) => Err(StoreError::corrupt(format!("column {column} is a fraction"))),
        ValueRef::Blob(_) => Err(StoreError::corrupt(format!("column {column} is a blob"))),
    }
}
