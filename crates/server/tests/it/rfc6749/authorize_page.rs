//! Until client and redirect URI are known to be right an error is a page, and nobody is sent anywhere. §4.1.2.1.

use serde_json::json;

use crate::world::{Form, World};

both! {
    async fn a01_a02_without_exactly_one_client_id_there_is_a_page(world: World) {
        let client = world.verified_client().await;
        let right = client.request();
        let vectors = [
            right.clone().without("client_id"),
            right.clone().with("client_id", ""),
            right.clone().with("client_id", &"x".repeat(2049)),
            right.clone().with("client_id", "ä"),
            right.clone().also("client_id", &client.id),
        ];
        for vector in vectors {
            let page = world.browser().authorize(vector.clone()).await.page();
            assert!(page.is(400).forms.is_empty(), "{vector:?}");
        }
    }

    async fn a01_an_id_that_nobody_registered_is_told_to_register_where_that_is_required(world: World) {
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        let client = world.unregistered_client("nobody-registered-me");
        let page = world.browser().authorize(&client).await.page();
        page.is(400).shows("This app has to register first").shows("nobody-registered-me");
    }

    async fn a01_the_override_lets_an_account_use_any_client_id(world: World) {
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        let client = world.unregistered_client("nobody-registered-me");
        let mut browser = world.browser();
        browser.sign_in("admin", crate::world::ADMIN_PASSWORD).await;
        browser.authorize(&client).await.page().is(200).shows("Unverified app");
        browser.allow().await.code();
        world.alice().await.authorize(&client).await.page().is(400);
    }

    async fn a03_a_deleted_client_is_told_to_register_again(world: World) {
        let client = world.verified_client().await;
        world.delete_client(&client.id).await;
        let page = world.alice().await.authorize(&client).await.page();
        page.is(400).shows("This app must register again").shows(&client.id);
    }

    async fn a03_an_expired_client_is_told_to_register_again(world: World) {
        let client = world.verified_client().await;
        world.sql("UPDATE clients SET expires_at = $1", [1_i64.into()]).await;
        world.alice().await.authorize(&client).await.page().is(400).shows("This app must register again");
    }

    async fn a03_a_blocked_client_is_called_blocked(world: World) {
        let client = world.verified_client().await;
        world.enable_client(&client.id, false).await;
        let page = world.alice().await.authorize(&client).await.page();
        page.is(400).shows("This app is blocked");
    }

    async fn a_client_that_is_deleted_while_the_person_decides_gets_nothing(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        world.delete_client(&client.id).await;
        alice.allow().await.page().is(400).shows("This app must register again");
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn a13_what_could_not_be_registered_is_not_followed_even_if_it_stands_in_the_database(world: World) {
        let client = world.verified_client().await;
        for planted in ["javascript:alert(1)", "data:text/html,x", "http://evil.example/", "//evil.example"] {
            let before = client.redirect_uri.as_str();
            world.sql("UPDATE clients SET metadata = replace(metadata, $1, $2)", [before.into(), planted.into()]).await;
            let page = world.browser().authorize(client.request().with("redirect_uri", planted)).await.page();
            assert!(page.is(400).forms.is_empty(), "{planted}");
            world.sql("UPDATE clients SET metadata = replace(metadata, $1, $2)", [planted.into(), before.into()]).await;
        }
        world.browser().authorize(&client).await.page().is(200);
    }

    async fn the_page_shows_what_a_stranger_sent_as_text(world: World) {
        let client = world.public_client().await;
        let request = client.request().with("redirect_uri", "https://evil.example/<img src=x onerror=alert(1)>");
        let page = world.browser().authorize(request).await.page();
        page.is(400).shows("address it did not register").shows("https://evil.example/<img src=x onerror=alert(1)>");
        assert!(!page.html.contains("<img"));
    }

    async fn nothing_that_is_no_query_is_answered(world: World) {
        for target in ["/authorize", "/authorize?%", "/authorize?client_id=%ff", "/authorize?client_id=a%00b"] {
            let answer = world.get(target).send().await;
            assert_eq!(answer.is(400).header("location"), None, "{target}");
        }
        let form = Form::of(&[("client_id", "a")]);
        let answer = world.post("/authorize").body("text/plain", form.encoded()).send().await;
        assert_eq!(answer.is(400).header("location"), None);
    }
}
