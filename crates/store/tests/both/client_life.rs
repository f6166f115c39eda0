//! Clients that nobody needs: who is found, and who is deleted.

use domain::{
    client::{Client, ClientId, Door, life::Traces},
    id::Id,
    time::Timestamp,
};
use store::{Outcome, Statement, Store, client_life, client_uses, clients};

use crate::scene::batch;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

async fn stored(store: &Store, number: u16, door: Door) -> Client {
    let born = NOW.minus(std::time::Duration::from_hours(1));
    let metadata =
        r#"{"token_endpoint_auth_method": "none", "grant_types": [], "application_type": "native"}"#;
    let client = Client {
        id: Id::new(born, number, [1; 8]),
        client_id: ClientId::parse(&format!("app {number}")).expect("a client id"),
        door,
        registered_by: None,
        member_tenant_id: None,
        metadata: serde_json::from_str(metadata).expect("metadata"),
        secret: None,
        created_at: born,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: 1,
    };
    let insert = clients::insert(&client, &clients::Management::default()).expect("statements");
    assert!(store.commit(batch(insert)).await.expect("a client").is_committed());
    client
}

async fn outcome(store: &Store, client: &Client, traces: Traces) -> Outcome {
    store.commit(batch(client_life::delete_unneeded(client, traces, NOW))).await.expect("an outcome")
}

both! {
    async fn parts_follow_one_another_until_nothing_is_left(store: Store) {
        for number in 0..5 {
            let door = if number == 3 { Door::ApiKey } else { Door::Anonymous };
            stored(&store, number, door).await;
        }
        let (mut after, mut found, mut sizes) = (None, Vec::new(), Vec::new());
        loop {
            let part = client_life::part(&store, after.as_ref(), (NOW, NOW), 2).await.expect("a part");
            sizes.push(part.unneeded.len());
            found.extend(part.unneeded.into_iter().map(|(client, _)| client.client_id.as_str().to_owned()));
            after = part.last;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, ["app 0", "app 1", "app 2", "app 4"]);
        assert_eq!(sizes, [2, 1, 1, 0]);
    }

    async fn those_that_are_too_young_are_not_looked_at(store: Store) {
        let client = stored(&store, 1, Door::Anonymous).await;
        let part = client_life::part(&store, None, (client.created_at, NOW), 9).await.expect("a part");
        assert!(part.unneeded.is_empty() && part.last.is_none());
    }

    async fn one_that_was_used_or_changed_meanwhile_stays(store: Store) {
        let client = stored(&store, 1, Door::Anonymous).await;
        assert!(store.commit(batch([client_uses::note(&client.id, NOW)])).await.expect("a use").is_committed());
        assert!(!outcome(&store, &client, Traces::default()).await.is_committed());
        let seen = Traces { last_used_at: Some(NOW), was_allowed: false };
        let another = Client { version: 7, ..client.clone() };
        assert!(!outcome(&store, &another, seen).await.is_committed());
        assert!(outcome(&store, &client, seen).await.is_committed());
    }

    async fn one_that_holds_a_grant_is_neither_found_nor_deleted(store: Store) {
        let client = stored(&store, 1, Door::Anonymous).await;
        let account = Statement::new(
            "INSERT INTO accounts (id, name, roles, is_enabled, created_at) VALUES ($1, 'ann', 'user', TRUE, 1)",
            [(&client.id).into()],
        );
        let grant = Statement::new(
            "INSERT INTO grants (id, account_id, client_id, scope, resources, authenticated_at, created_at, expires_at, last_used_at)
             VALUES ($1, $1, $2, '', '[]', 1, 1, $3, 1)",
            [(&client.id).into(), client.client_id.as_str().into(), NOW.plus(std::time::Duration::from_secs(1)).into()],
        );
        assert!(store.commit(batch([account, grant])).await.expect("a grant").is_committed());
        let part = client_life::part(&store, None, (NOW, NOW), 9).await.expect("a part");
        assert!(part.unneeded.is_empty() && part.last.is_some());
        assert!(!outcome(&store, &client, Traces::default()).await.is_committed());
    }
}
