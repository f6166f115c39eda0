//! A refresh token that was rotated away: the grace for a lost answer, and the death of the family. RFC 9700 §4.14.2.

use crate::world::{Client, World};

/// As if the last rotations had been `seconds` ago.
async fn wait(world: &World, seconds: i64) {
    let sql = "UPDATE refresh_tokens SET used_at = used_at - $1 WHERE successor_id <> id";
    world.sql(sql, [(seconds * 1000).into()]).await;
}

async fn first_token(world: &World) -> (Client, String) {
    let client = world.public_client().await;
    let token = client.tokens(&mut world.alice().await).await.text("refresh_token");
    (client, token)
}

both! {
    async fn tk25_within_ten_seconds_the_old_token_answers_with_the_same_successor(world: World) {
        let (client, old) = first_token(&world).await;
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        wait(&world, 5).await;
        for _ in 0..2 {
            assert_eq!(client.refresh(&old).await.is(200).text("refresh_token"), next);
        }
        client.refresh(&next).await.is(200);
    }

    async fn tk25_the_same_successor_comes_back_after_a_restart(world: World) {
        let (client, old) = first_token(&world).await;
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        world.restart().await;
        assert_eq!(client.refresh(&old).await.is(200).text("refresh_token"), next);
    }

    async fn tk25_the_grace_is_for_the_same_client_only(world: World) {
        let (client, old) = first_token(&world).await;
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        world.public_client().await.refresh(&old).await.refuses("invalid_grant");
        client.refresh(&next).await.is(200);
    }

    async fn tk24_after_the_grace_the_family_dies(world: World) {
        let (client, old) = first_token(&world).await;
        let tokens = client.refresh(&old).await;
        wait(&world, 11).await;
        let reused = client.refresh(&old).await;
        assert!(reused.refuses("invalid_grant").text("error_description").contains("used before"));
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
        world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn tk31_once_the_successor_was_used_the_older_one_kills_the_family(world: World) {
        let (client, old) = first_token(&world).await;
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        let newest = client.refresh(&next).await.is(200).text("refresh_token");
        client.refresh(&old).await.refuses("invalid_grant");
        client.refresh(&newest).await.refuses("invalid_grant");
    }

    async fn tk30_a_token_rotated_before_a_restart_and_reused_after_it_kills_the_family(world: World) {
        let (client, old) = first_token(&world).await;
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        let newest = client.refresh(&next).await.is(200).text("refresh_token");
        world.restart().await;
        client.refresh(&old).await.refuses("invalid_grant");
        client.refresh(&newest).await.refuses("invalid_grant");
    }

    async fn tk24_only_the_family_of_the_reused_token_dies(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let other = client.tokens(&mut alice).await.text("refresh_token");
        let old = client.tokens(&mut alice).await.text("refresh_token");
        client.refresh(&old).await.is(200);
        wait(&world, 11).await;
        client.refresh(&old).await.refuses("invalid_grant");
        client.refresh(&other).await.is(200);
    }

    async fn only_hashes_of_tokens_are_stored(world: World) {
        let (client, old) = first_token(&world).await;
        let next = client.refresh(&old).await.is(200).text("refresh_token");
        let rows = world.rows("SELECT id, secret_hash FROM refresh_tokens", []).await;
        assert_eq!(rows.len(), 2);
        for row in rows {
            let (id, hash) = (row.text(0).expect("an id"), row.text(1).expect("a hash"));
            assert!([&old, &next].iter().all(|token| !token.contains(&hash) && !token[4 + id.len()..].contains(&id)));
        }
    }
}
