//! A code that is used twice takes back what it gave. RFC 6749 §4.1.2, OAuth 2.1 §4.1.3.

use std::time::Duration;

use domain::client::metadata::AuthMethod;
use server::clock;

use crate::world::{Answer, Client, World};

/// Whether every token of the answer is dead, wherever it is asked about.
async fn is_dead(world: &World, client: &Client, tokens: &Answer) -> bool {
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    client.refresh(&refresh).await.refuses("invalid_grant");
    world.userinfo(&access).await.refuses("invalid_token");
    !world.is_active(&access).await && !world.is_active(&refresh).await
}

both! {
    async fn tk20_the_second_use_of_a_code_revokes_what_the_first_produced(world: World) {
        let mut alice = world.alice().await;
        for client in [world.public_client().await, world.confidential_client(AuthMethod::ClientSecretPost).await] {
            let code = alice.consented(&client).await.code();
            let tokens = client.exchange(&code).await;
            world.userinfo(&tokens.is(200).text("access_token")).await.is(200);
            let replayed = client.exchange(&code).await;
            assert!(replayed.refuses("invalid_grant").text("error_description").contains("used before"));
            assert!(is_dead(&world, &client, &tokens).await);
        }
    }

    async fn tk20_a_replay_reaches_what_was_refreshed_since(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let first = client.exchange(&code).await.is(200).text("refresh_token");
        let tokens = client.refresh(&first).await;
        client.exchange(&code).await.refuses("invalid_grant");
        assert!(is_dead(&world, &client, &tokens).await);
    }

    async fn tk20_a_replay_revokes_its_own_authorization_only(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let other = client.tokens(&mut alice).await;
        let code = alice.consented(&client).await.code();
        client.exchange(&code).await.is(200);
        client.exchange(&code).await.refuses("invalid_grant");
        world.userinfo(&other.text("access_token")).await.is(200);
        client.refresh(&other.text("refresh_token")).await.is(200);
    }

    async fn v14_a_replay_with_anything_wrong_revokes_nothing(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let tokens = client.exchange(&code).await;
        let right = client.code_form(&code);
        for wrong in [right.clone().without("code_verifier"), right.clone().with("code_verifier", &"a".repeat(43)), right.clone().with("redirect_uri", "https://app.example/")] {
            client.token(wrong).await.refuses("invalid_grant");
        }
        world.unregistered_client("stranger").token(right).await.refuses("invalid_grant");
        world.userinfo(&tokens.is(200).text("access_token")).await.is(200);
    }

    async fn tk20_a_replay_is_noticed_after_the_code_has_expired_too(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let tokens = client.exchange(&code).await;
        let an_hour_ago = clock::now().minus(Duration::from_hours(1));
        world.sql("UPDATE authorization_codes SET expires_at = $1", [an_hour_ago.millis().into()]).await;
        world.restart().await;
        client.exchange(&code).await.refuses("invalid_grant");
        assert!(is_dead(&world, &client, &tokens).await);
    }
}
