//! The load generator: a few threads, each with its share of the connections, every connection in a closed loop or at a given pace.

mod connection;
mod sample;
mod wire;

use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use self::connection::Connection;
pub(crate) use self::sample::{Sample, float};
pub(crate) use self::wire::{Answer, Site};
use crate::talk::Talk;
use crate::{Outcome, clock};

/// For so long an answer may be late when a round is over.
const PATIENCE: Duration = Duration::from_secs(10);

/// How to drive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) site: Site,
    pub(crate) span: Duration,
    /// Requests per second over all connections; `None`: as many as are answered.
    pub(crate) rate: Option<u32>,
}

/// Lets every talk go over a connection of its own for the span of the plan, or until all have nothing more to ask. Answers that come
/// after the end are heard but not counted. The first answer that a talk does not accept ends it all.
pub(crate) fn drive(plan: &Plan, talks: &mut [Box<dyn Talk>]) -> Outcome<Sample> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(talks.len()).max(1);
    let share = talks.len().div_ceil(threads).max(1);
    let start = clock::instant() + Duration::from_millis(20);
    let connections = u32::try_from(talks.len())?.max(1);
    let interval = plan.rate.map(|rate| Duration::from_secs(1) * connections / rate.max(1));
    let mut shares = Vec::new();
    let mut number = 0;
    for chunk in talks.chunks_mut(share) {
        let mut mine = Vec::new();
        for talk in chunk {
            // Paced connections begin one after another, not all at once.
            let offset = interval.unwrap_or_default() * number / connections;
            mine.push(Connection::open(plan.site.0, talk.as_mut(), interval, start + offset)?);
            number += 1;
        }
        shares.push(mine);
    }
    let end = start + plan.span;
    let samples: Vec<Outcome<Sample>> = thread::scope(|scope| {
        let threads: Vec<_> =
            shares.into_iter().map(|mine| scope.spawn(move || turn(mine, start, end))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a load thread panicked".into())))
            .collect()
    });
    let mut total = Sample::new()?;
    for sample in samples {
        total.add(&sample?)?;
    }
    Ok(total)
}

fn turn(mut connections: Vec<Connection<'_>>, start: Instant, end: Instant) -> Outcome<Sample> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(256);
    for (index, connection) in connections.iter_mut().enumerate() {
        connection.register(poll.registry(), Token(index))?;
    }
    let mut sample = Sample::new()?;
    let mut last = start;
    loop {
        let now = clock::instant();
        for connection in &mut connections {
            connection.ask(now, now, end)?;
        }
        let is_over =
            connections.iter().all(|connection| connection.due().is_none() && !connection.is_waiting());
        if is_over {
            break;
        }
        if now > end + PATIENCE {
            return Err("answers did not come after the end of a round".into());
        }
        let next = connections.iter().filter_map(Connection::due).min();
        let wait = next.map_or(PATIENCE, |next| next.saturating_duration_since(now));
        poll.poll(&mut events, Some(wait.min(PATIENCE)))?;
        for event in &events {
            if let Some(connection) = connections.get_mut(event.token().0) {
                last = last.max(connection.proceed(&mut sample, end)?.unwrap_or(start));
            }
        }
    }
    sample.elapsed = last.duration_since(start);
    Ok(sample)
}
