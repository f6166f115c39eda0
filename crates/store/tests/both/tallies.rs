use std::time::Duration;

use domain::client::{Client, ClientId, Door, metadata::ClientMetadata};
use domain::id::Id;
use domain::journal::{Event, EventKind, ObjectKind};
use domain::tally::{Day, Tally};
use domain::time::Timestamp;
use serde_json::json;
use store::client_census::{self, Standing};
use store::tallies::{Counts, forget_before, since};
use store::{Store, clients, journal};

use crate::scene::batch;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn id(number: u16) -> Id {
    Id::new(NOW, number, [5; 8])
}

fn registered(number: u16, tenant: Option<u16>) -> Event {
    Event {
        tenant_id: tenant.map(id),
        object: Some((ObjectKind::OAuthClient, number.to_string())),
        after: Some(json!({ "door": "anonymous" })),
        ..Event::new(id(number), NOW, EventKind::Created)
    }
}

async fn counted(store: &Store, tenant: Option<u16>) -> Vec<(i64, u64)> {
    let first = Day::of(NOW).before(1000);
    let counted = since(store, tenant.map(id).as_ref(), first).await.expect("counts");
    counted.iter().map(|counted| (counted.day.number() - Day::of(NOW).number(), counted.times)).collect()
}

async fn add(store: &Store, number: u16, change: impl FnOnce(&mut Client)) {
    let json =
        json!({ "token_endpoint_auth_method": "none", "grant_types": [], "application_type": "native" });
    let metadata: ClientMetadata = serde_json::from_value(json).expect("metadata");
    let mut client = Client {
        id: id(number),
        client_id: ClientId::parse(&format!("client-{number}")).expect("a client id"),
        door: Door::Anonymous,
        registered_by: None,
        member_tenant_id: None,
        metadata,
        secret: None,
        created_at: NOW,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: 1,
    };
    change(&mut client);
    let insert = clients::insert(&client, &clients::Management::default()).expect("statements");
    assert!(store.commit(batch(insert)).await.expect("a client").is_committed());
}

both! {
    async fn what_is_sealed_is_counted_once_for_its_tenant_and_for_all(store: Store) {
        let events = [registered(1, None), registered(2, Some(9)), registered(3, Some(9)), registered(4, Some(8))];
        assert!(store.commit(batch(events.iter().map(journal::insert))).await.expect("events").is_committed());
        assert_eq!(counted(&store, None).await, []);
        journal::seal(&store).await.expect("sealed");
        journal::seal(&store).await.expect("sealed");
        assert_eq!(counted(&store, None).await, [(0, 4)]);
        assert_eq!(counted(&store, Some(9)).await, [(0, 2)]);
        assert_eq!(counted(&store, Some(7)).await, []);
    }

    async fn counts_add_up_and_are_forgotten_by_the_day(store: Store) {
        let today = Day::of(NOW);
        for (days, times) in [(0, 2), (0, 3), (5, 7), (93, 1)] {
            let mut counts = Counts::default();
            counts.add(Some(&id(9)), today.before(days), Tally::SignedIn, times);
            assert!(store.commit(batch(counts.statements())).await.expect("counts").is_committed());
        }
        assert_eq!(counted(&store, None).await, [(-93, 1), (-5, 7), (0, 5)]);
        forget_before(&store, today.before(92)).await.expect("forgotten");
        assert_eq!(counted(&store, Some(9)).await, [(-5, 7), (0, 5)]);
    }

    async fn clients_are_counted_part_by_part_each_in_one_standing(store: Store) {
        let (soon, gone) = (NOW.plus(DAY), NOW.minus(DAY));
        add(&store, 1, |_| {}).await;
        add(&store, 2, |client| client.is_verified = true).await;
        add(&store, 3, |client| client.expires_at = Some(gone)).await;
        add(&store, 4, |client| (client.is_enabled, client.expires_at) = (false, Some(soon))).await;
        add(&store, 5, |client| (client.door, client.expires_at) = (Door::ApiKey, Some(soon))).await;
        let (mut after, mut all) = (None, Vec::new());
        loop {
            let part = client_census::part(&store, after.as_ref(), (NOW, NOW.plus(DAY * 2)), 2).await.expect("a part");
            all.extend(part.alike.iter().map(|alike| (alike.standing, alike.door, alike.ends_soon, alike.count)));
            if part.count < 2 {
                break;
            }
            after = part.last;
        }
        all.sort_unstable();
        let anonymous = Door::Anonymous;
        assert_eq!(all, [
            (Standing::Active, anonymous, false, 1),
            (Standing::Active, Door::ApiKey, true, 1),
            (Standing::Verified, anonymous, false, 1),
            (Standing::Expired, anonymous, false, 1),
            (Standing::Disabled, anonymous, false, 1),
        ]);
    }

    async fn those_that_end_next_come_first_and_those_that_ended_or_sleep_do_not(store: Store) {
        let at = |days: u32| Some(NOW.plus(DAY * days));
        add(&store, 1, |client| client.expires_at = at(5)).await;
        add(&store, 2, |client| client.expires_at = at(2)).await;
        add(&store, 3, |client| client.expires_at = at(40)).await;
        add(&store, 4, |client| client.expires_at = Some(NOW)).await;
        add(&store, 5, |client| (client.is_enabled, client.expires_at) = (false, at(3))).await;
        add(&store, 6, |_| {}).await;
        let until = (NOW, NOW.plus(DAY * 30));
        let ending = client_census::ending(&store, None, until, 9).await.expect("clients");
        assert_eq!(ending, [id(2), id(1)]);
        assert_eq!(client_census::ending(&store, Some(&id(9)), until, 9).await.expect("clients"), []);
    }
}
