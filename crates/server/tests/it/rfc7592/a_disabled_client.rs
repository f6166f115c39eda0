//! A client that an administrator disabled stays disabled, whatever its owner does. RFC 7592 §2.2 (403); M10.

use domain::client::metadata::AuthMethod;

use super::{Owner, replacement};
use crate::world::World;

both! {
    async fn m10_its_owner_is_403_and_the_client_stays_disabled(world: World) {
        let client = world.public_client().await;
        let mut owner = Owner::of(&world, &client.registration);
        world.enable_client(&client.id, false).await;
        for answer in [owner.get().await, owner.put(&replacement(&client.registration)).await, owner.delete().await] {
            answer.is(403).refuses("insufficient_scope");
            let challenge = answer.header("www-authenticate").expect("a challenge");
            assert!(challenge.starts_with("Bearer realm=\"wayleave\", error=\"insufficient_scope\", "), "{challenge}");
        }
        let row = &world.rows("SELECT is_enabled FROM clients", []).await[0];
        assert_eq!(row.bool(0).ok(), Some(false));
    }

    async fn m10_a_wrong_token_does_not_learn_that_a_client_is_disabled(world: World) {
        let (client, other) = (world.public_client().await, world.public_client().await);
        world.enable_client(&client.id, false).await;
        let stranger = Owner::of(&world, &client.registration).with(&Owner::of(&world, &other.registration).token);
        stranger.get().await.is(401).refuses("invalid_token");
    }

    async fn a_disabled_client_gets_nothing_and_enabled_again_everything(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        world.enable_client(&client.id, false).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        alice.authorize(&client).await.page().is(400).shows("This app is blocked");
        world.enable_client(&client.id, true).await;
        Owner::of(&world, &client.registration).get().await.is(200);
        client.refresh(&tokens.text("refresh_token")).await.is(200);
    }
}
