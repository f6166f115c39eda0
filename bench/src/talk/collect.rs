//! Collecting what later requests use up: the text that each answer carries, of a request that is always the same.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Talk;
use crate::Outcome;
use crate::load::{Answer, Plan, drive};

type Find = fn(&Answer<'_>) -> Option<String>;

pub(crate) struct Collect {
    request: Arc<[u8]>,
    find: Find,
    wanted: Arc<AtomicUsize>,
    found: Arc<Mutex<Vec<String>>>,
}

impl Collect {
    /// So many of what `find` sees in the answers to `request`, as fast as the plan's site gives them.
    pub(crate) fn from(plan: &Plan, request: &[u8], wanted: usize, find: Find) -> Outcome<Vec<String>> {
        const CONNECTIONS: usize = 64;
        let found = Arc::new(Mutex::new(Vec::with_capacity(wanted)));
        let count = Arc::new(AtomicUsize::new(wanted));
        let request: Arc<[u8]> = request.into();
        let one = |_| {
            Box::new(Self {
                request: Arc::clone(&request),
                find,
                wanted: Arc::clone(&count),
                found: Arc::clone(&found),
            }) as Box<dyn Talk>
        };
        let mut talks: Vec<_> = (0..CONNECTIONS.min(wanted)).map(one).collect();
        drive(plan, &mut talks)?;
        let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        if found.is_empty() { Err("nothing was collected".into()) } else { Ok(found) }
    }
}

impl Talk for Collect {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let one_less = |wanted: usize| wanted.checked_sub(1);
        if self.wanted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
            return false;
        }
        request.extend_from_slice(&self.request);
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        let found = (self.find)(answer).ok_or_else(|| answer.unexpected(200))?;
        self.found.lock().unwrap_or_else(PoisonError::into_inner).push(found);
        Ok(())
    }
}
