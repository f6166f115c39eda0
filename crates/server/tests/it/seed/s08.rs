//! Each registered client is stored: its id, name, contacts, redirect URIs, secret, logo, when it was made and when it ends.

use std::time::Duration;

use domain::client::{Client as Stored, Door};
use serde_json::{Value, json};
use server::clock;

use crate::world::{Client, World};

fn metadata() -> Value {
    json!({
        "client_name": "Postfach",
        "contacts": ["dev@app.example", "ops@app.example"],
        "redirect_uris": ["https://app.example/a", "https://app.example/b"],
        "logo_uri": "https://app.example/logo.png",
    })
}

async fn stored(world: &World, client: &Client) -> Stored {
    world.client_named(&client.id).await.expect("a client")
}

both! {
    async fn everything_a_client_said_is_found_under_its_id(world: World) {
        let before = clock::now();
        let client = world.client(metadata()).await;
        let stored = stored(&world, &client).await;
        let said = serde_json::to_value(&stored.metadata).expect("JSON");
        for (member, value) in metadata().as_object().expect("an object") {
            assert_eq!(said[member], *value);
        }
        assert!(before <= stored.created_at && stored.created_at <= clock::now());
        assert_eq!(stored.expires_at, None);
    }

    async fn it_says_how_the_client_came_in_and_who_answers_for_it(world: World) {
        let client = world.client(metadata()).await;
        let stored = stored(&world, &client).await;
        assert_eq!(stored.door, Door::ApiKey);
        assert_eq!(stored.registered_by, Some(world.admin().await.id));
        assert!(stored.is_enabled && !stored.is_verified);
    }

    async fn the_secret_is_stored_as_a_hash_and_nowhere_in_the_clear(world: World) {
        let client = world.client(metadata()).await;
        let secret = client.secret.clone().expect("a secret");
        let hash = stored(&world, &client).await.secret.expect("a secret").hash;
        assert!(world.app().hash_key.matches(&secret, &hash));
        let leaks = "SELECT id FROM clients WHERE secret_hash = $1 OR secret_sealed LIKE '%' || $1 || '%' OR metadata LIKE '%' || $1 || '%'";
        assert!(world.rows(leaks, [secret.into()]).await.is_empty());
    }

    async fn it_is_still_there_after_a_restart(world: World) {
        let client = world.client(metadata()).await;
        let before = stored(&world, &client).await;
        world.restart().await;
        let after = stored(&world, &client).await;
        assert_eq!((before.metadata, before.secret, before.created_at), (after.metadata, after.secret, after.created_at));
    }

    async fn when_it_has_ended_it_is_served_no_more(world: World) {
        let client = world.client(metadata()).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        world.sql("UPDATE clients SET expires_at = $1", [clock::now().millis().into()]).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        alice.authorize(&client).await.page().is(400).shows("This app must register again");
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn until_it_ends_it_is_served(world: World) {
        let client = world.client(metadata()).await;
        let end = clock::now().plus(Duration::from_mins(1));
        world.sql("UPDATE clients SET expires_at = $1", [end.millis().into()]).await;
        client.tokens(&mut world.alice().await).await;
    }

    async fn once_deleted_it_is_gone_and_what_it_obtained_is_dead(world: World) {
        let client = world.client(metadata()).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        world.delete_client(&client.id).await;
        assert!(!world.is_active(&tokens.text("access_token")).await);
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        alice.authorize(&client).await.page().is(400).shows("This app must register again");
    }
}
