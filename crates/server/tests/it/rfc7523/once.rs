//! An assertion is good once. RFC 7523 §3, OpenID Connect Core §9.

use server::clock;
use tokio::task::JoinSet;

use super::{client_with, keys::Key, present, right};
use crate::world::{Form, World};

both! {
    async fn tk10_a_replayed_assertion_is_refused_at_every_endpoint(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let assertion = key.sign(&right(&world, &client));
        present(&world, &assertion).await.is(200);
        present(&world, &assertion).await.refuses("invalid_client");
        let form = Form::of(&[("token", "x"), ("client_assertion_type", super::ASSERTION_TYPE), ("client_assertion", &assertion)]);
        for endpoint in ["/revoke", "/introspect"] {
            world.post(endpoint).form(&form).send().await.refuses("invalid_client");
        }
    }

    async fn tk10_another_token_with_the_same_jti_is_refused_too(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let mut claims = right(&world, &client);
        present(&world, &key.sign(&claims)).await.is(200);
        claims.insert("exp".to_owned(), (clock::now().seconds() + 120).into());
        present(&world, &key.sign(&claims)).await.refuses("invalid_client");
    }

    async fn tk10_a_restart_does_not_forget_it(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let assertion = key.sign(&right(&world, &client));
        present(&world, &assertion).await.is(200);
        world.restart().await;
        present(&world, &assertion).await.refuses("invalid_client");
    }

    async fn tk10_the_same_jti_of_another_client_is_another(world: World) {
        let key = Key::es256("a");
        let clients = [client_with(&world, &[&key], &[]).await, client_with(&world, &[&key], &[]).await];
        for client in &clients {
            let mut claims = right(&world, client);
            claims.insert("jti".to_owned(), "the same".into());
            present(&world, &key.sign(&claims)).await.is(200);
        }
    }

    async fn tk10_of_64_at_once_one_gets_through(world: World) {
        let key = Key::es256("a");
        let client = client_with(&world, &[&key], &[]).await;
        let assertion = key.sign(&right(&world, &client));
        let mut all = JoinSet::new();
        for _ in 0..64 {
            let (world, assertion) = (world.clone(), assertion.clone());
            all.spawn(async move { present(&world, &assertion).await });
        }
        let answers = all.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.refuses("invalid_client");
        }
    }
}
