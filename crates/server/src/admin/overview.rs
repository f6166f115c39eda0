//! What goes on, in numbers that cost little to know: nothing here looks at clients or events one by one.

use std::sync::Arc;

use domain::{
    client::Client,
    directory::permission::Permission,
    journal::{EventKind, Sealed},
    tally::{Day, Tally},
    time::Timestamp,
};
use store::{
    client_census, clients, journal,
    tallies::{self, Counted},
};

use super::{QueryError, actor::Actor};
use crate::{
    app::App,
    census::{self, ClientCounts},
};

/// So many days are looked back.
const DAYS: i64 = 30;

/// So many days count as lately.
const LATELY: i64 = 7;

/// So many of the clients that end next are named.
const NAMED: u32 = 5;

/// So many of the latest alarming events are told.
const TOLD: u32 = 8;

/// What there is to see for an actor: their own tenant's part, or all.
#[derive(Debug)]
pub struct Overview {
    /// The first of the days that the counts are of.
    pub first: Day,
    pub today: Day,
    pub counts: Vec<Counted>,
    /// None while so many are counted for the first time.
    pub clients: Option<(Timestamp, ClientCounts)>,
    /// Those that end next, within a month.
    pub ending: Vec<Client>,
    /// The latest events that smell of attack; none for somebody who may not read the journal.
    pub alarming: Vec<Sealed>,
}

pub async fn look(app: &App, actor: &Actor, now: Timestamp) -> Result<Overview, QueryError> {
    actor.require(Permission::OauthClientQuery)?;
    let (store, tenant) = (&app.store, actor.tenant());
    let today = Day::of(now);
    let first = today.before(DAYS - 1);
    let mut counts = tallies::since(store, tenant, first).await?;
    let may = |permission| actor.permissions.contains(permission);
    let mut alarming = Vec::new();
    if may(Permission::AuditEventQuery) && may(Permission::AuditEventGet) {
        let kinds = lately_refused(&counts, today);
        alarming = journal::newest_of(store, tenant, &kinds, TOLD).await?;
    } else {
        counts.retain(|counted| tells_of_clients(counted.what));
    }
    let mut ending = Vec::new();
    if may(Permission::OauthClientGet) {
        let ids = client_census::ending(store, tenant, (now, now.plus(census::SOON)), NAMED).await?;
        ending = clients::by_ids(store, &ids, tenant).await?;
        ending.sort_unstable_by_key(|client| client.expires_at);
    }
    let counted = app.census.look(store, now).await?;
    let clients = counted.map(|counted: Arc<census::Counted>| (counted.at, counted.of(tenant)));
    Ok(Overview { first, today, counts, clients, ending, alarming })
}

impl Overview {
    /// How often it happened in the last days.
    pub fn lately(&self, is_meant: impl Fn(Tally) -> bool) -> u64 {
        let since = self.today.before(LATELY - 1);
        let meant = self.counts.iter().filter(|counted| counted.day >= since && is_meant(counted.what));
        meant.map(|counted| counted.times).sum()
    }

    /// How often something that was meant happened on each day, the first one first.
    pub fn by_day(&self, is_meant: impl Fn(Tally) -> bool) -> Vec<u64> {
        let mut days = vec![0_u64; usize::try_from(DAYS).unwrap_or_default()];
        for counted in self.counts.iter().filter(|counted| is_meant(counted.what)) {
            let at = usize::try_from(counted.day.number().saturating_sub(self.first.number()));
            if let Some(day) = at.ok().and_then(|at| days.get_mut(at)) {
                *day = day.saturating_add(counted.times);
            }
        }
        days
    }
}

fn lately_refused(counts: &[Counted], today: Day) -> Vec<EventKind> {
    let since = today.before(LATELY - 1);
    let mut kinds: Vec<_> = counts
        .iter()
        .filter(|counted| counted.day >= since)
        .filter_map(|counted| match counted.what {
            Tally::Refused(kind) => Some(kind),
            Tally::Registered(_)
            | Tally::RegistrationRefused(_)
            | Tally::SignedIn
            | Tally::ConsentGiven
            | Tally::Issued(_) => None,
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

const fn tells_of_clients(what: Tally) -> bool {
    match what {
        Tally::Registered(_) | Tally::RegistrationRefused(_) | Tally::Issued(_) => true,
        Tally::SignedIn | Tally::ConsentGiven | Tally::Refused(_) => false,
    }
}
