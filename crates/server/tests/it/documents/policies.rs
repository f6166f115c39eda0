//! Policies at the door of documents. Client ID Metadata Document §6.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Site, client_at, grow_old, stored};
use crate::world::World;

async fn policy(world: &World, members: Value) -> String {
    let mut record = json!({ "description": "rules of documents", "door": "document" });
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let made = world.admin_jmap().await.create("x:RegistrationPolicy/set", record).await;
    made["id"].as_str().expect("an id").to_owned()
}

both! {
    async fn a_door_that_is_off_lets_no_new_document_in_and_those_that_are_in_go_on(world: World) {
        let site = Site::beside(&world).await;
        let known = client_at(&world, &site.document("/known", &json!({})));
        let mut alice = world.alice().await;
        let tokens = known.tokens(&mut alice).await;
        policy(&world, json!({ "mode": "off" })).await;
        let other = client_at(&world, &site.document("/other", &json!({})));
        alice.authorize(&other).await.page().is(400).shows("This app could not be checked");
        assert_eq!((stored(&world).await, site.visits("/other")), (1, 0));
        grow_old(&world, Duration::from_hours(25)).await;
        alice.consented(&known).await.code();
        known.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn a_document_beyond_the_bounds_is_refused_and_the_page_says_why(world: World) {
        let site = Site::beside(&world).await;
        policy(&world, json!({ "redirectHosts": ["app.example"] })).await;
        let beyond = client_at(&world, &site.document("/beyond", &json!({ "redirect_uris": ["https://elsewhere.example/cb"] })));
        let page = world.alice().await.authorize(&beyond).await.page();
        page.is(400).shows("an https redirect URI must be on one of these hosts: app.example");
        assert_eq!(stored(&world).await, 0);
        let within = client_at(&world, &site.document("/within", &json!({ "redirect_uris": ["https://app.example/cb"] })));
        let request = within.request().with("redirect_uri", "https://app.example/cb");
        world.browser().authorize(request).await.page().is(200).shows("Sign in");
    }

    async fn a_stricter_policy_ends_nobody_but_holds_for_what_a_document_says_anew(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        policy(&world, json!({ "redirectHosts": ["*.corp.example"] })).await;
        grow_old(&world, Duration::from_hours(25)).await;
        alice.consented(&client).await.code();
        let tokens = client.refresh(&tokens.text("refresh_token")).await;
        tokens.is(200);
        site.document("/client", &json!({ "client_name": "Writer" }));
        grow_old(&world, Duration::from_hours(25)).await;
        alice.authorize(&client).await.page().is(400).shows("one of these hosts: *.corp.example");
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
    }
}
