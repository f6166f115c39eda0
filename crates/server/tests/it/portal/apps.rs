//! What somebody allowed apps, and takes back.

use domain::journal::EventKind;
use serde_json::json;

use super::{alice, visit};
use crate::{
    journal::{of_kind, one},
    world::{PASSWORD, World},
};

both! {
    async fn what_an_app_may_is_said_in_words_and_ends_with_one_click(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "client_name": "Calendar", "scope": "openid email offline_access" })).await;
        let mut alice = alice(&world).await;
        let code = alice.consented(client.request().with("scope", "openid email offline_access")).await.code();
        let tokens = client.exchange(&code).await;
        let page = alice.get("/account/apps").await.page();
        page.shows("“Calendar”").shows("Unverified app").shows("See your e-mail address").shows("Stay connected").shows("last used");
        assert!(world.is_active(&tokens.text("access_token")).await);
        alice.press("withdraw-1", &[]).await.page().is(200).shows("Taken back").shows("You allowed no app anything");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
        let told = of_kind(&world, EventKind::ConsentWithdrawn).await;
        assert_eq!(one(&told).event.before.as_ref().expect("what it was")["clientId"], client.id);
    }

    async fn a_verified_app_asks_again_once_it_was_taken_back(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice(&world).await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.code();
        alice.get("/account/apps").await.page().shows("Verified app");
        alice.press("withdraw-1", &[]).await.page();
        alice.authorize(&client).await.page().shows("wants access");
    }

    async fn an_app_that_asked_for_a_token_lately_was_used_lately(world: World) {
        let client = world.public_client().await;
        let mut alice = alice(&world).await;
        let tokens = client.tokens(&mut alice).await;
        let days = 3 * 24 * 60 * 60 * 1000_i64;
        world.sql("UPDATE grants SET created_at = created_at - $1", [days.into()]).await;
        alice.get("/account/apps").await.page().shows("last used 3 days ago");
        client.refresh(&tokens.text("refresh_token")).await.is(200);
        alice.get("/account/apps").await.page().shows("last used just now");
    }

    async fn what_is_remembered_is_listed_when_no_token_is_left(world: World) {
        let client = world.verified_client().await;
        let mut alice = alice(&world).await;
        alice.consented(&client).await.code();
        world.sql("UPDATE grants SET revoked_at = 1 WHERE client_id = $1", [client.id.as_str().into()]).await;
        alice.get("/account/apps").await.page().shows("it need not ask again");
        alice.press("withdraw-1", &[]).await.page().shows("Taken back");
        assert!(world.rows("SELECT client_id FROM consents", []).await.is_empty());
    }

    async fn an_app_that_nobody_registered_is_listed_by_its_id(world: World) {
        let client = world.unregistered_client("some-tool");
        let mut alice = alice(&world).await;
        alice.consented(&client).await.code();
        alice.get("/account/apps").await.page().shows("some-tool").shows("It was never registered here");
        alice.press("withdraw-1", &[]).await.page().shows("Taken back");
    }

    async fn the_portal_itself_is_no_app_in_the_list(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/account/apps").await.page().shows("You allowed no app anything");
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), 1);
    }

    async fn nobody_takes_back_what_another_allowed(world: World) {
        let client = world.public_client().await;
        let mut alice = alice(&world).await;
        let tokens = client.tokens(&mut alice).await;
        world.account("bob", PASSWORD).await;
        let mut bob = visit(&world, "/account/apps", "bob", PASSWORD).await;
        bob.get("/account/apps").await.page().shows("You allowed no app anything");
        let other = world.unregistered_client("of-bob");
        bob.consented(&other).await.code();
        bob.get("/account/apps").await.page();
        bob.press("withdraw-1", &[("client_id", &client.id)]).await.page().is(404);
        assert!(world.is_active(&tokens.text("access_token")).await);
    }

    async fn w04_a_hostile_name_is_inert_among_connected_apps(world: World) {
        let mut alice = alice(&world).await;
        for name in ["<script>alert(1)</script>", "\"><svg onload=alert(1)>", "<img src=x onerror=alert(1)>", "{{ 7 * 7 }}"] {
            let client = world.client(json!({ "token_endpoint_auth_method": "none", "client_name": name })).await;
            alice.consented(&client).await.code();
        }
        for page in [alice.get("/account/apps").await.page(), alice.get("/account/activity").await.page()] {
            for hole in ["<script", "<svg onload", "<img", "“49”"] {
                assert!(!page.is(200).html.contains(hole), "{hole}");
            }
        }
        alice.get("/account/apps").await.page().shows("<script>alert(1)</script>").shows("{{ 7 * 7 }}");
    }

    async fn a_forged_form_takes_nothing_back(world: World) {
        let client = world.public_client().await;
        let mut alice = alice(&world).await;
        let tokens = client.tokens(&mut alice).await;
        alice.get("/account/apps").await.page();
        let forged = alice.submission("withdraw-1", &[("csrf", "x")]).send().await;
        let elsewhere = alice.submission("withdraw-1", &[]).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!([forged.status, elsewhere.status], [403, 403]);
        assert!(world.is_active(&tokens.text("access_token")).await);
    }
}
