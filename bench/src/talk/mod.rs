//! What goes over one connection: which request comes next, and whether the answer is the right one.

mod collect;
mod refresh;
mod register;

use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use self::collect::Collect;
pub(crate) use self::refresh::Refresh;
pub(crate) use self::register::Register;
use crate::Outcome;
use crate::load::Answer;

/// One side of a connection. An open set: every endpoint is talked to in its own way.
pub(crate) trait Talk: Send {
    /// Writes the next request; false when there is nothing more to ask.
    fn ask(&mut self, request: &mut Vec<u8>) -> bool;
    /// Takes what it needs from the answer; one that is not as it should be is an error, for what fails is not fast.
    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()>;
}

/// The same request over and over.
pub(crate) struct Same {
    request: Arc<[u8]>,
    expected: &'static [u16],
}

impl Same {
    /// So many connections that do this.
    pub(crate) fn over(connections: usize, request: Vec<u8>, expected: &'static [u16]) -> Vec<Box<dyn Talk>> {
        let request: Arc<[u8]> = request.into();
        (0..connections)
            .map(|_| Box::new(Self { request: Arc::clone(&request), expected }) as Box<dyn Talk>)
            .collect()
    }
}

impl Talk for Same {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        request.extend_from_slice(&self.request);
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        if self.expected.contains(&answer.status) {
            return Ok(());
        }
        expect(answer, self.expected.first().copied().unwrap_or(200))
    }
}

/// One request after another from a list, from the first again after the last. Every connection begins at another place of it.
pub(crate) struct Cycle {
    requests: Arc<[Vec<u8>]>,
    next: usize,
    /// What the body must contain.
    proof: &'static str,
}

impl Cycle {
    pub(crate) fn over(
        connections: usize,
        requests: Vec<Vec<u8>>,
        proof: &'static str,
    ) -> Vec<Box<dyn Talk>> {
        let requests: Arc<[Vec<u8>]> = requests.into();
        (0..connections)
            .map(|number| {
                let next = number * requests.len() / connections.max(1);
                Box::new(Self { requests: Arc::clone(&requests), next, proof }) as Box<dyn Talk>
            })
            .collect()
    }
}

impl Talk for Cycle {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let Some(next) = self.requests.get(self.next).or(self.requests.first()) else {
            return false;
        };
        request.extend_from_slice(next);
        self.next = (self.next + 1) % self.requests.len();
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        expect(answer, 200)?;
        prove(answer, self.proof)
    }
}

/// What is used up by being asked: every connection takes from it until nothing is left.
#[derive(Clone, Default)]
pub(crate) struct Supply(Arc<Mutex<Vec<Vec<u8>>>>);

impl Supply {
    pub(crate) fn refill(&self, requests: Vec<Vec<u8>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = requests;
    }

    fn take(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// Each request of a supply once.
pub(crate) struct Once {
    supply: Supply,
    proof: &'static str,
}

impl Once {
    pub(crate) fn over(connections: usize, supply: &Supply, proof: &'static str) -> Vec<Box<dyn Talk>> {
        (0..connections).map(|_| Box::new(Self { supply: supply.clone(), proof }) as Box<dyn Talk>).collect()
    }
}

impl Talk for Once {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let Some(next) = self.supply.take() else { return false };
        request.extend_from_slice(&next);
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        expect(answer, 200)?;
        prove(answer, self.proof)
    }
}

pub(crate) fn expect(answer: &Answer<'_>, status: u16) -> Outcome<()> {
    if answer.status == status { Ok(()) } else { Err(answer.unexpected(status).into()) }
}

fn prove(answer: &Answer<'_>, proof: &str) -> Outcome<()> {
    if str::from_utf8(answer.body)?.contains(proof) {
        return Ok(());
    }
    Err(format!("an answer without {proof}: {}", answer.unexpected(200)).into())
}
