//! The writers: each takes a group from the common queue, commits it on its own connection, and takes the next.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::failure::silence;
use super::group;
use super::link::Link;
use crate::db::queue::{Job, refuse_all};

/// How many batches share a transaction at most.
const GROUP: usize = 64;

/// Where jobs come out of the queue; one writer at a time stands there.
type Exit = Arc<Mutex<mpsc::Receiver<Job>>>;

/// Starts a writer for each link; they end when the queue is closed and empty.
pub(super) fn start(links: &[Link], jobs: mpsc::Receiver<Job>) -> Vec<JoinHandle<()>> {
    let exit: Exit = Arc::new(Mutex::new(jobs));
    let start = |link: &Link| tokio::spawn(run(link.clone(), links.to_vec(), Arc::clone(&exit)));
    links.iter().map(start).collect()
}

async fn run(link: Link, all: Vec<Link>, exit: Exit) {
    loop {
        if link.now().is_none() && link.ready().await.is_err() {
            if all.iter().any(|link| link.now().is_some()) {
                continue;
            }
            if !turn_away(&exit).await {
                return;
            }
            continue;
        }
        let mut jobs = Vec::with_capacity(GROUP);
        if exit.lock().await.recv_many(&mut jobs, GROUP).await == 0 {
            return;
        }
        jobs.retain(|job| !job.is_abandoned());
        match link.ready().await {
            Ok(connection) => group::commit(&connection, jobs).await,
            Err(error) => refuse_all(jobs, &error),
        }
    }
}

/// Tells everybody in line that nobody can serve them; `false` when nobody will come any more.
async fn turn_away(exit: &Exit) -> bool {
    let mut jobs = exit.lock().await;
    loop {
        match jobs.try_recv() {
            Ok(job) => job.answer(Err(silence())),
            Err(mpsc::error::TryRecvError::Empty) => return true,
            Err(mpsc::error::TryRecvError::Disconnected) => return false,
        }
    }
}
