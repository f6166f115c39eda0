//! What people type: Argon2id, a bounded number at a time, and the same work whether or not the name exists.
//!
//! The line is bounded for everybody, and within it for each source and each name, so that whoever floods it keeps others waiting, not
//! out. A source has a smaller share than a name: one stranger cannot use up the share of somebody else's name.

use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use domain::{secret::Secret, time::Timestamp};
use tokio::sync::Semaphore;

use crate::{
    chance,
    config::Rates,
    pace::{Line, Pace, TooOften, network},
    telemetry::metrics::Metrics,
};

/// The longest password that is looked at, in bytes. A longer one is wrong, and costs nothing.
pub const MAX_BYTES: usize = 1024;

/// How many may wait for their turn before the server says it is busy.
const QUEUE: usize = 64;

/// How many of them may come from one source, and how many may be for one name.
const OF_A_SOURCE: usize = 8;
const OF_A_NAME: usize = 16;

/// Hashes and verifies passwords on blocking threads, as many at a time as there are cores, less one.
pub struct Passwords {
    turns: Arc<Semaphore>,
    queue: Semaphore,
    /// Who has how many places in the line; nobody who has none.
    shares: Mutex<HashMap<Share, usize>>,
    pace: Arc<Pace>,
}

/// An attempt: who makes it and what it is for.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// The canonical spelling, whether or not there is such an account; `None` for what cannot be a name.
    pub name: Option<&'a str>,
    pub source: IpAddr,
    pub now: Timestamp,
}

/// Why a password was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// The line is full, or there are too many in it for this name.
    Everybody,
    /// There are too many in it from this source.
    Source,
    /// Too many wrong ones came from this source.
    TooOften(TooOften),
}

/// What a share of the line is given to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Share {
    Name(String),
    Source(IpAddr),
}

/// A place in the line that counts towards a share, until it is dropped.
struct Place<'a> {
    passwords: &'a Passwords,
    share: Share,
}

impl Passwords {
    pub fn new(pace: Arc<Pace>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // One core is left to those who only want a token.
        let turns = cores.saturating_sub(1).max(1);
        Self {
            turns: Arc::new(Semaphore::new(turns)),
            queue: Semaphore::new(turns + QUEUE),
            shares: Mutex::default(),
            pace,
        }
    }

    /// Whether `password` is the one behind `stored` (PHC form). Without a stored hash the same work is done and the answer is no.
    pub async fn verify(
        &self,
        password: Secret,
        stored: Option<String>,
        attempt: &Attempt<'_>,
    ) -> Result<bool, Busy> {
        if password.expose().is_empty() || password.expose().len() > MAX_BYTES {
            return Ok(false);
        }
        self.pace.take(Line::SignIn, attempt.source, attempt.now).map_err(Busy::TooOften)?;
        let _place = self.queue.try_acquire().map_err(|_| Busy::Everybody)?;
        let source = Share::Source(network(attempt.source));
        let _of_source = self.place(source, OF_A_SOURCE).ok_or(Busy::Source)?;
        let _of_name = match attempt.name {
            Some(name) => Some(self.place(Share::Name(name.to_owned()), OF_A_NAME).ok_or(Busy::Everybody)?),
            None => None,
        };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Busy::Everybody)?;
        // The turn ends with the work, also when whoever asked hangs up meanwhile.
        let check = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            verify_blocking(&password, stored.as_deref())
        });
        let is_right = check.await.map_err(|_| Busy::Everybody)?;
        if is_right {
            self.pace.give_back(Line::SignIn, attempt.source);
        }
        Ok(is_right)
    }

    /// The PHC form of a new password, made when it is its turn among those that are checked.
    pub async fn hash(&self, password: Secret) -> Result<String, Busy> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Busy::Everybody)?;
        let hash = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_blocking(&password)
        });
        hash.await.map_err(|_| Busy::Everybody)
    }

    /// One more place for `share`, if it has fewer than `most`.
    fn place(&self, share: Share, most: usize) -> Option<Place<'_>> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = shares.entry(share.clone()).or_default();
        if *taken >= most {
            return None;
        }
        *taken += 1;
        Some(Place { passwords: self, share })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut shares = self.passwords.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = shares.get_mut(&self.share) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                shares.remove(&self.share);
            }
        }
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(Arc::new(Pace::new(Rates::default(), Metrics::new())))
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Passwords")
    }
}

/// Argon2id, 19 MiB, 2 passes: tens of milliseconds, in which a worker would answer a thousand requests.
fn hash_blocking(password: &Secret) -> String {
    let salt: [u8; 16] = chance::bytes();
    #[expect(clippy::expect_used, reason = "the default parameters and a 16-byte salt are valid")]
    Argon2::default()
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .expect("valid parameters")
        .to_string()
}

fn verify_blocking(password: &Secret, stored: Option<&str>) -> bool {
    /// The hash of nothing anybody knows: unknown names cost what known ones cost.
    static DUMMY: LazyLock<String> = LazyLock::new(|| hash_blocking(&Secret::new("nobody")));
    let hash = stored.unwrap_or(&DUMMY);
    let matches = PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok());
    matches && stored.is_some()
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    /// Nobody comes too often.
    fn patient() -> Passwords {
        let rates = Rates { sign_in: crate::pace::Bound::NONE, ..Rates::default() };
        Passwords::new(Arc::new(Pace::new(rates, Metrics::new())))
    }

    fn from(source: &str) -> IpAddr {
        source.parse().unwrap()
    }

    async fn wrong(passwords: &Passwords, name: &str, source: &str) -> Result<bool, Busy> {
        let attempt = Attempt { name: Some(name), source: from(source), now: NOW };
        passwords.verify(Secret::new("wrong"), Some(String::new()), &attempt).await
    }

    /// Of these attempts, made while nobody gets a turn, how many wait in line, and why the others do not.
    async fn waiting(attempts: Vec<(String, String)>) -> (usize, Vec<Busy>) {
        let passwords = patient();
        let everyone = u32::try_from(passwords.turns.available_permits()).unwrap();
        let turns = passwords.turns.acquire_many(everyone).await.unwrap();
        let checks = attempts.iter().map(|(name, source)| wrong(&passwords, name, source));
        let mut checks: Vec<_> = checks.map(Box::pin).collect();
        let mut busy = Vec::new();
        for check in &mut checks {
            if let Poll::Ready(answer) = check.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                busy.push(answer.unwrap_err());
            }
        }
        drop(turns);
        let waiting = checks.len() - busy.len();
        drop(checks);
        assert!(passwords.shares.lock().unwrap().is_empty());
        (waiting, busy)
    }

    #[tokio::test]
    async fn the_right_password_and_only_that_one_is_accepted() {
        let passwords = patient();
        let stored = hash_blocking(&Secret::new("correct horse"));
        let attempt = Attempt { name: Some("alice"), source: from("192.0.2.1"), now: NOW };
        let verify = |password: &str, stored| passwords.verify(Secret::new(password), stored, &attempt);
        assert_eq!(verify("correct horse", Some(stored.clone())).await, Ok(true));
        assert_eq!(verify("wrong", Some(stored)).await, Ok(false));
        assert_eq!(verify("nobody", None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_new_password_is_hashed_in_its_turn_and_keeps_no_worker() {
        let passwords = patient();
        let everyone = u32::try_from(passwords.turns.available_permits()).unwrap();
        let turns = passwords.turns.acquire_many(everyone).await.unwrap();
        let mut hash = Box::pin(passwords.hash(Secret::new("correct horse")));
        assert!(hash.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "out of turn");
        drop(turns);
        assert!(hash.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "on this thread");
        let stored = hash.await.unwrap();
        assert!(verify_blocking(&Secret::new("correct horse"), Some(&stored)));
    }

    #[tokio::test]
    async fn a_source_that_floods_the_line_fills_its_share_and_nobody_elses() {
        let mut attempts: Vec<_> =
            (0..100).map(|number| (format!("name{number}"), "192.0.2.1".to_owned())).collect();
        attempts.push(("alice".to_owned(), "192.0.2.2".to_owned()));
        let (waiting, busy) = waiting(attempts).await;
        assert_eq!((waiting, busy), (OF_A_SOURCE + 1, vec![Busy::Source; 100 - OF_A_SOURCE]));
    }

    #[tokio::test]
    async fn a_host_with_many_addresses_is_one_source() {
        let attempts =
            (0..20).map(|number| (format!("name{number}"), format!("2001:db8::{number:x}"))).collect();
        assert_eq!(waiting(attempts).await.0, OF_A_SOURCE);
    }

    #[tokio::test]
    async fn a_name_that_everybody_tries_fills_its_share_and_nobody_elses() {
        let mut attempts: Vec<_> =
            (0..40).map(|number| ("alice".to_owned(), format!("192.0.2.{number}"))).collect();
        attempts.push(("bob".to_owned(), "198.51.100.1".to_owned()));
        let (waiting, busy) = waiting(attempts).await;
        assert_eq!((waiting, busy), (OF_A_NAME + 1, vec![Busy::Everybody; 40 - OF_A_NAME]));
    }

    #[tokio::test]
    async fn one_source_cannot_use_up_the_share_of_a_name() {
        let mut attempts = vec![("alice".to_owned(), "192.0.2.1".to_owned()); 100];
        attempts.push(("alice".to_owned(), "192.0.2.2".to_owned()));
        assert_eq!(waiting(attempts).await.0, OF_A_SOURCE + 1);
    }

    #[tokio::test]
    async fn beyond_the_line_nobody_waits() {
        let attempts =
            (0..200).map(|number| (format!("name{number}"), format!("192.0.2.{number}"))).collect();
        let (waiting, busy) = waiting(attempts).await;
        assert!((QUEUE..QUEUE + 200).contains(&waiting) && busy.iter().all(|busy| *busy == Busy::Everybody));
        assert!(!busy.is_empty());
    }
}
