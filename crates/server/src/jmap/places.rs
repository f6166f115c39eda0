//! How many requests may be under way at a time: few of one account, no more of a tenant than half, and so many in all that their bodies
//! fit into memory. The last places are for those who run the server, so that nobody keeps them from helping.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{directory::permission::Permission, id::Id};

use crate::admin::actor::Actor;

/// Of all accounts together.
const BODIES: usize = 256;
const REQUESTS: usize = 128;
const STREAMS: usize = 256;

/// Event sources of one account.
const STREAMS_OF_AN_ACCOUNT: usize = 8;

/// One place of so many is for those who run the server.
const RESERVE: usize = 8;

/// The places of requests while their bodies come, those of requests that are answered, and those of event sources.
#[derive(Debug)]
pub struct Places {
    bodies: Arc<Taken>,
    requests: Arc<Taken>,
    streams: Arc<Taken>,
}

/// Who wants a place.
#[derive(Clone, Debug)]
struct Guest {
    account_id: Id,
    tenant_id: Option<Id>,
    runs_the_server: bool,
}

#[derive(Debug)]
struct Taken {
    most: usize,
    most_of_an_account: usize,
    by_account: Mutex<HashMap<Id, Held>>,
}

#[derive(Debug)]
struct Held {
    count: usize,
    tenant_id: Option<Id>,
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

impl Guest {
    /// The host comes by no door that has places.
    fn of(actor: &Actor) -> Result<Self, Full> {
        let account = actor.account().ok_or(Full::Account)?;
        Ok(Self {
            account_id: account.id.clone(),
            tenant_id: account.member_tenant_id.clone(),
            runs_the_server: account.member_tenant_id.is_none()
                && actor.permissions.contains(Permission::OidcProviderUpdate),
        })
    }
}

impl Default for Places {
    fn default() -> Self {
        let taken = |most, most_of_an_account| {
            Arc::new(Taken { most, most_of_an_account, by_account: Mutex::default() })
        };
        let of_an_account = super::LIMITS.max_concurrent_requests;
        Self {
            bodies: taken(BODIES, of_an_account),
            requests: taken(REQUESTS, of_an_account),
            streams: taken(STREAMS, STREAMS_OF_AN_ACCOUNT),
        }
    }
}

impl Places {
    /// While the body of a request comes, however slowly.
    pub fn for_body(&self, actor: &Actor) -> Result<Place, Full> {
        place(&self.bodies, &Guest::of(actor)?)
    }

    /// From then on until it is answered.
    pub fn for_request(&self, actor: &Actor) -> Result<Place, Full> {
        place(&self.requests, &Guest::of(actor)?)
    }

    pub fn for_stream(&self, actor: &Actor) -> Result<Place, Full> {
        place(&self.streams, &Guest::of(actor)?)
    }
}

fn place(taken: &Arc<Taken>, guest: &Guest) -> Result<Place, Full> {
    let mut by_account = taken.by_account.lock().unwrap_or_else(PoisonError::into_inner);
    let own = by_account.get(&guest.account_id).map_or(0, |held| held.count);
    if own >= taken.most_of_an_account {
        return Err(Full::Account);
    }
    let of_tenant = |held: &&Held| guest.tenant_id.is_some() && held.tenant_id == guest.tenant_id;
    let tenants: usize = by_account.values().filter(of_tenant).map(|held| held.count).sum();
    let all: usize = by_account.values().map(|held| held.count).sum();
    let reserve = if guest.runs_the_server { 0 } else { taken.most / RESERVE };
    if all + reserve >= taken.most || tenants >= taken.most / 2 {
        return Err(Full::Everybody);
    }
    let tenant_id = guest.tenant_id.clone();
    by_account.insert(guest.account_id.clone(), Held { count: own + 1, tenant_id });
    Ok(Place { taken: Arc::clone(taken), account_id: guest.account_id.clone() })
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_account = self.taken.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = by_account.get_mut(&self.account_id) {
            held.count = held.count.saturating_sub(1);
            if held.count == 0 {
                by_account.remove(&self.account_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn id(number: u16) -> Id {
        Id::new(Timestamp::from_millis(1), number, [0; 8])
    }

    fn guest(number: u16, tenant: Option<u16>) -> Guest {
        Guest { account_id: id(number), tenant_id: tenant.map(id), runs_the_server: false }
    }

    fn filled(places: &Places, tenant: Option<u16>) -> Vec<Place> {
        (0..1000).filter_map(|number| place(&places.requests, &guest(number, tenant)).ok()).collect()
    }

    #[test]
    fn an_account_has_a_few_places_and_gets_them_back() {
        let places = Places::default();
        let most = super::super::LIMITS.max_concurrent_requests;
        let mut held: Vec<_> = (0..most).map(|_| place(&places.requests, &guest(1, None)).unwrap()).collect();
        assert_eq!(place(&places.requests, &guest(1, None)).unwrap_err(), Full::Account);
        assert!(place(&places.requests, &guest(2, None)).is_ok());
        held.pop();
        assert!(place(&places.requests, &guest(1, None)).is_ok());
    }

    #[test]
    fn many_accounts_leave_the_last_places_to_those_who_run_the_server() {
        let places = Places::default();
        let held = filled(&places, None);
        assert_eq!(held.len(), REQUESTS - REQUESTS / RESERVE);
        assert_eq!(place(&places.requests, &guest(5000, Some(1))).unwrap_err(), Full::Everybody);
        let operator = Guest { runs_the_server: true, ..guest(5000, None) };
        assert!(place(&places.requests, &operator).is_ok());
        drop(held);
        assert!(places.requests.by_account.lock().unwrap().is_empty());
    }

    #[test]
    fn the_accounts_of_one_tenant_leave_half_of_the_places_to_others() {
        let places = Places::default();
        assert_eq!(filled(&places, Some(7)).len(), REQUESTS / 2);
        let held = filled(&places, Some(7));
        assert!(place(&places.requests, &guest(5000, Some(8))).is_ok());
        drop(held);
    }

    #[test]
    fn whose_bodies_come_slowly_takes_no_place_from_those_who_are_answered() {
        let places = Places::default();
        let bodies: Vec<_> =
            (0..1000).filter_map(|number| place(&places.bodies, &guest(number, None)).ok()).collect();
        assert_eq!(bodies.len(), BODIES - BODIES / RESERVE);
        assert!(place(&places.requests, &guest(5000, None)).is_ok());
    }
}
