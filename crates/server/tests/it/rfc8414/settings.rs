//! What an administrator changes beside the running server is in force within a second, without a restart.

use std::time::Duration;

use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};
use server::{admin, clock};
use store::Store;
use tokio::time::timeout;

use crate::world::{World, jwt};

/// The promise is one second; the rest is for a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(5);

/// The database, as another program opens it.
async fn beside(world: &World) -> Store {
    Store::open(&world.app().config.database.parse().expect("a database")).await.expect("a store")
}

async fn set_beside(world: &World, name: &str, value: Value) {
    let store = beside(world).await;
    let (app, actor, changes) = (world.app(), admin::actor::Actor::host(), [(name, value)]);
    let set = admin::settings::set(&store, &app.key_sealer, &changes, &actor, &app.chance, clock::now());
    set.await.expect("a setting");
    store.close().await;
}

both! {
    async fn a_scope_that_was_added_elsewhere_is_listed_and_given(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        client.client_credentials("read").await.refuses("invalid_scope");
        set_beside(&world, "OidcProvider.scopes", json!(["read"])).await;
        let change = async { while client.client_credentials("read").await.status != 200 {} };
        timeout(PATIENCE, change).await.expect("the change in force");
        let metadata = world.get("/.well-known/openid-configuration").send().await.json;
        assert!(metadata["scopes_supported"].as_array().expect("a list").contains(&json!("read")));
    }

    async fn s05_a_requirement_that_was_set_elsewhere_counts(world: World) {
        let client = world.unregistered_client("tolerated");
        let tokens = client.tokens(&mut world.alice().await).await;
        set_beside(&world, "OidcProvider.requireClientRegistration", json!(true)).await;
        // Within the grace the same token gives the same answer again.
        let change = async { while client.refresh(&tokens.text("refresh_token")).await.json["error"] != "invalid_client" {} };
        timeout(PATIENCE, change).await.expect("the change in force");
    }

    async fn keys_that_were_made_elsewhere_are_published_and_sign(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        set_beside(&world, "OidcProvider.signatureAlgorithm", json!("eddsa")).await;
        let change = async { while jwt::header(&client.client_credentials("").await.is(200).text("access_token"))["alg"] != "EdDSA" {} };
        timeout(PATIENCE, change).await.expect("the change in force");
        let keys = world.get("/jwks.json").send().await.json;
        assert!(keys["keys"].as_array().expect("keys").iter().any(|key| key["crv"] == "Ed25519"));
    }
}
