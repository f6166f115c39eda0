//! However many nodes make keys at the same moment, of each algorithm there is one.

use std::time::Duration;

use domain::{client::metadata::AuthMethod, jose::Algorithm, settings::OidcProvider, time::Timestamp};
use server::{
    admin::{
        actor::Actor,
        signing_keys::{self, RotationError},
    },
    app::App,
    clock,
};
use store::signing_keys::SigningKeyRow;
use tokio::task::JoinSet;

use crate::world::{World, jwt};

/// As many nodes as there are `settings` make sure that their keys are there.
async fn ensure_together(world: &World, settings: Vec<OidcProvider>, now: Timestamp) {
    let mut nodes = JoinSet::new();
    for settings in settings {
        let app = world.app();
        nodes.spawn(async move {
            let (sealer, actor) = (&app.key_sealer, Actor::host());
            signing_keys::ensure(&app.store, sealer, &settings, &actor, &app.chance, now).await
        });
    }
    assert!(nodes.join_all().await.iter().all(Result::is_ok));
}

async fn rotate(app: &App) -> Result<Vec<SigningKeyRow>, RotationError> {
    signing_keys::rotate(&app.store, &app.key_sealer, true, &Actor::host(), &app.chance, clock::now()).await
}

fn signing_with(algorithm: Algorithm) -> OidcProvider {
    OidcProvider { signature_algorithm: algorithm, ..OidcProvider::default() }
}

both! {
    async fn of_nodes_that_start_together_one_makes_the_keys(world: World) {
        world.sql("DELETE FROM signing_keys", []).await;
        ensure_together(&world, vec![OidcProvider::default(); 6], clock::now()).await;
        assert_eq!(world.rows("SELECT id FROM signing_keys", []).await.len(), 2);
    }

    async fn nodes_that_need_different_keys_all_get_theirs(world: World) {
        world.sql("DELETE FROM signing_keys", []).await;
        let wanted = [Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa, Algorithm::Es384];
        ensure_together(&world, wanted.map(signing_with).to_vec(), clock::now()).await;
        assert_eq!(world.rows("SELECT id FROM signing_keys", []).await.len(), 4);
    }

    async fn of_two_that_rotate_together_each_key_gets_one_successor(world: World) {
        let (one, two) = (world.app(), world.app());
        let rotations = tokio::join!(rotate(&one), rotate(&two));
        assert!(rotations.0.is_ok() || rotations.1.is_ok());
        assert_eq!(world.rows("SELECT id FROM signing_keys WHERE retired_at IS NULL", []).await.len(), 2);
    }

    async fn a_key_of_a_new_algorithm_signs_when_every_node_publishes_it(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let app = world.app();
        let soon = clock::now().plus(Duration::from_mins(1));
        let changes = [("OidcProvider.signatureAlgorithm", "es384".into())];
        let (sealer, actor) = (&app.key_sealer, Actor::host());
        server::admin::settings::set(&app.store, sealer, &changes, &actor, &app.chance, soon).await.expect("a setting");
        app.refresh().await.expect("the setting in force");
        let algorithm = async || jwt::header(&client.client_credentials("").await.is(200).text("access_token"))["alg"].clone();
        assert_eq!(algorithm().await, "ES256");
        world.sql("UPDATE signing_keys SET signs_from = $1 WHERE algorithm = 'ES384'", [clock::now().into()]).await;
        world.restart().await;
        assert_eq!(algorithm().await, "ES384");
    }
}
