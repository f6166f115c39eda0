//! When something was last tried, so that what is not to be had is left alone for a while.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::time::Timestamp;

/// When more were tried than this, all is forgotten: each may be tried once more.
const CAPACITY: usize = 1000;

/// By URL.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<String, Timestamp>>);

impl Tries {
    /// Whether the last try was less than `pause` ago. If not, this is one.
    pub fn is_too_soon(&self, url: &str, now: Timestamp, pause: Duration) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.get(url).is_some_and(|last| now < last.plus(pause)) {
            return true;
        }
        if tries.len() >= CAPACITY {
            tries.clear();
        }
        tries.insert(url.to_owned(), now);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_is_left_alone_for_a_while() {
        let (tries, now, pause) =
            (Tries::default(), Timestamp::from_millis(1_800_000_000_000), Duration::from_mins(1));
        assert!(!tries.is_too_soon("a", now, pause));
        assert!(tries.is_too_soon("a", now, pause));
        assert!(!tries.is_too_soon("b", now, pause));
        assert!(!tries.is_too_soon("a", now.plus(pause), pause));
    }

    #[test]
    fn f28_no_more_than_a_thousand_are_remembered() {
        let (tries, now) = (Tries::default(), Timestamp::from_millis(1));
        for number in 0..10_000 {
            tries.is_too_soon(&number.to_string(), now, Duration::from_mins(1));
        }
        assert!(tries.0.lock().unwrap().len() <= CAPACITY);
    }
}
