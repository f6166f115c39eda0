//! One transaction, sent in one go: whoever waits for each answer before the next statement pays for each in
//! a journey.

use std::future::{Future, poll_fn};
use std::task::Poll;

use futures_util::future::maybe_done;
use tokio::time::timeout;
use tokio_postgres::Error;

use super::SILENCE;
use super::connection::{Connection, Prepared};
use super::failure::{Failure, judge, silence};
use crate::db::{Batch, Step};
use crate::error::StoreError;

/// A batch whose statements the server knows, in their order.
pub(super) struct Ready {
    pub(super) batch: Batch,
    prepared: Vec<Prepared>,
}

/// What stands in the way of a batch.
#[derive(Clone, Debug)]
pub(super) enum Problem {
    Refused(Step),
    Failed(Failure),
}

/// How a transaction ended.
pub(super) enum End {
    Committed,
    /// Nothing was stored; for each batch its own problem, if it had one.
    RolledBack(Vec<Option<Problem>>),
    /// Whether anything was stored is unknown.
    Lost(StoreError),
}

pub(super) async fn prepare(connection: &Connection, batch: Batch) -> Result<Ready, Failure> {
    let mut prepared = Vec::with_capacity(batch.statements.len());
    for statement in &batch.statements {
        prepared.push(connection.prepare(statement.sql, &statement.params).await?);
    }
    Ok(Ready { batch, prepared })
}

/// Runs `batches` in one transaction, which commits when nothing stands in the way of any.
pub(super) async fn run(connection: &Connection, batches: &[&Ready]) -> End {
    let end = match timeout(SILENCE, attempt(connection, batches)).await {
        Ok(Ok(end)) => end,
        Ok(Err(failure)) => End::Lost(words(failure)),
        Err(_) => End::Lost(silence()),
    };
    if matches!(end, End::Lost(_)) {
        connection.give_up();
    }
    end
}

/// An error means that the transaction itself could not be begun or ended.
async fn attempt(connection: &Connection, batches: &[&Ready]) -> Result<End, Failure> {
    let begin = connection.prepare("BEGIN ISOLATION LEVEL READ COMMITTED", &[]).await?;
    let commit = connection.prepare("COMMIT", &[]).await?;
    // Where no guard has to be looked at, the commit travels with the rest: after a failure it rolls back.
    let in_one_go = batches.iter().all(|ready| ready.batch.is_unguarded());

    let mut requests = vec![connection.execute(&begin, &[])];
    for ready in batches {
        let statements = ready.batch.statements.iter().zip(&ready.prepared);
        requests
            .extend(statements.map(|(statement, prepared)| connection.execute(prepared, &statement.params)));
    }
    if in_one_go {
        requests.push(connection.execute(&commit, &[]));
    }
    let mut answers = send_all(requests).await.into_iter();

    // Statements whose BEGIN failed would each stand alone, unguarded.
    expect(answers.next())?;
    let problems: Vec<_> = batches.iter().map(|ready| first_problem(&ready.batch, &mut answers)).collect();
    if let Some(Failure::Lost(error)) = problems.iter().flatten().find_map(lost) {
        return Ok(End::Lost(error));
    }
    let sound = problems.iter().all(Option::is_none);
    let ending = if in_one_go {
        answers.next()
    } else if sound {
        Some(connection.execute(&commit, &[]).await)
    } else {
        let rollback = connection.prepare("ROLLBACK", &[]).await?;
        Some(connection.execute(&rollback, &[]).await)
    };
    match expect(ending) {
        Ok(()) if sound => Ok(End::Committed),
        Ok(()) => Ok(End::RolledBack(problems)),
        Err(Failure::Lost(error)) => Ok(End::Lost(error)),
        // The server refused to commit: a collision, or a deferred constraint of any of them.
        Err(failure) => Ok(End::RolledBack(vec![Some(Problem::Failed(failure)); batches.len()])),
    }
}

fn expect(answer: Option<Result<u64, Error>>) -> Result<(), Failure> {
    match answer {
        Some(Ok(_)) => Ok(()),
        Some(Err(error)) => Err(judge(&error)),
        None => Err(Failure::Lost(silence())),
    }
}

/// Takes the answers of `batch` and says what first went wrong.
fn first_problem(batch: &Batch, answers: &mut impl Iterator<Item = Result<u64, Error>>) -> Option<Problem> {
    let mut first = None;
    for (position, statement) in batch.statements.iter().enumerate() {
        let problem = match answers.next() {
            Some(Ok(touched)) if statement.guard.allows(touched) => None,
            Some(Ok(_)) => Some(Problem::Refused(Step(position))),
            Some(Err(error)) => Some(Problem::Failed(judge(&error))),
            None => Some(Problem::Failed(Failure::Lost(silence()))),
        };
        first = first.or(problem);
    }
    first
}

fn lost(problem: &Problem) -> Option<Failure> {
    match problem {
        Problem::Failed(failure @ Failure::Lost(_)) => Some(failure.clone()),
        Problem::Failed(_) | Problem::Refused(_) => None,
    }
}

fn words(failure: Failure) -> StoreError {
    match failure {
        Failure::Lost(error) | Failure::Blocked(error) | Failure::Own(error) => error,
        Failure::Collided | Failure::Echo => silence(),
    }
}

/// Sends all requests in their order before waiting for the first answer.
async fn send_all<F: Future>(requests: Vec<F>) -> Vec<F::Output> {
    let mut sent: Vec<_> = requests.into_iter().map(|request| Box::pin(maybe_done(request))).collect();
    poll_fn(|context| {
        for request in &mut sent {
            let _ = request.as_mut().poll(context);
        }
        Poll::Ready(())
    })
    .await;
    let mut answers = Vec::with_capacity(sent.len());
    for mut request in sent {
        request.as_mut().await;
        answers.extend(request.as_mut().take_output());
    }
    answers
}
