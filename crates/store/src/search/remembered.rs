//! How many there were a moment ago. Counting a million rows takes longer than reading a page of them, and whoever turns the pages asks
//! again with each.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::Value;

/// How long a count is believed.
const LIFE: Duration = Duration::from_secs(10);

/// Smaller counts are made anew each time.
const LARGE: u64 = 10_000;

/// How many are remembered; when there are more, all are forgotten.
const CAPACITY: usize = 256;

#[derive(Default)]
pub(crate) struct RememberedCounts(Mutex<HashMap<String, (u64, Instant)>>);

impl RememberedCounts {
    pub(super) fn recall(&self, name: &str) -> Option<u64> {
        let found = self.memory().get(name).copied();
        found.filter(|(_, counted_at)| counted_at.elapsed() < LIFE).map(|(count, _)| count)
    }

    pub(super) fn remember(&self, name: String, count: u64) {
        if count < LARGE {
            return;
        }
        let mut memory = self.memory();
        if memory.len() >= CAPACITY {
            memory.clear();
        }
        memory.insert(name, (count, Instant::now()));
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<String, (u64, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name that only the same question has.
pub(super) fn name(sql: &str, params: &[Value]) -> String {
    let mut name = sql.to_owned();
    for param in params {
        // Writing to a string cannot fail.
        let _ = match param {
            Value::Text(text) => write!(name, "\0{}:{text}", text.len()),
            Value::Int(number) => write!(name, "\0{number}"),
            Value::Bool(truth) => write!(name, "\0{truth}"),
            Value::Null => write!(name, "\0null"),
        };
    }
    name
}

impl fmt::Debug for RememberedCounts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RememberedCounts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_question_has_the_same_name() {
        assert_eq!(name("a", &["x".into()]), name("a", &["x".into()]));
        assert_ne!(name("a", &["x".into(), "y".into()]), name("a", &["x\u{0}1:y".into()]));
        assert_ne!(name("a", &[1_i64.into()]), name("a", &["1".into()]));
    }

    #[tokio::test]
    async fn only_large_counts_are_remembered() {
        let counts = RememberedCounts::default();
        counts.remember("few".to_owned(), LARGE - 1);
        counts.remember("many".to_owned(), LARGE);
        assert_eq!((counts.recall("few"), counts.recall("many")), (None, Some(LARGE)));
    }
}
