//! Registration without authentication is allowed only when `anonymousClientRegistration` is true; its default is false.

use domain::directory::permission::Permission;
use serde_json::{Value, json};

use crate::world::World;

const OPEN: &str = "OidcProvider.anonymousClientRegistration";

fn app_on_port(port: u16) -> Value {
    json!({
        "client_name": "Postfach",
        "redirect_uris": [format!("http://127.0.0.1:{port}/callback")],
        "token_endpoint_auth_method": "none",
    })
}

both! {
    async fn by_default_a_stranger_may_not_register(world: World) {
        world.register(app_on_port(1)).await.refuses("invalid_token");
        assert!(world.rows("SELECT id FROM clients", []).await.is_empty());
    }

    async fn when_it_is_true_a_stranger_may(world: World) {
        world.settings(OPEN, json!(true)).await;
        let client = world.client_of(&world.register(app_on_port(1)).await);
        client.tokens(&mut world.alice().await).await;
    }

    async fn a_strangers_confidential_client_gets_its_secret_and_its_management(world: World) {
        world.settings(OPEN, json!(true)).await;
        let metadata = json!({ "redirect_uris": ["https://app.example/callback"] });
        let answer = world.register(metadata).await;
        assert_eq!(answer.is(201).text("token_endpoint_auth_method"), "client_secret_basic");
        answer.text("registration_access_token");
        world.client_of(&answer).tokens(&mut world.alice().await).await;
    }

    async fn installations_of_one_app_share_one_client_that_none_of_them_manages(world: World) {
        world.settings(OPEN, json!(true)).await;
        let (one, two) = (world.register(app_on_port(1)).await, world.register(app_on_port(2)).await);
        assert_eq!(one.is(201).text("client_id"), two.is(201).text("client_id"));
        assert!(!two.has("registration_access_token") && !two.has("registration_client_uri"));
        assert_eq!(world.rows("SELECT id FROM clients", []).await.len(), 1);
    }

    async fn two_apps_do_not_share_a_client(world: World) {
        world.settings(OPEN, json!(true)).await;
        let mut other = app_on_port(1);
        other["client_name"] = json!("Mailer");
        let (one, two) = (world.register(app_on_port(1)).await, world.register(other).await);
        assert_ne!(one.is(201).text("client_id"), two.is(201).text("client_id"));
    }

    async fn a_bad_credential_is_no_stranger(world: World) {
        world.settings(OPEN, json!(true)).await;
        world.register_with("wlk_invented", app_on_port(1)).await.refuses("invalid_token");
        let key = world.api_key(&world.admin().await, &[Permission::Authenticate]).await;
        world.register_with(&key, app_on_port(1)).await.refuses("insufficient_scope");
    }

    async fn closing_it_stops_strangers_at_once_and_leaves_who_came_before(world: World) {
        world.settings(OPEN, json!(true)).await;
        let client = world.client_of(&world.register(app_on_port(1)).await);
        world.settings(OPEN, json!(false)).await;
        world.register(app_on_port(2)).await.refuses("invalid_token");
        client.tokens(&mut world.alice().await).await;
    }
}
