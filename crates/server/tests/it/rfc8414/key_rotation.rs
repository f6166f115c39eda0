//! A new key is published before it signs, and the old one while its tokens live. OpenID Connect Core §10.1.1.

use std::collections::BTreeSet;

use domain::{client::metadata::AuthMethod, settings::OidcProvider};
use serde_json::Value;
use server::{
    admin::{actor::Actor, signing_keys},
    clock,
};

use crate::world::{Client, World, jwt};

async fn kids(world: &World) -> BTreeSet<String> {
    let keys = world.get("/jwks.json").send().await.json;
    let kid = |key: &Value| key["kid"].as_str().expect("a kid").to_owned();
    keys["keys"].as_array().expect("keys").iter().map(kid).collect()
}

async fn rotate(world: &World, at_once: bool) {
    let app = world.app();
    signing_keys::rotate(&app.store, &app.key_sealer, at_once, &Actor::host(), &app.chance, clock::now())
        .await
        .expect("new keys");
    app.refresh().await.expect("the keys in force");
}

/// A token of a client of its own, and the key it was signed with.
async fn token(client: &Client) -> (String, String) {
    let token = client.client_credentials("").await.is(200).text("access_token");
    let kid = jwt::header(&token)["kid"].as_str().expect("a kid").to_owned();
    (token, kid)
}

both! {
    async fn a_new_key_is_published_before_it_signs(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let ((old, kid), before) = (token(&client).await, kids(&world).await);
        rotate(&world, false).await;
        let after = kids(&world).await;
        assert!(after.is_superset(&before));
        assert_eq!((before.len(), after.len()), (2, 4));
        assert_eq!(token(&client).await.1, kid);
        assert!(world.is_active(&old).await);
    }

    async fn when_its_time_has_come_it_signs_and_old_tokens_stay_good(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let ((old, old_kid), before) = (token(&client).await, kids(&world).await);
        rotate(&world, false).await;
        let eleven_minutes = 660_000_i64;
        world.sql("UPDATE signing_keys SET signs_from = signs_from - $1, retired_at = retired_at - $1", [eleven_minutes.into()]).await;
        world.app().refresh().await.expect("the keys in force");
        let (new, new_kid) = token(&client).await;
        assert!(new_kid != old_kid && !before.contains(&new_kid));
        assert!(world.is_active(&old).await && world.is_active(&new).await);
        assert!(kids(&world).await.is_superset(&before));
    }

    async fn at_once_means_at_once_and_old_tokens_stay_good(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let (old, old_kid) = token(&client).await;
        rotate(&world, true).await;
        let (new, new_kid) = token(&client).await;
        assert_ne!(new_kid, old_kid);
        assert!(kids(&world).await.is_superset(&BTreeSet::from([old_kid, new_kid])));
        assert!(world.is_active(&old).await && world.is_active(&new).await);
    }

    async fn a_rotation_survives_a_restart(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        rotate(&world, true).await;
        let ((old, kid), published) = (token(&client).await, kids(&world).await);
        world.restart().await;
        assert_eq!((kids(&world).await, token(&client).await.1), (published, kid));
        assert!(world.is_active(&old).await);
    }

    async fn a_key_is_forgotten_when_no_token_of_it_can_live(world: World) {
        let app = world.app();
        rotate(&world, true).await;
        let purge = async || {
            let mut batch = store::Batch::new();
            batch.push(store::signing_keys::purge(signing_keys::forgotten_before(&OidcProvider::default(), clock::now())));
            assert!(app.store.commit(batch).await.expect("a purge").is_committed());
            app.refresh().await.expect("the keys in force");
            kids(&world).await.len()
        };
        assert_eq!(purge().await, 4);
        world.sql("UPDATE signing_keys SET retired_at = retired_at - $1", [(2 * 3_600_000_i64).into()]).await;
        assert_eq!(purge().await, 2);
    }

    async fn the_metadata_lists_the_same_algorithms_throughout(world: World) {
        let before = world.get("/.well-known/openid-configuration").send().await;
        rotate(&world, false).await;
        let after = world.get("/.well-known/openid-configuration").send().await;
        assert_eq!(before.is(200).body, after.is(200).body);
    }
}
