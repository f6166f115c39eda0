//! With `requireClientRegistration` true tokens go only to clients that registered; the setting takes effect at once.

use std::time::Duration;

use domain::client::metadata::AuthMethod;
use serde_json::json;

use crate::world::World;

const REQUIRED: &str = "OidcProvider.requireClientRegistration";
const REASON: &str = "This app has to register first";

both! {
    async fn a_client_that_nobody_registered_is_stopped_by_a_page(world: World) {
        world.settings(REQUIRED, json!(true)).await;
        let client = world.unregistered_client("anything-at-all");
        world.browser().authorize(&client).await.page().is(400).shows(REASON).shows("anything-at-all");
        world.alice().await.authorize(&client).await.page().is(400).shows(REASON);
    }

    async fn it_is_stopped_by_a_page_also_when_it_asks_for_silence(world: World) {
        world.settings(REQUIRED, json!(true)).await;
        let client = world.unregistered_client("anything-at-all");
        world.browser().authorize(client.request().with("prompt", "none")).await.page().is(400).shows(REASON);
    }

    async fn a_client_that_registered_goes_on(world: World) {
        world.settings(REQUIRED, json!(true)).await;
        let mut alice = world.alice().await;
        for method in [AuthMethod::None, AuthMethod::ClientSecretPost] {
            let client = world.client_with(method).await;
            let tokens = client.tokens(&mut alice).await;
            client.refresh(&tokens.text("refresh_token")).await.is(200);
        }
    }

    async fn a_stranger_may_register_and_goes_on(world: World) {
        world.settings(REQUIRED, json!(true)).await;
        world.settings("OidcProvider.anonymousClientRegistration", json!(true)).await;
        let metadata = json!({ "redirect_uris": ["http://127.0.0.1/"], "token_endpoint_auth_method": "none" });
        let client = world.client_of(&world.register(metadata).await);
        client.tokens(&mut world.alice().await).await;
    }

    async fn a_code_from_before_is_worth_nothing_now(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let code = world.alice().await.consented(&client).await.code();
        world.settings(REQUIRED, json!(true)).await;
        client.exchange(&code).await.refuses("invalid_client");
    }

    async fn a_refresh_token_from_before_sleeps_until_the_requirement_ends(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let refresh_token = client.tokens(&mut world.alice().await).await.text("refresh_token");
        world.settings(REQUIRED, json!(true)).await;
        client.refresh(&refresh_token).await.refuses("invalid_client");
        world.settings(REQUIRED, json!(false)).await;
        client.refresh(&refresh_token).await.is(200);
    }

    async fn an_unknown_client_with_an_invented_credential_is_no_client(world: World) {
        world.settings(REQUIRED, json!(true)).await;
        let client = world.unregistered_client("anything-at-all");
        client.exchange("wlc_invented").await.refuses("invalid_client");
        client.refresh("wlr_invented").await.refuses("invalid_client");
        client.client_credentials("").await.refuses("invalid_client");
    }

    async fn a_consent_page_that_stands_open_does_not_get_around_it(world: World) {
        let client = world.unregistered_client("anything-at-all");
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200);
        world.settings(REQUIRED, json!(true)).await;
        alice.allow().await.page().is(400).shows(REASON);
    }

    async fn a_login_page_that_stands_open_does_not_get_around_it(world: World) {
        world.account("alice", "password of alice").await;
        let mut browser = world.browser();
        browser.authorize(&world.unregistered_client("anything-at-all")).await.page().is(200);
        world.settings(REQUIRED, json!(true)).await;
        browser.sign_in("alice", "password of alice").await.page().is(400).shows(REASON);
    }

    async fn turning_it_off_lets_everybody_in_again(world: World) {
        world.settings(REQUIRED, json!(true)).await;
        world.settings(REQUIRED, json!(false)).await;
        world.unregistered_client("anything-at-all").tokens(&mut world.alice().await).await;
    }

    async fn what_another_process_sets_comes_into_force_without_a_restart(world: World) {
        let (app, actor, changes) = (world.app(), server::admin::actor::Actor::host(), [(REQUIRED, json!(true))]);
        let now = server::clock::now();
        server::admin::settings::set(&app.store, &app.key_sealer, &changes, &actor, &app.chance, now).await.expect("a setting");
        let client = world.unregistered_client("anything-at-all");
        let refused = async { while world.browser().authorize(&client).await.page().status != 400 {} };
        tokio::time::timeout(Duration::from_secs(10), refused).await.expect("in force within a second, on a busy machine too");
    }

    async fn what_was_read_before_does_not_come_back_over_what_was_set_since(world: World) {
        let app = world.app();
        let mut readers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let app = world.app();
            readers.spawn(async move { loop {
                app.refresh().await.expect("settings");
                tokio::task::yield_now().await;
            } });
        }
        for round in 0..100 {
            let required = round % 2 == 0;
            world.settings(REQUIRED, json!(required)).await;
            assert_eq!(app.live().settings.require_client_registration, required, "round {round}");
        }
        readers.shutdown().await;
    }
}
