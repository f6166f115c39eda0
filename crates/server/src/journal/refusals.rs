//! Refusals, told as often as it helps and no oftener: whoever is refused can be refused again, and must not fill the disk with it.
//!
//! Of refusals that are alike (the same kind, the same object or client, the same source) one is told at once, those of the minute that
//! follows are counted, and their number is told when the minute is over. Of all together no more than [`MOST`] sorts are told apart at
//! a time; what comes beyond that counts with others of its kind.

use std::{
    collections::HashMap,
    mem,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    journal::{Event, EventKind},
    time::Timestamp,
};

/// For so long refusals that are alike are counted.
const WINDOW: Duration = Duration::from_mins(1);

/// So many sorts are told apart within a window.
const MOST: usize = 256;

/// So many may wait while the store does not answer.
const MOST_WAITING: usize = 10_000;

/// What makes refusals alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sort {
    kind: EventKind,
    /// The object, or whatever else the actor named; none for what comes beyond the bound.
    whom: Option<String>,
    source: Option<IpAddr>,
}

/// Those that came since the first one was told.
#[derive(Debug)]
struct Counted {
    since: Timestamp,
    more: u64,
    /// The last one.
    event: Event,
}

/// The refusals of this node.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    counted: HashMap<Sort, Counted>,
    waiting: Vec<Event>,
}

impl Refusals {
    /// The event, if it is to be told now; `None` if it is counted.
    pub fn admit(&self, event: Event) -> Option<Event> {
        self.lock().admit(event)
    }

    /// Keeps the event until [`Refusals::due`], or counts it.
    pub fn wait(&self, event: Event) {
        let mut inner = self.lock();
        if let Some(event) = inner.admit(event) {
            inner.keep([event]);
        }
    }

    /// What waits, and the counts of windows that are over by `now`.
    pub fn due(&self, now: Timestamp) -> Vec<Event> {
        let mut inner = self.lock();
        inner.close_windows(now);
        mem::take(&mut inner.waiting)
    }

    /// What waits, and all counts.
    pub fn all(&self) -> Vec<Event> {
        self.due(Timestamp::from_millis(i64::MAX))
    }

    /// What could not be written waits once more.
    pub fn put_back(&self, events: Vec<Event>) {
        self.lock().keep(events);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn admit(&mut self, event: Event) -> Option<Event> {
        self.close_windows(event.at);
        let mut sort = Sort::of(&event);
        if self.counted.len() >= MOST && !self.counted.contains_key(&sort) {
            sort = Sort { kind: event.kind, whom: None, source: None };
        }
        if let Some(counted) = self.counted.get_mut(&sort) {
            counted.more += 1;
            counted.event = event;
            return None;
        }
        self.counted.insert(sort, Counted { since: event.at, more: 0, event: event.clone() });
        Some(event)
    }

    fn close_windows(&mut self, now: Timestamp) {
        let is_over = |counted: &Counted| now >= counted.since.plus(WINDOW);
        let over: Vec<_> = self.counted.extract_if(|_, counted| is_over(counted)).collect();
        let told = over.into_iter().filter(|(_, counted)| counted.more > 0).map(|(sort, counted)| {
            let Counted { more, event, .. } = counted;
            let others = if sort.whom.is_none() { " of many sources and objects" } else { "" };
            Event { note: Some(format!("the last of {more} more within a minute{others}")), ..event }
        });
        let told: Vec<_> = told.collect();
        self.keep(told);
    }

    fn keep(&mut self, events: impl IntoIterator<Item = Event>) {
        let room = MOST_WAITING.saturating_sub(self.waiting.len());
        self.waiting.extend(events.into_iter().take(room));
    }
}

impl Sort {
    fn of(event: &Event) -> Self {
        let actor = &event.actor;
        let object = event.object.as_ref().map(|(_, id)| id.as_str());
        let credential =
            || actor.credential_id.as_ref().or(actor.account_id.as_ref()).map(domain::id::Id::as_str);
        let client = || actor.client_id.as_ref().map(domain::client::ClientId::as_str);
        let whom = object.or_else(credential).or_else(client).unwrap_or_default().to_owned();
        Self { kind: event.kind, whom: Some(whom), source: event.from.map(network) }
    }
}

/// Whoever has one IPv6 address has at least 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use domain::{id::Id, journal::ObjectKind};

    use super::*;

    fn at(millis: i64, number: u16, from: &str) -> Event {
        let at = Timestamp::from_millis(millis);
        Event {
            object: Some((ObjectKind::ApiKey, number.to_string())),
            from: Some(from.parse().unwrap()),
            ..Event::new(Id::new(at, number, [0; 8]), at, EventKind::ApiKeyRefused)
        }
    }

    #[test]
    fn of_refusals_that_are_alike_one_is_told_at_once_and_the_others_by_their_number() {
        let refusals = Refusals::default();
        assert!(refusals.admit(at(0, 1, "192.0.2.1")).is_some());
        for millis in 1..=5 {
            assert!(refusals.admit(at(millis, 1, "192.0.2.1")).is_none());
        }
        assert!(refusals.due(Timestamp::from_millis(59_999)).is_empty());
        let told = refusals.due(Timestamp::from_millis(60_000));
        let notes: Vec<_> = told.iter().map(|event| event.note.as_deref()).collect();
        assert_eq!(notes, [Some("the last of 5 more within a minute")]);
        assert!(refusals.admit(at(60_001, 1, "192.0.2.1")).is_some());
    }

    #[test]
    fn another_object_and_another_source_are_told_apart_but_not_two_addresses_of_one_network() {
        let refusals = Refusals::default();
        let is_told = |number, from| refusals.admit(at(0, number, from)).is_some();
        assert!(is_told(1, "192.0.2.1") && is_told(2, "192.0.2.1") && is_told(1, "192.0.2.2"));
        assert!(is_told(1, "2001:db8::1") && is_told(1, "2001:db8:0:1::1"));
        assert!(!is_told(1, "2001:db8::2") && !is_told(1, "::ffff:192.0.2.2"));
    }

    #[test]
    fn however_many_sources_there_are_few_are_told_in_a_minute() {
        let refusals = Refusals::default();
        for number in 0..10_000 {
            refusals.wait(at(i64::from(number), number, "192.0.2.1"));
        }
        let told = refusals.all();
        assert_eq!(told.len(), MOST + 2);
        let note = told.last().and_then(|event| event.note.clone()).unwrap();
        assert_eq!(note, "the last of 9743 more within a minute of many sources and objects");
    }

    #[test]
    fn what_could_not_be_written_waits_once_more() {
        let refusals = Refusals::default();
        refusals.wait(at(0, 1, "192.0.2.1"));
        let waiting = refusals.all();
        refusals.put_back(waiting);
        assert_eq!(refusals.all().len(), 1);
    }
}
