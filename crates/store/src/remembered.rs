//! What was read a moment ago, by its key: what many requests ask for is not read and parsed anew for each.
//!
//! What this process changes is seen at once: every commit that changes such a row empties the memory ([`crate::Memory`]). What another
//! one changes, a node or a command on the host, is seen after half a second at the latest, as with settings.

use std::any::type_name;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a value is believed to be as it was read.
const LIFE: Duration = Duration::from_millis(500);

/// How many are remembered; when there are more, all are forgotten.
const CAPACITY: usize = 1024;

pub(crate) struct Remembered<K, V: ?Sized>(Mutex<Held<K, V>>);

struct Held<K, V: ?Sized> {
    values: HashMap<K, (Arc<V>, Instant)>,
    /// How often all was forgotten.
    epoch: u64,
}

/// The moment before a read. What was read may only be remembered if nothing was forgotten since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epoch(u64);

impl<K: Eq + Hash, V: ?Sized> Remembered<K, V> {
    /// The value as it was at most half a second ago, or what is needed to remember it once it is read.
    pub(crate) fn recall<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Result<Arc<V>, Epoch>
    where
        K: Borrow<Q>,
    {
        let held = self.held();
        match held.values.get(key) {
            Some((value, read_at)) if read_at.elapsed() < LIFE => Ok(Arc::clone(value)),
            Some(_) | None => Err(Epoch(held.epoch)),
        }
    }

    /// Remembers what was read after `epoch` was given.
    pub(crate) fn remember(&self, key: K, value: &Arc<V>, epoch: Epoch) {
        let mut held = self.held();
        if held.epoch != epoch.0 {
            return;
        }
        if held.values.len() >= CAPACITY {
            held.values.clear();
        }
        held.values.insert(key, (Arc::clone(value), Instant::now()));
    }

    /// One of them changed.
    pub(crate) fn forget(&self) {
        let mut held = self.held();
        held.epoch = held.epoch.wrapping_add(1);
        held.values.clear();
    }

    fn held(&self) -> MutexGuard<'_, Held<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V: ?Sized> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Held { values: HashMap::new(), epoch: 0 }))
    }
}

impl<K, V: ?Sized> fmt::Debug for Remembered<K, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Remembered<{}>", type_name::<V>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_value_is_believed_for_half_a_second() {
        let remembered = Remembered::<String, str>::default();
        let Err(epoch) = remembered.recall("a") else { panic!("nothing was read yet") };
        remembered.remember("a".to_owned(), &Arc::from("one"), epoch);
        assert_eq!(remembered.recall("a").ok().as_deref(), Some("one"));
        tokio::time::advance(LIFE).await;
        assert!(remembered.recall("a").is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let remembered = Remembered::<String, str>::default();
        let Err(epoch) = remembered.recall("a") else { panic!("nothing was read yet") };
        remembered.forget();
        remembered.remember("a".to_owned(), &Arc::from("before"), epoch);
        assert!(remembered.recall("a").is_err());
    }
}
