//! How many requests may be under way at a time: few of one account, and so many in all that their bodies fit into memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::id::Id;

/// Of all accounts together.
const REQUESTS: usize = 128;
const STREAMS: usize = 256;

/// Event sources of one account.
const STREAMS_OF_AN_ACCOUNT: usize = 8;

/// The places of requests, and those of event sources.
#[derive(Debug)]
pub struct Places {
    requests: Arc<Taken>,
    streams: Arc<Taken>,
}

#[derive(Debug)]
struct Taken {
    most: usize,
    most_of_an_account: usize,
    by_account: Mutex<HashMap<Id, usize>>,
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    Account,
    Everybody,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    taken: Arc<Taken>,
    account_id: Id,
}

impl Default for Places {
    fn default() -> Self {
        let taken = |most, most_of_an_account| {
            Arc::new(Taken { most, most_of_an_account, by_account: Mutex::default() })
        };
        Self {
            requests: taken(REQUESTS, super::LIMITS.max_concurrent_requests),
            streams: taken(STREAMS, STREAMS_OF_AN_ACCOUNT),
        }
    }
}

impl Places {
    pub fn for_request(&self, account_id: &Id) -> Result<Place, Full> {
        place(&self.requests, account_id)
    }

    pub fn for_stream(&self, account_id: &Id) -> Result<Place, Full> {
        place(&self.streams, account_id)
    }
}

fn place(taken: &Arc<Taken>, account_id: &Id) -> Result<Place, Full> {
    let mut by_account = taken.by_account.lock().unwrap_or_else(PoisonError::into_inner);
    let own = by_account.get(account_id).copied().unwrap_or_default();
    if own >= taken.most_of_an_account {
        return Err(Full::Account);
    }
    if by_account.values().sum::<usize>() >= taken.most {
        return Err(Full::Everybody);
    }
    by_account.insert(account_id.clone(), own + 1);
    Ok(Place { taken: Arc::clone(taken), account_id: account_id.clone() })
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_account = self.taken.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = by_account.get_mut(&self.account_id) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                by_account.remove(&self.account_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn account(number: u16) -> Id {
        Id::new(Timestamp::from_millis(1), number, [0; 8])
    }

    #[test]
    fn an_account_has_a_few_places_and_gets_them_back() {
        let places = Places::default();
        let most = super::super::LIMITS.max_concurrent_requests;
        let mut held: Vec<_> = (0..most).map(|_| places.for_request(&account(1)).unwrap()).collect();
        assert_eq!(places.for_request(&account(1)).unwrap_err(), Full::Account);
        assert!(places.for_request(&account(2)).is_ok());
        held.pop();
        assert!(places.for_request(&account(1)).is_ok());
    }

    #[test]
    fn many_accounts_do_not_get_more_than_there_is() {
        let places = Places::default();
        let held: Vec<_> = (0..1000).filter_map(|number| places.for_request(&account(number)).ok()).collect();
        assert_eq!(held.len(), REQUESTS);
        drop(held);
        assert!(places.requests.by_account.lock().unwrap().is_empty());
    }
}
