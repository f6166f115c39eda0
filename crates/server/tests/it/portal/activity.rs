//! What somebody did, and what happened to their account.

use domain::journal::{ActorRef, Event, EventKind, ObjectKind};
use server::clock;
use store::{Batch, journal};

use super::{alice, visit};
use crate::world::{PASSWORD, World};

both! {
    async fn own_acts_and_what_others_tried_are_told_and_nothing_else(world: World) {
        let mut alice = alice(&world).await;
        world.account("bob", PASSWORD).await;
        world.browser().sign_in("bob", "wrong").await.page();
        alice.get("/account/activity").await.page().shows("Signed in").shows("127.0.0.1");
        assert!(!alice.page().text.contains("Sign-in refused") && !alice.page().text.contains("bob"));
        world.browser().sign_in("alice", "wrong").await.page();
        alice.get("/account/api-keys/new").await.page();
        alice.press("key-create", &[("description", "<b>a script</b>")]).await.page();
        world.set_password("bob", "another password").await;
        let page = alice.get("/account/activity").await.page();
        page.is(200).shows("Sign-in refused").shows("API key: <b>a script</b>");
        assert!(!page.html.contains("<b>") && !page.text.contains("bob"));
    }

    async fn what_an_administrator_changed_is_told_without_where_they_sit(world: World) {
        let mut alice = alice(&world).await;
        let id = world.account_named("alice").await.id;
        world.admin_jmap().await.update("x:Account/set", id.as_str(), serde_json::json!({ "description": "Alice L." })).await;
        let page = alice.get("/account/activity").await.page();
        page.shows("Changed").shows("Alice L.").shows("admin").shows("with an API key");
        let row = page.html.split("<tr>").find(|row| row.contains("Alice L.")).expect("a row");
        assert!(!row.contains("127.0.0.1"), "{row}");
    }

    async fn thirty_are_on_a_page_and_the_rest_on_the_next(world: World) {
        let mut alice = alice(&world).await;
        let (app, id) = (world.app(), world.account_named("alice").await.id);
        let mut batch = Batch::new();
        for number in 0..65 {
            let actor = ActorRef { account_id: Some(id.clone()), ..ActorRef::default() };
            let object = Some((ObjectKind::Account, id.to_string()));
            let note = Some(format!("number {number}."));
            let event = Event::new(app.chance.id(clock::now()), clock::now(), EventKind::SignedIn);
            batch.push(journal::insert(&Event { actor, object, note, ..event }));
        }
        assert!(app.store.commit(batch).await.expect("events").is_committed());
        let mut seen = String::new();
        for path in ["/account/activity", "", ""] {
            let next = if path.is_empty() { alice.page().html.split("?before=").nth(1).and_then(|rest| rest.split('"').next()).expect("an older page").to_owned() } else { String::new() };
            let path = if path.is_empty() { format!("/account/activity?before={next}") } else { path.to_owned() };
            let page = alice.get(&path).await.page();
            assert!(page.is(200).html.matches("<tr>").count() <= 31);
            seen.push_str(&page.text);
        }
        for number in 0..65 {
            assert_eq!(seen.matches(&format!("number {number}.")).count(), 1, "{number}");
        }
        assert!(!alice.page().html.contains("?before="));
        alice.get("/account/activity?before=x").await.page().is(200);
    }

    async fn nobody_reads_the_activity_of_another(world: World) {
        alice(&world).await;
        world.account("bob", PASSWORD).await;
        let mut bob = visit(&world, "/account/activity", "bob", PASSWORD).await;
        let page = bob.get("/account/activity").await.page();
        assert!(!page.shows("Signed in").text.contains("alice"));
    }
}
