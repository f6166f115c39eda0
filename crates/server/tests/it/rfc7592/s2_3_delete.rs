//! What is left of a client that deleted itself: nothing that works, and an explanation. RFC 7592 §2.3.

use domain::client::metadata::AuthMethod;
use serde_json::json;

use super::{Owner, replacement};
use crate::world::{Form, World};

both! {
    async fn m11_a_deletion_is_204_and_empty(world: World) {
        let client = world.public_client().await;
        let answer = Owner::of(&world, &client.registration).delete().await;
        assert_eq!(answer.is(204).body.len(), 0);
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
        assert!(world.rows("SELECT id FROM clients", []).await.is_empty());
    }

    async fn m11_the_token_of_a_deleted_client_is_401_for_everything(world: World) {
        let client = world.public_client().await;
        let mut owner = Owner::of(&world, &client.registration);
        owner.delete().await.is(204);
        owner.get().await.is(401).refuses("invalid_token");
        owner.put(&replacement(&client.registration)).await.is(401).refuses("invalid_token");
        owner.delete().await.is(401).refuses("invalid_token");
    }

    async fn m11_tokens_and_codes_of_a_deleted_client_are_dead(world: World) {
        let client = world.client_with(AuthMethod::ClientSecretBasic).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        let code = alice.consented(&client).await.code();
        Owner::of(&world, &client.registration).delete().await.is(204);
        for token in ["access_token", "refresh_token"] {
            assert!(!world.is_active(&tokens.text(token)).await, "{token}");
        }
        world.userinfo(&tokens.text("access_token")).await.is(401);
        client.refresh(&tokens.text("refresh_token")).await.is(401).refuses("invalid_client");
        client.exchange(&code).await.is(401).refuses("invalid_client");
        client.introspect(&tokens.text("access_token")).await.is(401).refuses("invalid_client");
    }

    async fn m11_a_token_that_the_client_got_for_itself_is_dead(world: World) {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        let client = world.confidential_client(AuthMethod::ClientSecretPost).await;
        let token = client.client_credentials("read").await.is(200).text("access_token");
        assert!(world.is_active(&token).await);
        Owner::of(&world, &client.registration).delete().await.is(204);
        assert!(!world.is_active(&token).await);
        client.client_credentials("read").await.refuses("invalid_client");
    }

    async fn m11_people_who_come_for_a_deleted_client_learn_that_it_must_register_again(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200);
        Owner::of(&world, &client.registration).delete().await.is(204);
        alice.allow().await.page().is(400).shows("This app must register again");
        alice.authorize(&client).await.page().is(400).shows("This app must register again");
        let silent = client.request().with("prompt", "none");
        alice.authorize(silent).await.page().is(400);
    }

    async fn another_client_lives_on(world: World) {
        let (gone, stays) = (world.public_client().await, world.public_client().await);
        let mut alice = world.alice().await;
        let tokens = stays.tokens(&mut alice).await;
        Owner::of(&world, &gone.registration).delete().await.is(204);
        stays.refresh(&tokens.text("refresh_token")).await.is(200);
        Owner::of(&world, &stays.registration).get().await.is(200);
        stays.token(Form::of(&[("grant_type", "authorization_code"), ("code", "x")])).await.is(400);
    }
}
