use domain::client::{Client, ClientId, Door, metadata::ClientMetadata};
use domain::id::Id;
use domain::time::Timestamp;
use store::client_search::{Condition, SortBy, State, search};
use store::search::{Comparison, Filter, Page, Search};
use store::{Store, client_uses, clients};

use crate::scene::batch;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn client(number: u16, client_id: &str, name: &str) -> Client {
    let json = serde_json::json!({
        "token_endpoint_auth_method": "none", "grant_types": [], "application_type": "native",
        "client_name": name, "contacts": ["ops@example.com"],
    });
    let metadata: ClientMetadata = serde_json::from_value(json).expect("metadata");
    Client {
        id: Id::new(NOW, number, [0; 8]),
        client_id: ClientId::parse(client_id).expect("a client id"),
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
    }
}

async fn add(store: &Store, client: &Client) {
    let insert = clients::insert(client, &clients::Management::default()).expect("statements");
    assert!(store.commit(batch(insert)).await.expect("a client").is_committed());
}

/// Three clients: `mail`, `calendar`, and one with an id of ours.
async fn scene(store: &Store) {
    add(store, &client(1, "mail", "The Mail App")).await;
    add(store, &client(2, "calendar", "Calendar 100%")).await;
    add(store, &client(3, "wla_00000000000000000000000abc", "The other app")).await;
}

async fn found(store: &Store, filter: Filter<Condition>, sort: SortBy) -> Vec<String> {
    let search_for = Search { tenant: None, filter: Some(filter), sort, page: Page::default() };
    let ids = search(store, &search_for).await.expect("an answer").ids;
    let all = clients::by_ids(store, &ids, None).await.expect("clients");
    let named =
        |id: &Id| all.iter().find(|client| client.id == *id).expect("a client").client_id.as_str().to_owned();
    ids.iter().map(named).collect()
}

async fn with(store: &Store, text: &str) -> Vec<String> {
    found(store, Filter::Condition(Condition::Text(text.to_owned())), SortBy::Id).await
}

both! {
    async fn a_client_is_found_by_the_words_of_its_name_its_contacts_and_its_id(store: Store) {
        scene(&store).await;
        assert_eq!(with(&store, "app").await, ["wla_00000000000000000000000abc", "mail"]);
        assert_eq!(with(&store, "APP mail").await, ["mail"]);
        assert_eq!(with(&store, "calendar").await, ["calendar"]);
        assert_eq!(with(&store, "ops@example.com").await.len(), 3);
        assert_eq!(with(&store, " wla_00000000000000000000000abc ").await, ["wla_00000000000000000000000abc"]);
    }

    async fn a_text_finds_nothing_but_what_has_its_words(store: Store) {
        scene(&store).await;
        for nothing in ["%", "ma%", "m_il", "' OR 1=1 --", "\0", "", "\\", "nowhere", "app calendar", "wla_%"] {
            assert!(with(&store, nothing).await.is_empty(), "{nothing:?}");
        }
        assert!(with(&store, &"a ".repeat(32_768)).await.is_empty());
    }

    async fn a_client_is_found_by_when_it_was_last_served(store: Store) {
        scene(&store).await;
        let id = |number| Id::new(NOW, number, [0; 8]);
        let at = |millis| Timestamp::from_millis(millis);
        for (number, millis) in [(1, 10), (2, 30), (2, 20), (9, 40)] {
            assert!(store.commit(batch([client_uses::note(&id(number), at(millis))])).await.expect("noted").is_committed());
        }
        let with = async |comparison, millis| found(&store, Filter::Condition(Condition::LastUsedAt(comparison, at(millis))), SortBy::Id).await;
        assert_eq!(with(Comparison::Greater, 10).await, ["calendar"]);
        assert_eq!(with(Comparison::Equal, 30).await, ["calendar"]);
        assert_eq!(with(Comparison::LessOrEqual, 20).await, ["mail"]);
        let unused = Filter::Not(vec![Filter::Condition(Condition::LastUsedAt(Comparison::Greater, at(10)))]);
        assert_eq!(found(&store, unused, SortBy::Id).await, ["wla_00000000000000000000000abc", "mail"]);
        let uses = client_uses::of(&store, &[id(1), id(2), id(3)]).await.expect("uses");
        assert_eq!((uses.len(), uses.get(&id(2))), (2, Some(&at(30))));
    }

    async fn a_client_is_unused_when_it_is_older_than_that_and_was_not_served_since(store: Store) {
        scene(&store).await;
        let late = Timestamp::from_millis(NOW.millis() + 10);
        for (number, moment) in [(1, NOW), (2, late)] {
            let use_of_it = client_uses::note(&Id::new(NOW, number, [0; 8]), moment);
            assert!(store.commit(batch([use_of_it])).await.expect("noted").is_committed());
        }
        let since = async |moment| found(&store, Filter::Condition(Condition::UnusedSince(moment)), SortBy::Id).await;
        assert_eq!(since(NOW).await, [""; 0]);
        assert_eq!(since(Timestamp::from_millis(NOW.millis() + 1)).await, ["wla_00000000000000000000000abc", "mail"]);
    }

    async fn a_client_is_in_one_state_at_a_moment(store: Store) {
        scene(&store).await;
        let mut ended = client(7, "ended", "It");
        ended.expires_at = Some(NOW);
        let mut disabled = Client { is_enabled: false, ..client(8, "disabled", "It") };
        disabled.expires_at = Some(NOW);
        let verified = Client { is_verified: true, ..client(9, "verified", "It") };
        for client in [&ended, &disabled, &verified] {
            add(&store, client).await;
        }
        let all = async |state| found(&store, Filter::Condition(Condition::State(state)), SortBy::Id).await;
        assert_eq!(all(State::Expired(NOW)).await, ["ended"]);
        assert_eq!(all(State::Disabled).await, ["disabled"]);
        assert_eq!(all(State::Verified(NOW)).await, ["verified"]);
        assert_eq!(all(State::Active(NOW)).await.len(), 4);
        let not_ended = Filter::Not(vec![Filter::Condition(Condition::State(State::Expired(NOW)))]);
        assert_eq!(found(&store, not_ended, SortBy::Id).await.len(), 5);
    }

    async fn words_follow_a_client_through_changes_until_it_is_gone(store: Store) {
        let before = client(1, "mail", "The Mail App");
        add(&store, &before).await;
        let mut after = before.clone();
        after.metadata.client_name = Some("Post".to_owned());
        let update = clients::update(&after, &before).expect("statements");
        assert!(store.commit(batch(update)).await.expect("a change").is_committed());
        assert_eq!((with(&store, "app").await.len(), with(&store, "post").await.len()), (0, 1));
        assert!(store.commit(batch(clients::delete(&after))).await.expect("a deletion").is_committed());
        assert!(with(&store, "post").await.is_empty());
    }

    async fn clients_of_before_get_their_words_once(store: Store) {
        scene(&store).await;
        let forget = store::Statement::new("DELETE FROM client_words", []);
        assert!(store.commit(batch([forget])).await.expect("forgotten").is_committed());
        assert!(with(&store, "app").await.is_empty());
        while store::client_words::catch_up(&store).await.expect("caught up") {}
        assert_eq!(with(&store, "app").await.len(), 2);
        assert_eq!(store::client_words::catch_up(&store).await, Ok(false));
    }

    async fn conditions_are_joined_as_they_say(store: Store) {
        scene(&store).await;
        let text = |text: &str| Filter::Condition(Condition::Text(text.to_owned()));
        let id = |id: &str| Filter::Condition(Condition::ClientId(id.to_owned()));
        let all = |filter| found(&store, filter, SortBy::ClientId);
        assert_eq!(all(Filter::And(vec![text("app"), Filter::Not(vec![text("mail")])])).await, ["wla_00000000000000000000000abc"]);
        assert_eq!(all(Filter::Or(vec![id("mail"), text("calendar")])).await, ["mail", "calendar"]);
        assert_eq!(all(Filter::And(vec![text("app"), id("calendar")])).await, [""; 0]);
        assert_eq!(all(Filter::Condition(Condition::State(State::Active(NOW)))).await.len(), 3);
        assert_eq!(all(Filter::Condition(Condition::State(State::Disabled))).await.len(), 0);
    }
}
