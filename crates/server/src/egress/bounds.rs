//! How much is asked: at one time in all and of one host, and in a minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::time::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::EgressError;

/// At one time.
const IN_ALL: usize = 64;
const OF_A_HOST: usize = 2;

/// In a minute.
const MINUTE: Duration = Duration::from_mins(1);
const IN_ALL_A_MINUTE: u32 = 600;
const OF_ONE_A_MINUTE: u32 = 10;

/// So many budgets are kept count of. Whoever comes beyond that in one minute waits for the next.
const MOST_BUDGETS: usize = 4096;

pub(super) struct Bounds {
    in_all: Arc<Semaphore>,
    hosts: Arc<Hosts>,
    spent: Mutex<Spent>,
}

type Hosts = Mutex<HashMap<String, Arc<Semaphore>>>;

/// Fetches by the minute in which they began.
#[derive(Default)]
struct Spent {
    all: Window,
    of: HashMap<String, Window>,
}

#[derive(Clone, Copy, Default)]
struct Window {
    began: Option<Timestamp>,
    count: u32,
}

/// Held while something is fetched.
pub(super) struct Place {
    host: String,
    hosts: Arc<Hosts>,
    of_host: Arc<Semaphore>,
    permits: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { in_all: Arc::new(Semaphore::new(IN_ALL)), hosts: Arc::default(), spent: Mutex::default() }
    }
}

impl Bounds {
    /// Takes one of a minute's worth of fetches, of all and of this budget.
    pub(super) fn spend(&self, budget: &str, now: Timestamp) -> Result<(), EgressError> {
        let mut spent = lock(&self.spent);
        if spent.of.len() >= MOST_BUDGETS {
            spent.of.retain(|_, window| window.is_open(now));
        }
        let is_known = spent.of.contains_key(budget);
        if !is_known && spent.of.len() >= MOST_BUDGETS {
            return Err(EgressError::Busy);
        }
        let all = spent.all.after(now);
        let own = spent.of.get(budget).copied().unwrap_or_default().after(now);
        if all.count > IN_ALL_A_MINUTE || own.count > OF_ONE_A_MINUTE {
            return Err(EgressError::Busy);
        }
        spent.all = all;
        spent.of.insert(budget.to_owned(), own);
        Ok(())
    }

    /// A place among all, at once or not at all; and one of the host's, which is waited for.
    pub(super) async fn place(&self, host: &str) -> Result<Place, EgressError> {
        let of_all = Arc::clone(&self.in_all).try_acquire_owned().map_err(|_| EgressError::Busy)?;
        let of_host = Arc::clone(
            lock(&self.hosts).entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(OF_A_HOST))),
        );
        let mut place = Place {
            host: host.to_owned(),
            hosts: Arc::clone(&self.hosts),
            of_host: Arc::clone(&of_host),
            permits: None,
        };
        let of_host = of_host.acquire_owned().await.map_err(|_| EgressError::Busy)?;
        place.permits = Some((of_all, of_host));
        Ok(place)
    }
}

impl Window {
    fn is_open(self, now: Timestamp) -> bool {
        self.began.is_some_and(|began| now < began.plus(MINUTE))
    }

    /// This window with one fetch more, or a new one with the first.
    fn after(self, now: Timestamp) -> Self {
        if self.is_open(now) {
            Self { count: self.count.saturating_add(1), ..self }
        } else {
            Self { began: Some(now), count: 1 }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.permits = None;
        let mut hosts = lock(&self.hosts);
        // The map's and this one: nobody else holds or waits for a place at the host.
        if Arc::strong_count(&self.of_host) <= 2 {
            hosts.remove(&self.host);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn c14_of_one_host_ten_are_fetched_in_a_minute() {
        let bounds = Bounds::default();
        let tries = (0..1000).filter(|_| bounds.spend("a.example", NOW).is_ok()).count();
        assert_eq!(tries, 10);
        assert_eq!(bounds.spend("b.example", NOW), Ok(()));
        assert_eq!(bounds.spend("a.example", NOW.plus(MINUTE)), Ok(()));
    }

    #[test]
    fn t22_of_all_hosts_together_six_hundred_are_fetched_in_a_minute() {
        let bounds = Bounds::default();
        let tries =
            (0..5000).filter(|number| bounds.spend(&format!("{number}.example"), NOW).is_ok()).count();
        assert_eq!(tries, 600);
        assert!(lock(&bounds.spent).of.len() <= MOST_BUDGETS);
    }

    #[tokio::test]
    async fn f22_of_one_host_two_are_fetched_at_a_time_and_of_all_sixty_four() {
        let bounds = Bounds::default();
        let first = bounds.place("a.example").await.unwrap();
        let _second = bounds.place("a.example").await.unwrap();
        let third = tokio::time::timeout(Duration::from_millis(20), bounds.place("a.example")).await;
        assert!(third.is_err(), "it waits");
        drop(first);
        let _third = bounds.place("a.example").await.unwrap();
        let mut others = Vec::new();
        for number in 0..62 {
            others.push(bounds.place(&format!("{number}.example")).await.unwrap());
        }
        assert_eq!(bounds.place("z.example").await.err(), Some(EgressError::Busy));
        drop(others);
        assert_eq!(lock(&bounds.hosts).len(), 1, "hosts that are not asked are forgotten");
    }
}
