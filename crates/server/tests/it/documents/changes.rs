//! A document that changes. Client ID Metadata Document §6.3.

use std::time::Duration;

use domain::journal::EventKind;
use serde_json::json;
use server::clock;

use super::{Site, client_at, grow_old};
use crate::{journal, world::World};

both! {
    async fn c12_cimd_16_other_redirect_uris_are_asked_about_again_and_journalled(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        world.verify_client(&client.id, true).await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.code();
        let more = json!({ "redirect_uris": [client.redirect_uri, "https://app.example/other"] });
        site.document("/client", &more);
        grow_old(&world, Duration::from_hours(2)).await;
        alice.authorize(&client).await.page().is(200).shows("App of a website");
        let changed = journal::of_kind(&world, EventKind::Updated).await;
        let event = changed.iter().find(|sealed| sealed.event.note.as_deref() == Some("its document changed"));
        let after = event.and_then(|sealed| sealed.event.after.clone()).expect("an event");
        assert_eq!(after["metadata"]["redirect_uris"], more["redirect_uris"], "{after}");
        assert!(!world.client_named(&client.id).await.expect("a client").is_verified, "nobody vouches for what it is now");
    }

    async fn a_page_of_before_the_change_does_not_count(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(200).shows("“Reader”");
        site.document("/client", &json!({ "client_name": "Writer" }));
        grow_old(&world, Duration::from_hours(2)).await;
        alice.allow().await.page().is(200).shows("“Writer”");
        alice.allow().await.code();
    }

    async fn c12_a_client_whose_addresses_are_all_others_loses_what_it_holds(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        site.document("/client", &json!({ "redirect_uris": ["https://evil.example/cb"] }));
        grow_old(&world, Duration::from_hours(25)).await;
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
        assert_eq!(world.introspect(&tokens.text("access_token")).await.json, json!({ "active": false }));
    }

    async fn what_this_node_kept_does_not_undo_what_another_has_read_since(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        // What another node would have stored.
        world.sql("UPDATE clients SET metadata = replace(metadata, 'Reader', 'Writer') WHERE door = $1", ["document".into()]).await;
        world.sql("UPDATE client_documents SET fetched_at = $1", [clock::now().plus(Duration::from_secs(1)).into()]).await;
        alice.authorize(&client).await.page().is(200).shows("“Writer”");
        let name = world.client_named(&client.id).await.expect("a client").metadata.client_name;
        assert_eq!(name.as_deref(), Some("Writer"));
    }

    async fn what_nobody_sees_changes_without_a_question(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        world.verify_client(&client.id, true).await;
        alice.consented(&client).await.code();
        site.document("/client", &json!({ "software_version": "2" }));
        grow_old(&world, Duration::from_hours(2)).await;
        alice.authorize(&client).await.code();
        let stored = world.client_named(&client.id).await.expect("a client");
        assert_eq!((stored.metadata.software_version.as_deref(), stored.is_verified), (Some("2"), true));
    }
}
