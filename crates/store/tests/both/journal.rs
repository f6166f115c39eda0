use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use domain::id::Id;
use domain::journal::{ActorRef, Change, CredentialKind, Event, EventKind, ObjectKind, Sealed};
use domain::time::Timestamp;
use serde_json::json;
use store::journal::{self, Filter, Flaw, ObjectFilter, Page, Unchanged, Verdict};
use store::{Query, Statement, Store, StoreError};
use tokio::task::JoinSet;

use crate::scene::{Migrated, batch};

const EDITS: &[(&str, &str)] = &[
    ("UPDATE journal SET note = 'x' WHERE position = 2", "UPDATE journal SET note = NULL WHERE position = 2"),
    (
        "UPDATE journal SET value_after = '{\"number\":9}' WHERE position = 2",
        "UPDATE journal SET value_after = '{\"number\":2}' WHERE position = 2",
    ),
    (
        "UPDATE journal SET kind = 'nothing' WHERE position = 2",
        "UPDATE journal SET kind = 'created' WHERE position = 2",
    ),
    (
        "UPDATE journal SET happened_at = 1 WHERE position = 2",
        "UPDATE journal SET happened_at = 2 WHERE position = 2",
    ),
    (
        "UPDATE journal SET from_address = '192.0.2.1' WHERE position = 2",
        "UPDATE journal SET from_address = NULL WHERE position = 2",
    ),
];

const ALL: Page = Page { after: None, offset: 0, limit: 1000 };

fn id(number: u16) -> Id {
    Id::new(Timestamp::from_millis(i64::from(number)), number, [7; 8])
}

/// The `number`-th thing that happened, `number` milliseconds after 1970.
fn event(number: u16) -> Event {
    Event {
        object: Some((ObjectKind::OAuthClient, format!("client {number}"))),
        after: Some(json!({ "number": number })),
        ..Event::new(id(number), Timestamp::from_millis(number.into()), EventKind::Created)
    }
}

fn of_tenant(tenant: u16, event: Event) -> Event {
    Event { tenant_id: Some(id(tenant)), ..event }
}

async fn happen(store: &Store, events: impl IntoIterator<Item = Event>) {
    let inserts = events.into_iter().map(|event| journal::insert(&event));
    assert!(store.commit(batch(inserts)).await.expect("events").is_committed());
}

/// A journal with these events, sealed.
async fn sealed(store: &Store, events: impl IntoIterator<Item = Event>) {
    happen(store, events).await;
    journal::seal(store).await.expect("sealed");
}

async fn all(store: &Store) -> Vec<Sealed> {
    journal::query(store, &Filter::default(), ALL).await.expect("events")
}

async fn found(store: &Store, filter: Filter) -> Vec<i64> {
    let found = journal::query(store, &filter, ALL).await.expect("events");
    let count = journal::count(store, &filter, None).await.expect("a count");
    assert_eq!(usize::try_from(count), Ok(found.len()));
    found.iter().map(|event| event.position).collect()
}

fn unchanged(since: i64) -> Unchanged {
    Unchanged { object: ObjectKind::OAuthClient, tenant_id: None, only: None, since, except: Vec::new() }
}

async fn tamper(store: &Store, sql: &'static str) {
    assert!(store.commit(batch([Statement::new(sql, [])])).await.expect("a change").is_committed());
}

async fn holds(store: &Store) -> bool {
    matches!(journal::verify(store).await.expect("a verdict"), Verdict::Holds { .. })
}

/// The position of the first bad event and what is wrong with it.
async fn broken(store: &Store) -> Option<(i64, Flaw)> {
    match journal::verify(store).await.expect("a verdict") {
        Verdict::Holds { .. } => None,
        Verdict::Broken(found) => Some((found.position, found.flaw)),
    }
}

/// Follows the changes until `enough` were seen, sealing as it goes.
async fn follow(store: Store, enough: usize) -> Vec<String> {
    let (mut since, mut log) = (0, Vec::new());
    while log.len() < enough {
        journal::seal(&store).await.expect("sealed");
        let changes = journal::changes(&store, ObjectKind::OAuthClient, None, since, 50).await;
        let changes = changes.expect("an answer").expect("a state that was reached");
        assert!(changes.until >= since);
        since = changes.until;
        log.extend(changes.log.into_iter().map(|(id, _)| id));
        tokio::task::yield_now().await;
    }
    log
}

/// One thing after the other, each called by its writer and its place.
async fn write(store: Store, writer: usize, next: Arc<AtomicU16>) {
    for place in 0..EACH {
        let object = Some((ObjectKind::OAuthClient, format!("{writer} {place:02}")));
        happen(&store, [Event { object, ..event(next.fetch_add(1, Ordering::Relaxed)) }]).await;
    }
}

const WRITERS: usize = 32;
const EACH: usize = 40;

both! {
    async fn an_event_reads_back_as_it_was_written(store: Store) {
        let event = Event {
            tenant_id: Some(id(9)),
            actor: ActorRef {
                account_id: Some(id(8)),
                credential_kind: Some(CredentialKind::AccessToken),
                credential_id: Some(id(7)),
                client_id: domain::client::ClientId::parse("app"),
            },
            from: Some("2001:db8::1".parse().expect("an address")),
            before: Some(json!({ "a": [1, null, "\u{1}"] })),
            note: Some("why".to_owned()),
            ..event(1)
        };
        sealed(&store, [event.clone()]).await;
        let read = journal::get(&store, &event.id, None).await.expect("an answer").expect("an event");
        assert_eq!((read.position, read.event), (1, event.clone()));
        assert!(journal::get(&store, &event.id, Some(&id(9))).await.expect("an answer").is_some());
        assert!(journal::get(&store, &event.id, Some(&id(1))).await.expect("an answer").is_none());
    }

    async fn a_secret_that_somebody_forgot_to_leave_out_is_not_stored(store: Store) {
        let event = Event { after: Some(json!({ "secret": "hunter2" })), ..event(1) };
        sealed(&store, [event]).await;
        assert_eq!(all(&store).await[0].event.after, Some(json!({ "secret": "****" })));
    }

    async fn positions_follow_the_order_of_sealing_without_gaps(store: Store) {
        sealed(&store, [event(5), event(4)]).await;
        sealed(&store, [event(2), event(3)]).await;
        let order: Vec<_> = all(&store).await.into_iter().map(|sealed| (sealed.position, sealed.event.id)).collect();
        assert_eq!(order, [(4, id(3)), (3, id(2)), (2, id(5)), (1, id(4))]);
    }

    async fn what_is_not_sealed_is_not_seen(store: Store) {
        happen(&store, [event(1)]).await;
        assert!(all(&store).await.is_empty());
        assert_eq!(journal::head(&store, ObjectKind::OAuthClient, None).await, Ok(0));
        assert_eq!(journal::seal(&store).await, Ok(1));
        assert_eq!(journal::seal(&store).await, Ok(0));
        assert_eq!(journal::head(&store, ObjectKind::OAuthClient, None).await, Ok(1));
    }

    async fn a_burst_is_sealed_in_parts_and_nothing_of_it_is_lost(store: Store) {
        happen(&store, (1..=300).map(event)).await;
        let first = journal::seal_some(&store, 1).await.expect("sealed");
        assert!(first > 0 && first < 300, "{first}");
        assert_eq!(journal::seal(&store).await, Ok(300 - first));
        assert!(holds(&store).await);
    }

    async fn an_event_that_cannot_be_read_holds_up_no_other(store: Store) {
        happen(&store, (1..=300).map(event)).await;
        tamper(&store, "UPDATE journal_unsealed SET kind = 'unheard-of' WHERE object_id = 'client 7'").await;
        assert_eq!(journal::seal(&store).await, Ok(299));
        assert!(holds(&store).await);
        assert_eq!(journal::unreadable(&store).await, Ok(vec![id(7).to_string()]));
        tamper(&store, "UPDATE journal_unsealed SET kind = 'created' WHERE object_id = 'client 7'").await;
        assert_eq!(journal::seal(&store).await, Ok(1));
    }

    async fn of_many_that_expect_the_same_state_one_changes_it(scene: Migrated) {
        let Migrated(scene) = scene;
        sealed(&scene.store, [event(1)]).await;
        let other = scene.another().await;
        let mut contenders = JoinSet::new();
        for number in 10..42 {
            let node = if number % 2 == 0 { &scene.store } else { &other };
            let store = node.expecting(unchanged(1));
            contenders.spawn(async move { store.commit(batch([journal::insert(&event(number))])).await });
        }
        let outcomes = contenders.join_all().await;
        let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(StoreError::Unexpected));
        assert_eq!(outcomes.iter().filter(refused).count(), 31, "{outcomes:?}");
        other.close().await;
    }

    async fn what_does_not_count_is_expected(store: Store) {
        sealed(&store, [event(1), event(2)]).await;
        happen(&store, [of_tenant(9, event(3))]).await;
        let is_as_expected = async |unchanged| {
            let none = Statement::new("DELETE FROM journal WHERE position = 0", []);
            store.expecting(unchanged).commit(batch([none])).await.is_ok()
        };
        assert!(!is_as_expected(unchanged(1)).await && !is_as_expected(unchanged(2)).await);
        let own = vec!["client 2".to_owned(), "client 3".to_owned()];
        assert!(is_as_expected(Unchanged { except: own, ..unchanged(1) }).await);
        assert!(is_as_expected(Unchanged { tenant_id: Some(id(8)), ..unchanged(0) }).await);
        assert!(!is_as_expected(Unchanged { tenant_id: Some(id(9)), ..unchanged(2) }).await);
        assert!(is_as_expected(Unchanged { only: Some("client 1".to_owned()), ..unchanged(1) }).await);
        assert!(is_as_expected(Unchanged { object: ObjectKind::Role, ..unchanged(0) }).await);
    }

    async fn two_nodes_that_seal_at_once_give_each_event_one_position(scene: Migrated) {
        let Migrated(scene) = scene;
        let other = scene.another().await;
        for round in 0..4_u16 {
            happen(&scene.store, (0..300).map(|number| event(round * 300 + number))).await;
            let (ours, theirs) = tokio::join!(journal::seal(&scene.store), journal::seal(&other));
            assert!(ours.is_ok() && theirs.is_ok());
        }
        let rows = scene.rows("SELECT position, id FROM journal ORDER BY position").await;
        let positions: Vec<_> = rows.iter().map(|row| row.int(0).expect("a position")).collect();
        assert_eq!(positions, (1..=1200).collect::<Vec<_>>());
        assert!(scene.rows("SELECT id FROM journal_unsealed").await.is_empty());
        assert!(holds(&scene.store).await);
        other.close().await;
    }

    async fn a_reader_that_follows_32_writers_misses_nothing_and_sees_each_ones_changes_once_and_in_order(scene: Migrated) {
        let Migrated(scene) = scene;
        let other = scene.another().await;
        let next = Arc::new(AtomicU16::new(1));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let store = if writer % 2 == 0 { &scene.store } else { &other };
            writers.spawn(write(store.clone(), writer, Arc::clone(&next)));
        }
        let log = follow(scene.store.clone(), WRITERS * EACH);
        let log = tokio::time::timeout(Duration::from_mins(1), log).await.expect("all are seen");
        for writer in 0..WRITERS {
            let own: Vec<_> = log.iter().filter(|id| id.starts_with(&format!("{writer} "))).cloned().collect();
            assert_eq!(own, (0..EACH).map(|place| format!("{writer} {place:02}")).collect::<Vec<_>>());
        }
        writers.join_all().await;
        assert!(holds(&scene.store).await);
        other.close().await;
    }

    async fn changes_are_told_in_order_and_in_parts(store: Store) {
        let updated = Event { kind: EventKind::Updated, ..event(2) };
        let role = Event { object: Some((ObjectKind::Role, "r".to_owned())), ..event(3) };
        let seen = Event { kind: EventKind::ConsentGiven, ..event(4) };
        let gone = Event { kind: EventKind::Destroyed, ..event(5) };
        sealed(&store, [event(1), updated, role, seen, gone]).await;
        let first = journal::changes(&store, ObjectKind::OAuthClient, None, 0, 2).await.expect("an answer").expect("changes");
        let named = |number: u16, change| (format!("client {number}"), change);
        assert_eq!(first.log, [named(1, Change::Created), named(2, Change::Updated)]);
        assert!(first.has_more && first.until == 2);
        let rest = journal::changes(&store, ObjectKind::OAuthClient, None, 2, 2).await.expect("an answer").expect("changes");
        assert_eq!(rest.log, [named(5, Change::Destroyed)]);
        assert!(!rest.has_more && rest.until == 5);
        assert_eq!(journal::head(&store, ObjectKind::OAuthClient, None).await, Ok(5));
        assert_eq!(journal::head(&store, ObjectKind::Role, None).await, Ok(3));
    }

    async fn a_tenant_hears_of_its_own_changes_only(store: Store) {
        sealed(&store, [of_tenant(1, event(1)), of_tenant(2, event(2)), event(3)]).await;
        let changes = journal::changes(&store, ObjectKind::OAuthClient, Some(&id(1)), 0, 10).await;
        assert_eq!(changes.expect("an answer").expect("changes").log.len(), 1);
        assert_eq!(journal::head(&store, ObjectKind::OAuthClient, Some(&id(2))).await, Ok(2));
        assert_eq!(found(&store, Filter { tenant_id: Some(id(2)), ..Filter::default() }).await, [2]);
    }

    async fn a_state_that_was_never_reached_gives_no_changes(store: Store) {
        sealed(&store, [event(1)]).await;
        for since in [2, 99, i64::MAX, -1] {
            assert_eq!(journal::changes(&store, ObjectKind::OAuthClient, None, since, 5).await, Ok(None), "{since}");
        }
    }

    async fn an_edited_event_is_found(store: Store) {
        sealed(&store, (1..=3).map(event)).await;
        for (edit, undo) in EDITS {
            tamper(&store, edit).await;
            assert_eq!(broken(&store).await, Some((2, Flaw::Altered)), "{edit}");
            tamper(&store, undo).await;
            assert!(holds(&store).await, "{undo}");
        }
    }

    async fn a_removed_event_is_found(store: Store) {
        sealed(&store, (1..=3).map(event)).await;
        assert!(holds(&store).await);
        tamper(&store, "DELETE FROM journal WHERE position = 2").await;
        assert_eq!(broken(&store).await, Some((2, Flaw::Missing)));
        tamper(&store, "UPDATE journal SET position = 2 WHERE position = 3").await;
        assert_eq!(broken(&store).await, Some((2, Flaw::Altered)));
    }

    async fn events_cut_off_the_end_are_found(store: Store) {
        sealed(&store, (1..=3).map(event)).await;
        tamper(&store, "DELETE FROM journal WHERE position = 3").await;
        assert_eq!(broken(&store).await, Some((3, Flaw::Missing)));
        tamper(&store, "UPDATE journal_head SET position = 2").await;
        assert_eq!(broken(&store).await, Some((3, Flaw::Missing)));
    }

    async fn an_added_event_is_found(store: Store) {
        sealed(&store, (1..=2).map(event)).await;
        tamper(&store, "INSERT INTO journal (position, hash, id, happened_at, kind) VALUES (3, '', 'x', 1, 'created')").await;
        assert_eq!(broken(&store).await, Some((3, Flaw::Added)));
    }

    async fn re_ordered_events_are_found_also_those_of_two_tenants(store: Store) {
        sealed(&store, [of_tenant(1, event(1)), of_tenant(2, event(2)), event(3)]).await;
        tamper(&store, "UPDATE journal SET position = 9 WHERE position = 1").await;
        tamper(&store, "UPDATE journal SET position = 1 WHERE position = 2").await;
        tamper(&store, "UPDATE journal SET position = 2 WHERE position = 9").await;
        assert_eq!(broken(&store).await, Some((1, Flaw::Altered)));
    }

    async fn what_is_forgotten_leaves_the_rest_verifiable(store: Store) {
        for number in 1..=6 {
            sealed(&store, [of_tenant(number % 2, event(number))]).await;
        }
        assert_eq!(journal::forget_before(&store, Timestamp::from_millis(4)).await, Ok(3));
        assert!(holds(&store).await);
        assert_eq!(found(&store, Filter::default()).await, [6, 5, 4]);
        tamper(&store, "UPDATE journal SET note = 'x' WHERE position = 4").await;
        assert_eq!(broken(&store).await, Some((4, Flaw::Altered)));
    }

    async fn what_follows_a_forgotten_state_cannot_be_told(store: Store) {
        sealed(&store, (1..=4).map(event)).await;
        assert_eq!(journal::forget_before(&store, Timestamp::from_millis(3)).await, Ok(2));
        let changes = async |since| journal::changes(&store, ObjectKind::OAuthClient, None, since, 9).await.expect("an answer");
        assert_eq!(changes(1).await, None);
        assert_eq!(changes(2).await.expect("changes").log.len(), 2);
        assert_eq!(journal::forget_before(&store, Timestamp::from_millis(99)).await, Ok(2));
        assert_eq!(journal::head(&store, ObjectKind::OAuthClient, None).await, Ok(4));
        assert!(holds(&store).await);
        sealed(&store, [event(9)]).await;
        assert_eq!(journal::head(&store, ObjectKind::OAuthClient, None).await, Ok(5));
        assert!(holds(&store).await);
    }

    async fn each_filter_finds_what_it_names_newest_first(store: Store) {
        let signed_in = |number| Event {
            object: None,
            kind: EventKind::SignedIn,
            actor: ActorRef { account_id: Some(id(3)), ..ActorRef::default() },
            ..event(number)
        };
        sealed(&store, [event(1), signed_in(2), event(3), signed_in(4)]).await;
        let none = Filter::default;
        let one = ObjectFilter::One(ObjectKind::OAuthClient, "client 3".to_owned());
        let at = |millis| Some(Timestamp::from_millis(millis));
        assert_eq!(found(&store, none()).await, [4, 3, 2, 1]);
        assert_eq!(found(&store, Filter { object: Some(one), ..none() }).await, [3]);
        assert_eq!(found(&store, Filter { object: Some(ObjectFilter::ChangesOf(ObjectKind::OAuthClient)), ..none() }).await, [3, 1]);
        assert_eq!(found(&store, Filter { account_id: Some(id(3)), from: at(3), ..none() }).await, [4]);
        assert_eq!(found(&store, Filter { kind: Some(EventKind::SignedIn), until: at(4), ..none() }).await, [2]);
        assert_eq!(found(&store, Filter { from: at(2), until: at(4), ..none() }).await, [3, 2]);
    }

    async fn a_time_is_found_in_a_journal_of_many_hours(store: Store) {
        let hours = |number: u16| Timestamp::from_millis(i64::from(number) * 3_600_000);
        let happened = |number: u16| Event { id: Id::new(hours(number), 0, [1; 8]), at: hours(number), ..event(number) };
        sealed(&store, (1..=20).map(happened)).await;
        let filter = Filter { from: Some(hours(8)), until: Some(hours(11)), ..Filter::default() };
        assert_eq!(found(&store, filter).await, [10, 9, 8]);
    }

    async fn pages_follow_each_other(store: Store) {
        sealed(&store, (1..=5).map(event)).await;
        let page = async |after, offset| {
            let page = Page { after, offset, limit: 2 };
            let found = journal::query(&store, &Filter::default(), page).await.expect("events");
            found.iter().map(|event| event.position).collect::<Vec<_>>()
        };
        assert_eq!((page(None, 0).await, page(Some(4), 0).await), (vec![5, 4], vec![3, 2]));
        assert_eq!(page(None, 3).await, [2, 1]);
    }

    async fn an_event_of_a_batch_that_is_refused_did_not_happen(store: Store) {
        let impossible = Statement::new("DELETE FROM accounts", []).guarded(store::Guard::Exactly(1));
        let outcome = store.commit(batch([journal::insert(&event(1)), impossible])).await.expect("an outcome");
        assert!(!outcome.is_committed());
        assert_eq!(journal::seal(&store).await, Ok(0));
        assert!(store.read(Query::new("SELECT id FROM journal", [])).await.expect("rows").is_empty());
    }
}
