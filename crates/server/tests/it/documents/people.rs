//! What a person is shown, and what is stored when they say yes.

use domain::journal::EventKind;
use serde_json::json;

use super::{Site, client_at, stored};
use crate::{
    journal,
    world::{Client, PASSWORD, World},
};

both! {
    async fn cimd_02_a_client_is_what_its_document_says(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200).shows("“Reader”");
        let tokens = client.exchange(&alice.allow().await.code()).await;
        let refreshed = client.refresh(&tokens.is(200).text("refresh_token")).await;
        assert_eq!(world.introspect(&refreshed.is(200).text("access_token")).await.text("client_id"), client.id);
        assert_eq!(site.visits("/client"), 1, "and is believed for a while");
    }

    async fn cimd_12_the_host_of_the_document_is_shown_as_what_was_checked(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let page = world.alice().await.authorize(&client).await.page();
        page.is(200).shows("App of a website").shows("Comes from localhost").shows("app.example").shows(&client.id);
        assert!(!page.text.contains("Verified app") && !page.text.contains("Says it comes from"));
    }

    async fn cimd_12_where_any_program_could_say_so_the_host_is_only_said(world: World) {
        let site = Site::beside(&world).await;
        let url = site.document("/cli", &json!({ "redirect_uris": ["http://127.0.0.1/cb"] }));
        let client = Client { redirect_uri: "http://127.0.0.1:51234/cb".to_owned(), ..client_at(&world, &url) };
        let page = world.alice().await.authorize(&client).await.page();
        page.is(200).shows("Unverified app").shows("Says it comes from localhost").shows("127.0.0.1:51234");
        assert!(!page.text.contains("App of a website"));
    }

    async fn nothing_is_stored_before_somebody_says_yes(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        world.browser().authorize(&client).await.page().is(200);
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200);
        assert_eq!(alice.deny().await.redirect().param("error"), "access_denied");
        assert_eq!(stored(&world).await, 0);
        alice.consented(&client).await.code();
        assert_eq!(stored(&world).await, 1);
    }

    async fn what_is_stored_is_an_oauth_client_like_any_other(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({ "contacts": ["a@app.example"] })));
        world.alice().await.consented(&client).await.code();
        let jmap = world.admin_jmap().await;
        let row = world.client_named(&client.id).await.expect("a client");
        let object = jmap.get("x:OAuthClient/get", row.id.as_str()).await;
        assert_eq!((&object["clientId"], &object["door"], &object["description"]), (&json!(client.id), &json!("document"), &json!("Reader")));
        let created = journal::of_kind(&world, EventKind::Created).await;
        assert!(created.iter().any(|sealed| sealed.event.after.as_ref().is_some_and(|after| after["clientId"] == client.id)));
    }

    async fn an_administrator_decides_whether_it_may_be_used_but_not_what_it_says(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        let row = world.client_named(&client.id).await.expect("a client");
        let jmap = world.admin_jmap().await;
        let refused = jmap.not_updated("x:OAuthClient/set", row.id.as_str(), json!({ "description": "Other" })).await;
        assert_eq!(refused["type"], "forbidden", "{refused}");
        world.enable_client(&client.id, false).await;
        let asked = site.visits("/client");
        alice.authorize(&client).await.page().is(400).shows("This app is blocked");
        assert_eq!(site.visits("/client"), asked, "nobody asks for what may not be used");
    }

    async fn a_deleted_client_comes_back_when_somebody_allows_it_again(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        world.delete_client(&client.id).await;
        assert_eq!(stored(&world).await, 0);
        alice.consented(&client).await.code();
        assert_eq!((stored(&world).await, world.rows("SELECT client_id FROM client_tombstones", []).await.len()), (1, 0));
    }

    async fn two_who_are_the_first_at_the_same_moment_both_get_their_code(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        world.account("bob", PASSWORD).await;
        let mut bob = world.browser();
        bob.sign_in("bob", PASSWORD).await;
        alice.authorize(&client).await.page().is(200);
        bob.authorize(&client).await.page().is(200);
        let (a, b) = tokio::join!(alice.allow(), bob.allow());
        assert_ne!(a.code(), b.code());
        assert_eq!(stored(&world).await, 1);
    }

    async fn v074_people_are_asked_every_time(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.page().is(200).shows("wants access");
        let silent = alice.authorize(client.request().with("prompt", "none")).await.redirect();
        assert_eq!(silent.param("error"), "consent_required");
    }
}
