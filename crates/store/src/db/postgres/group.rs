//! Batches that wait together commit together; when one of them fails, it must not take the others along.

use std::time::Duration;

use super::connection::Connection;
use super::failure::{Failure, silence};
use super::transaction::{End, Problem, Ready, prepare, run};
use crate::db::Outcome;
use crate::db::queue::{Answer, Job};
use crate::error::StoreError;

/// How often the sound part of a group is tried together before each of it goes alone.
const ROUNDS: usize = 3;

/// How often a batch is tried that collides with others.
const TRIES: u32 = 8;

/// A batch on its way, and whoever waits for it.
struct Member {
    ready: Ready,
    job: Job,
}

/// Commits the jobs and answers them.
pub(super) async fn commit(connection: &Connection, jobs: Vec<Job>) {
    let mut together = enlist(connection, jobs).await;
    let mut alone = Vec::new();
    for _ in 0..ROUNDS {
        if together.len() < 2 {
            break;
        }
        let batches: Vec<&Ready> = together.iter().map(|member| &member.ready).collect();
        match run(connection, &batches).await {
            End::Committed => return finish(connection, alone, together).await,
            End::Lost(error) => return refuse(together.into_iter().chain(alone), &error),
            End::RolledBack(problems) => {
                if let Some(error) = problems.iter().flatten().find_map(blocked) {
                    return refuse(together.into_iter().chain(alone), &error);
                }
                (together, alone) = part(together, alone, &problems);
            }
        }
    }
    alone.splice(0..0, together);
    finish(connection, alone, Vec::new()).await;
}

/// Those without a problem of their own stay together, in their order; the others will go alone.
fn part(
    together: Vec<Member>,
    mut alone: Vec<Member>,
    problems: &[Option<Problem>],
) -> (Vec<Member>, Vec<Member>) {
    let mut sound = Vec::with_capacity(together.len());
    for (member, problem) in together.into_iter().zip(problems) {
        match problem {
            None | Some(Problem::Failed(Failure::Echo)) => sound.push(member),
            Some(Problem::Refused(_) | Problem::Failed(_)) => alone.push(member),
        }
    }
    (sound, alone)
}

async fn enlist(connection: &Connection, jobs: Vec<Job>) -> Vec<Member> {
    let mut members = Vec::with_capacity(jobs.len());
    for mut job in jobs {
        match prepare(connection, std::mem::take(&mut job.batch)).await {
            Ok(ready) => members.push(Member { ready, job }),
            Err(failure) => job.answer(Err(words(failure))),
        }
    }
    members
}

/// Answers those that are stored, and runs those that go alone.
async fn finish(connection: &Connection, alone: Vec<Member>, stored: Vec<Member>) {
    for member in stored {
        member.job.answer(Ok(Outcome::Committed));
    }
    for member in alone {
        let answer =
            if connection.is_usable() { run_alone(connection, &member.ready).await } else { Err(silence()) };
        member.job.answer(answer);
    }
}

async fn run_alone(connection: &Connection, ready: &Ready) -> Answer {
    for attempt in 1..=TRIES {
        match run(connection, &[ready]).await {
            End::Committed => return Ok(Outcome::Committed),
            End::Lost(error) => return Err(error),
            End::RolledBack(problems) => match problems.into_iter().flatten().next() {
                Some(Problem::Refused(step)) => return Ok(Outcome::Refused { step }),
                Some(Problem::Failed(Failure::Collided)) => {
                    tokio::time::sleep(Duration::from_millis(2) * attempt).await;
                }
                Some(Problem::Failed(failure)) => return Err(words(failure)),
                None => return Err(silence()),
            },
        }
    }
    Err(StoreError::Unavailable("a batch kept colliding with others".to_owned()))
}

fn refuse(members: impl Iterator<Item = Member>, error: &StoreError) {
    for member in members {
        member.job.answer(Err(error.clone()));
    }
}

fn blocked(problem: &Problem) -> Option<StoreError> {
    match problem {
        Problem::Failed(Failure::Blocked(error)) => Some(error.clone()),
        Problem::Failed(_) | Problem::Refused(_) => None,
    }
}

fn words(failure: Failure) -> StoreError {
    match failure {
        Failure::Blocked(error) | Failure::Lost(error) | Failure::Own(error) => error,
        Failure::Collided | Failure::Echo => silence(),
    }
}
