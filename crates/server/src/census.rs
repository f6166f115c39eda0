//! How many clients there are, of which kind: counted now and then and remembered, since counting a million of them takes a second.
//!
//! Few are counted whenever somebody looks. Many are counted in the background, part by part, and only while somebody looks.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{client::Door, id::Id, time::Timestamp};
use store::{
    Store, StoreError,
    client_census::{self, Alike, Part, Standing},
};

/// So many are counted at a time, which takes some milliseconds.
const PART: u32 = 4_000;

/// In the background they are counted no oftener.
const EVERY: Duration = Duration::from_mins(1);

/// A client that ends within this time needs attention.
pub const SOON: Duration = Duration::from_hours(30 * 24);

/// The clients of one tenant, or all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientCounts {
    by_standing: BTreeMap<Standing, u64>,
    by_door: BTreeMap<Door, u64>,
    pub ending_soon: u64,
}

/// A count that is done.
#[derive(Debug)]
pub struct Counted {
    /// When it was begun.
    pub at: Timestamp,
    all: ClientCounts,
    of_tenants: BTreeMap<Id, ClientCounts>,
    /// Whether one part held them all.
    are_few: bool,
}

/// The last count of this node.
#[derive(Debug, Default)]
pub struct Census {
    last: Mutex<Option<Arc<Counted>>>,
    is_wanted: AtomicBool,
}

impl ClientCounts {
    pub fn standing(&self, standing: Standing) -> u64 {
        self.by_standing.get(&standing).copied().unwrap_or(0)
    }

    pub fn door(&self, door: Door) -> u64 {
        self.by_door.get(&door).copied().unwrap_or(0)
    }

    pub fn total(&self) -> u64 {
        self.by_standing.values().sum()
    }

    fn add(&mut self, alike: &Alike) {
        *self.by_standing.entry(alike.standing).or_default() += alike.count;
        *self.by_door.entry(alike.door).or_default() += alike.count;
        self.ending_soon += if alike.ends_soon { alike.count } else { 0 };
    }
}

impl Counted {
    /// The clients of this tenant; all of them for somebody who belongs to none.
    pub fn of(&self, tenant: Option<&Id>) -> ClientCounts {
        match tenant {
            None => self.all.clone(),
            Some(tenant) => self.of_tenants.get(tenant).cloned().unwrap_or_default(),
        }
    }

    fn new(at: Timestamp) -> Self {
        Self { at, all: ClientCounts::default(), of_tenants: BTreeMap::new(), are_few: true }
    }

    fn add(&mut self, part: &Part) {
        for alike in &part.alike {
            if let Some(tenant) = &alike.tenant_id {
                self.of_tenants.entry(tenant.clone()).or_default().add(alike);
            }
            self.all.add(alike);
        }
    }
}

impl Census {
    /// The clients as they were counted last: now, where they are few; none while many are being counted for the first time.
    pub async fn look(&self, store: &Store, now: Timestamp) -> Result<Option<Arc<Counted>>, StoreError> {
        let last = self.last();
        if last.as_ref().is_some_and(|last| !last.are_few) {
            self.is_wanted.store(true, Ordering::Relaxed);
            return Ok(last);
        }
        let part = client_census::part(store, None, (now, now.plus(SOON)), PART).await?;
        if part.count >= u64::from(PART) {
            self.is_wanted.store(true, Ordering::Relaxed);
            return Ok(last);
        }
        let mut counted = Counted::new(now);
        counted.add(&part);
        Ok(Some(self.keep(counted)))
    }

    /// Counts them, if somebody looked since the last time and that is a while ago, or if nobody ever did.
    pub async fn renew(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let is_due = match self.last() {
            None => true,
            Some(last) => now.since(last.at) >= EVERY && self.is_wanted.swap(false, Ordering::Relaxed),
        };
        if !is_due {
            return Ok(());
        }
        let mut counted = Counted::new(now);
        let mut after: Option<Id> = None;
        loop {
            let part = client_census::part(store, after.as_ref(), (now, now.plus(SOON)), PART).await?;
            counted.add(&part);
            if part.count < u64::from(PART) {
                break;
            }
            counted.are_few = false;
            after = part.last;
            tokio::task::yield_now().await;
        }
        self.keep(counted);
        Ok(())
    }

    fn keep(&self, counted: Counted) -> Arc<Counted> {
        let counted = Arc::new(counted);
        *self.lock() = Some(Arc::clone(&counted));
        counted
    }

    fn last(&self) -> Option<Arc<Counted>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Counted>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
