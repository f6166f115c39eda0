//! The way from a caller to the writer: batches wait here and are taken in groups.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::{Batch, Outcome};
use crate::error::StoreError;

/// How many batches may wait; whoever comes later waits for a place.
const PLACES: usize = 1024;

pub(super) type Answer = Result<Outcome, StoreError>;

/// A batch and whoever waits for its answer.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) batch: Batch,
    answer: oneshot::Sender<Answer>,
}

impl Job {
    pub(super) fn answer(self, answer: Answer) {
        // Nobody may be listening any more; the batch is then committed all the same.
        let _ = self.answer.send(answer);
    }

    /// Whether the caller went away, so that a batch not yet begun need not begin.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }
}

#[derive(Debug)]
pub(super) struct Queue {
    entrance: Mutex<Option<mpsc::Sender<Job>>>,
}

impl Queue {
    pub(super) fn new() -> (Self, mpsc::Receiver<Job>) {
        let (entrance, exit) = mpsc::channel(PLACES);
        let queue = Self { entrance: Mutex::new(Some(entrance)) };
        (queue, exit)
    }

    /// Waits in line for the writer and for its answer.
    pub(super) async fn commit(&self, batch: Batch) -> Answer {
        let entrance = self.entrance().clone().ok_or_else(StoreError::closed)?;
        let (answer, answered) = oneshot::channel();
        let sent = entrance.send(Job { batch, answer }).await;
        drop(entrance);
        sent.map_err(|_| StoreError::closed())?;
        answered
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the writer ended without an answer".to_owned())))
    }

    /// Lets nobody in any more; the writer ends when the line is empty.
    pub(super) fn close(&self) {
        self.entrance().take();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.entrance().is_none()
    }

    fn entrance(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Job>>> {
        self.entrance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives everybody the same bad news.
pub(super) fn refuse_all(jobs: impl IntoIterator<Item = Job>, error: &StoreError) {
    for job in jobs {
        job.answer(Err(error.clone()));
    }
}
