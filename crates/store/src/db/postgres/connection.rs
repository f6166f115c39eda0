//! One connection: its prepared statements, and what it answers.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt, pin_mut};
use tokio::sync::Notify;
use tokio_postgres::{Client, Error};

use super::codec::fits;
use super::failure::{Failure, judge};
use crate::db::{Query, Row, Value};
use crate::error::StoreError;

/// A statement as the server knows it.
pub(super) type Prepared = tokio_postgres::Statement;

/// What became of a question.
pub(super) enum Asked {
    Answered(Result<Vec<Row>, StoreError>),
    /// The connection was lost; another may know the answer.
    Lost(StoreError),
}

pub(super) struct Connection {
    client: Client,
    prepared: Mutex<HashMap<&'static str, Prepared>>,
    given_up: AtomicBool,
    end: Notify,
}

impl Connection {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            prepared: Mutex::new(HashMap::new()),
            given_up: AtomicBool::new(false),
            end: Notify::new(),
        }
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.client.is_closed() && !self.given_up.load(Ordering::Acquire)
    }

    /// Has the connection replaced by a new one.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
        self.end.notify_one();
    }

    /// Returns when somebody gave the connection up.
    pub(super) async fn given_up(&self) {
        self.end.notified().await;
    }

    /// The statement, prepared on its first use, if `params` fit into it.
    /// The statement of this text, which the connection keeps if it is part of the program.
    async fn prepare_query(&self, query: &Query) -> Result<Prepared, Failure> {
        match &query.sql {
            Cow::Borrowed(sql) => self.prepare(sql, &query.params).await,
            Cow::Owned(sql) => {
                let prepared = self.client.prepare(sql).await.map_err(|error| judge(&error))?;
                check(prepared, sql, &query.params)
            }
        }
    }

    pub(super) async fn prepare(&self, sql: &'static str, params: &[Value]) -> Result<Prepared, Failure> {
        let known = self.known().get(sql).cloned();
        let prepared = if let Some(prepared) = known {
            prepared
        } else {
            let prepared = self.client.prepare(sql).await.map_err(|error| judge(&error))?;
            self.known().insert(sql, prepared.clone());
            prepared
        };
        check(prepared, sql, params)
    }

    /// Runs a prepared statement; it is on its way when the future is first polled.
    pub(super) async fn execute(&self, prepared: &Prepared, params: &[Value]) -> Result<u64, Error> {
        self.client.execute_raw(prepared, params).await
    }

    pub(super) async fn query(&self, query: &Query) -> Asked {
        match self.rows(query).await {
            Ok(rows) => Asked::Answered(Ok(rows)),
            Err(Failure::Lost(error)) => {
                self.give_up();
                Asked::Lost(error)
            }
            Err(Failure::Blocked(error) | Failure::Own(error)) => Asked::Answered(Err(error)),
            Err(Failure::Collided | Failure::Echo) => {
                Asked::Lost(StoreError::Unavailable("a read collided with a write".to_owned()))
            }
        }
    }

    async fn rows(&self, query: &Query) -> Result<Vec<Row>, Failure> {
        let prepared = self.prepare_query(query).await?;
        let answer = self.client.query_raw(&prepared, &query.params).await;
        let stream = answer.map_err(|error| judge(&error))?;
        pin_mut!(stream);
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await {
            let row = row.map_err(|error| judge(&error))?;
            let values = (0..row.len()).map(|column| value(&row, column));
            rows.push(Row::new(values.collect::<Result<_, _>>().map_err(Failure::Own)?));
        }
        Ok(rows)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Prepared>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement whose parameters take these values.
fn check(prepared: Prepared, sql: &str, params: &[Value]) -> Result<Prepared, Failure> {
    let wanted = prepared.params();
    if wanted.len() == params.len() && params.iter().zip(wanted).all(|(value, wanted)| fits(value, wanted)) {
        return Ok(prepared);
    }
    let given: Vec<&str> = params.iter().map(Value::kind).collect();
    Err(Failure::Own(StoreError::Statement(format!(
        "parameters {given:?} do not fit into {wanted:?} of: {sql}"
    ))))
}

fn value(row: &tokio_postgres::Row, column: usize) -> Result<Value, StoreError> {
    row.try_get(column).map_err(|error| {
        StoreError::corrupt(format!("column {column}: {}", super::failure::describe(&error)))
    })
}
