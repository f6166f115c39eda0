use std::time::Duration;

use domain::client::metadata::ClientMetadata;
use domain::client::standing::Known;
use domain::client::{Client, ClientId, Door};
use domain::id::Id;
use domain::time::Timestamp;
use store::{Store, clients};

use crate::scene::{Migrated, batch};

fn client() -> Client {
    let metadata: ClientMetadata = serde_json::from_str(
        r#"{"token_endpoint_auth_method": "none", "grant_types": [], "application_type": "native"}"#,
    )
    .expect("metadata");
    let now = Timestamp::from_millis(1);
    Client {
        id: Id::new(now, 1, [1; 8]),
        client_id: ClientId::parse("app").expect("a client id"),
        door: Door::Anonymous,
        registered_by: None,
        member_tenant_id: None,
        metadata,
        secret: None,
        created_at: now,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: 1,
    }
}

/// What another process does is seen late, but it is seen.
async fn until_disabled(store: &Store) {
    while is_enabled(store).await {
        tokio::task::yield_now().await;
    }
}

/// A client that was just read, so that it is remembered.
async fn read_client(store: &Store) -> Client {
    let client = client();
    let insert = clients::insert(&client, &clients::Management::default()).expect("a statement");
    assert!(store.commit(batch(insert)).await.expect("a client").is_committed());
    assert!(is_enabled(store).await);
    client
}

async fn is_enabled(store: &Store) -> bool {
    let id = client().client_id;
    matches!(clients::known(store, &id).await.expect("an answer"), Known::Client(client) if client.is_enabled)
}

both! {
    async fn what_is_known_is_a_client_or_a_tombstone_or_nothing(store: Store) {
        let id = client().client_id;
        assert!(matches!(clients::known(&store, &id).await, Ok(Known::Nothing)));
        let client = read_client(&store).await;
        let mut dead = clients::delete(&client);
        dead.push(clients::bury(&client, Timestamp::from_millis(2)));
        assert!(store.commit(batch(dead)).await.expect("a deletion").is_committed());
        assert!(matches!(clients::known(&store, &id).await, Ok(Known::Tombstone)));
    }

    async fn what_this_process_changes_of_a_client_is_known_at_once(store: Store) {
        let client = read_client(&store).await;
        for is_allowed in [false, true, false] {
            let change = clients::set_enabled(&client.id, is_allowed);
            assert!(store.commit(batch([change])).await.expect("a change").is_committed());
            assert_eq!(is_enabled(&store).await, is_allowed);
        }
    }

    async fn what_another_process_changes_of_a_client_is_known_within_a_second(scene: Migrated) {
        let Migrated(scene) = scene;
        let client = read_client(&scene.store).await;
        let another = scene.another().await;
        let change = clients::set_enabled(&client.id, false);
        assert!(another.commit(batch([change])).await.expect("a change").is_committed());
        let seen = tokio::time::timeout(Duration::from_secs(1), until_disabled(&scene.store));
        seen.await.expect("the change is seen");
    }
}
