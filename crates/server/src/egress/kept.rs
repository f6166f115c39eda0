//! What was fetched, as long as it counts; and the one fetch that all wait for who want the same.
//!
//! Only what was good is kept. Who asks for something that is not to be had asks anew, within the bounds of the gate.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::time::Timestamp;
use tokio::sync::OnceCell;

/// So many are kept; when there are more, the one that was fetched first is forgotten.
const CAPACITY: usize = 1000;

/// Something that was fetched.
#[derive(Debug)]
pub struct Found<T> {
    pub value: Arc<T>,
    pub fetched_at: Timestamp,
    /// For so long it counts as what is there.
    pub life: Duration,
}

/// By URL. `E` is why there is nothing.
pub struct Kept<T, E> {
    found: Mutex<HashMap<String, Found<T>>>,
    flights: Flights<T, E>,
}

type Flight<T, E> = Arc<OnceCell<Result<Found<T>, E>>>;
type Flights<T, E> = Mutex<HashMap<String, Flight<T, E>>>;

impl<T, E: Clone> Kept<T, E> {
    /// What was found at `url`, however long ago.
    pub fn recall(&self, url: &str) -> Option<Found<T>> {
        lock(&self.found).get(url).cloned()
    }

    /// Fetches anew what is at `url`, unless somebody is doing so already: then theirs is what both get.
    pub async fn renew(
        &self,
        url: &str,
        fetch: impl Future<Output = Result<Found<T>, E>> + Send,
    ) -> Result<Found<T>, E> {
        let landing = Landing {
            url,
            flights: &self.flights,
            flight: Arc::clone(lock(&self.flights).entry(url.to_owned()).or_default()),
        };
        let outcome = landing.flight.get_or_init(|| fetch).await.clone();
        if let Ok(found) = &outcome {
            self.keep(url, found.clone());
        }
        outcome
    }

    /// What was found there counts no more.
    pub fn forget(&self, url: &str) {
        lock(&self.found).remove(url);
    }

    fn keep(&self, url: &str, new: Found<T>) {
        let mut found = lock(&self.found);
        if found.len() >= CAPACITY && !found.contains_key(url) {
            let oldest = found.iter().min_by_key(|(_, kept)| kept.fetched_at).map(|(url, _)| url.clone());
            if let Some(oldest) = oldest {
                found.remove(&oldest);
            }
        }
        found.insert(url.to_owned(), new);
    }
}

impl<T> Found<T> {
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.fetched_at.plus(self.life)
    }
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), fetched_at: self.fetched_at, life: self.life }
    }
}

impl<T, E> Default for Kept<T, E> {
    fn default() -> Self {
        Self { found: Mutex::default(), flights: Mutex::default() }
    }
}

impl<T, E> fmt::Debug for Kept<T, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Kept")
    }
}

/// The flight is over for one who waited for it: whoever comes later starts another.
struct Landing<'a, T, E> {
    url: &'a str,
    flights: &'a Flights<T, E>,
    flight: Flight<T, E>,
}

impl<T, E> Drop for Landing<'_, T, E> {
    fn drop(&mut self) {
        let mut flights = lock(self.flights);
        if flights.get(self.url).is_some_and(|flight| Arc::ptr_eq(flight, &self.flight)) {
            flights.remove(self.url);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn found(value: u32, at: u64) -> Found<u32> {
        let fetched_at = NOW.plus(Duration::from_secs(at));
        Found { value: Arc::new(value), fetched_at, life: Duration::from_mins(1) }
    }

    #[tokio::test]
    async fn those_who_want_the_same_at_once_get_one_answer() {
        let (kept, count) = (Kept::<u32, ()>::default(), AtomicU32::new(0));
        let fetch = || async {
            tokio::task::yield_now().await;
            Ok(found(count.fetch_add(1, Ordering::Relaxed), 0))
        };
        let (a, b) = tokio::join!(kept.renew("u", fetch()), kept.renew("u", fetch()));
        assert_eq!((*a.unwrap().value, *b.unwrap().value, count.load(Ordering::Relaxed)), (0, 0, 1));
        kept.renew("u", fetch()).await.unwrap();
        assert_eq!(count.load(Ordering::Relaxed), 2, "later ones ask anew");
        assert!(lock(&kept.flights).is_empty());
    }

    #[tokio::test]
    async fn what_was_not_to_be_had_is_not_kept() {
        let kept = Kept::<u32, &str>::default();
        kept.renew("u", async { Ok(found(1, 0)) }).await.unwrap();
        assert!(kept.recall("u").is_some_and(|found| found.is_fresh(NOW)));
        assert_eq!(kept.renew("u", async { Err("gone") }).await.map(drop), Err("gone"));
        assert_eq!(
            kept.recall("u").map(|found| *found.value),
            Some(1),
            "it is for others to forget what was"
        );
        kept.forget("u");
        assert!(kept.recall("u").is_none());
        assert_eq!(kept.renew("v", async { Err("gone") }).await.map(drop), Err("gone"));
        assert!(kept.recall("v").is_none());
    }

    #[tokio::test]
    async fn f28_a_thousand_are_kept_and_the_oldest_goes_first() {
        let kept = Kept::<u32, ()>::default();
        for number in 0..1001 {
            kept.renew(&number.to_string(), async { Ok(found(number, number.into())) }).await.unwrap();
        }
        assert!(kept.recall("0").is_none() && kept.recall("1").is_some() && kept.recall("1000").is_some());
        assert_eq!(lock(&kept.found).len(), CAPACITY);
    }
}
