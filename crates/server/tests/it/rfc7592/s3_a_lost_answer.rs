//! The token changes with every replacement, and an owner who lost the answer is not locked out. RFC 7592 §2.2, §3.

use domain::client::metadata::AuthMethod;
use http::Method;
use serde_json::json;

use super::{Owner, replacement_with};
use crate::world::World;

both! {
    async fn the_same_replacement_once_more_with_the_old_token_answers_the_same_new_token(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let body = replacement_with(&client.registration, &json!({ "client_name": "B" }));
        let mut lost = Owner::of(&world, &client.registration);
        let old = lost.clone();
        let answer = lost.put(&body).await;
        for _ in 0..2 {
            assert_eq!(old.clone().put(&body).await.is(200).json, answer.json);
        }
        assert_eq!(Some(answer.text("client_secret")), client.secret);
        assert_eq!(lost.get().await.is(200).json, answer.json);
    }

    async fn the_old_token_reads_until_the_new_one_is_first_used(world: World) {
        let client = world.public_client().await;
        let body = replacement_with(&client.registration, &json!({ "client_name": "B" }));
        let mut new = Owner::of(&world, &client.registration);
        let old = new.clone();
        new.put(&body).await.is(200);
        assert_eq!(old.get().await.is(200).text("registration_access_token"), new.token);
        old.get().await.is(200);
        new.get().await.is(200);
        old.get().await.is(401).refuses("invalid_token");
        old.clone().put(&body).await.is(401).refuses("invalid_token");
        old.delete().await.is(401).refuses("invalid_token");
        new.get().await.is(200);
    }

    async fn the_old_token_deletes_until_the_new_one_is_first_used(world: World) {
        let client = world.public_client().await;
        let mut new = Owner::of(&world, &client.registration);
        let old = new.clone();
        new.put(&replacement_with(&client.registration, &json!({}))).await.is(200);
        old.delete().await.is(204);
        new.get().await.is(401).refuses("invalid_token");
    }

    async fn the_old_token_carries_no_other_replacement(world: World) {
        let client = world.public_client().await;
        let named = |name: &str| replacement_with(&client.registration, &json!({ "client_name": name }));
        let mut new = Owner::of(&world, &client.registration);
        let mut old = new.clone();
        new.put(&named("B")).await.is(200);
        old.put(&named("C")).await.is(401).refuses("invalid_token");
        assert_eq!(new.get().await.is(200).text("client_name"), "B");
    }

    async fn a_replacement_with_the_new_token_ends_the_old_one(world: World) {
        let client = world.public_client().await;
        let named = |name: &str| replacement_with(&client.registration, &json!({ "client_name": name }));
        let mut new = Owner::of(&world, &client.registration);
        let first = new.clone();
        new.put(&named("B")).await.is(200);
        let second = new.clone();
        new.put(&named("C")).await.is(200);
        first.get().await.is(401);
        second.get().await.is(200);
        assert!(first.token != second.token && second.token != new.token);
        assert_eq!(new.get().await.is(200).text("client_name"), "C");
    }

    async fn a_lost_answer_survives_a_restart(world: World) {
        let client = world.public_client().await;
        let body = replacement_with(&client.registration, &json!({ "client_name": "B" }));
        let mut lost = Owner::of(&world, &client.registration);
        let mut old = lost.clone();
        lost.put(&body).await.is(200);
        world.restart().await;
        assert_eq!(old.put(&body).await.is(200).text("registration_access_token"), lost.token);
        lost.call(Method::GET).send().await.is(200);
    }
}
