//! The audit log in the console: found, turned over page by page, and looked at one by one.

use domain::journal::{Event, EventKind, ObjectKind};
use serde_json::json;
use server::{admin::journal::seal_now, clock};
use store::Batch;

use super::{alice, console, holder, visit};
use crate::{
    journal,
    world::{PASSWORD, World},
};

/// So many events happen, each with its number.
async fn happen(world: &World, count: u32) {
    let app = world.app();
    for number in 0..count {
        let now = clock::now();
        let note = Some(format!("number {number}."));
        let event = Event { note, ..Event::new(app.chance.id(now), now, EventKind::Forbidden) };
        let mut batch = Batch::new();
        batch.push(store::journal::insert(&event));
        assert!(app.store.commit(batch).await.expect("an event").is_committed());
    }
    seal_now(&app).await.expect("sealed");
}

both! {
    async fn events_are_found_by_kind_object_actor_and_day(world: World) {
        let client = world.public_client().await;
        let row = world.client_named(&client.id).await.expect("a client");
        world.enable_client(&client.id, false).await;
        let mut console = console(&world).await;
        let found = format!("/admin/audit?object=OAuthClient&id={}", row.id);
        console.get(&found).await.page().is(200).shows("Created").shows("on the host");
        let mut list = async |query: &str| console.get(&format!("/admin/audit?{query}")).await.page();
        list("kind=signed-in").await.shows("Signed in").shows("by password");
        list("actor=admin&kind=signed-in").await.shows("admin");
        list("actor=admin&object=Role").await.shows("Nothing like that is remembered");
        list("until=2001-01-01").await.shows("Nothing like that is remembered");
        list("from=2001-01-01&kind=signed-in").await.shows("admin");
    }

    async fn a_field_that_finds_nothing_for_a_reason_says_it(world: World) {
        let mut console = console(&world).await;
        for (query, why) in [
            ("actor=nobody-like-it", "There is no account of this name"),
            ("id=x", "of what kind the object is"),
            ("from=yesterday", "A day such as 2031-12-31"),
        ] {
            console.get(&format!("/admin/audit?{query}")).await.page().is(422).shows(why);
        }
    }

    async fn fifty_are_on_a_page_and_one_turns_over_to_older_and_back_to_newer(world: World) {
        let mut console = console(&world).await;
        happen(&world, 120).await;
        let page = console.get("/admin/audit?kind=forbidden").await.page();
        page.shows("number 119.").shows("number 70.");
        assert!(!page.text.contains("number 69.") && !page.text.contains("Newer"));
        let link = |page: &crate::world::Page, rel: &str| {
            let before = page.html.split(&format!("\" rel=\"{rel}\"")).next().expect("a link").to_owned();
            before.rsplit("href=\"").next().expect("an address").replace("&amp;", "&").replace("&#38;", "&")
        };
        let second = console.get(&link(&page, "next")).await.page();
        second.shows("number 69.").shows("number 20.");
        let third = console.get(&link(&second, "next")).await.page();
        third.shows("number 19.").shows("number 0.");
        assert!(!third.text.contains("Older"));
        let back = console.get(&link(&third, "prev")).await.page();
        assert!(back.shows("number 69.").text.contains("number 20.") && !back.text.contains("number 70."));
        console.get(&link(&back, "prev")).await.page().shows("number 119.").shows("number 70.");
    }

    async fn an_event_shows_both_sides_and_that_it_is_what_was_sealed(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(7)).await;
        let told = journal::to(&world, ObjectKind::OidcProvider).await;
        let id = journal::one(&told).event.id.clone();
        let mut console = console(&world).await;
        let page = console.get(&format!("/admin/audit/{id}")).await.page();
        page.is(200).shows("authCodeMaxAttempts").shows("still what was sealed");
        assert!(page.html.contains("<bdi>3</bdi>") && page.html.contains("<bdi>7</bdi>"));
        world.sql("UPDATE journal SET value_after = '{\"authCodeMaxAttempts\":8}' WHERE id = $1", [(&id).into()]).await;
        console.get(&format!("/admin/audit/{id}")).await.page().is(200).shows("This is not what was sealed");
    }

    async fn a_name_that_a_stranger_chose_rearranges_no_page(world: World) {
        let (app, now, name) = (world.app(), clock::now(), "<script>x</script>\u{202e}live");
        let event = Event {
            object: Some((ObjectKind::OAuthClient, "one".to_owned())),
            note: Some(name.to_owned()),
            after: Some(json!({ name: [name] })),
            ..Event::new(app.chance.id(now), now, EventKind::Created)
        };
        let mut batch = Batch::new();
        batch.push(store::journal::insert(&event));
        assert!(app.store.commit(batch).await.expect("an event").is_committed());
        let mut console = console(&world).await;
        let list = console.get("/admin/audit?object=OAuthClient&id=one").await.page();
        let id: String = list.html.split("/admin/audit/").nth(1).expect("an event").chars().take(26).collect();
        let page = console.get(&format!("/admin/audit/{id}")).await.page();
        assert!(page.is(200).text.contains("<script>x</script>") && !page.html.contains("<script"));
        assert!(!page.html.contains('\u{202e}') && !list.html.contains('\u{202e}'));
    }

    async fn a_tenant_sees_its_own_events_and_no_places(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(7)).await;
        let told = journal::to(&world, ObjectKind::OidcProvider).await;
        let foreign = journal::one(&told).event.id.clone();
        world.managed_tenant("acme").await;
        let mut acme = visit(&world, "/admin", "admin-of-acme", PASSWORD).await;
        acme.get(&format!("/admin/audit/{foreign}")).await.page().is(404);
        acme.get("/admin/audit?object=OidcProvider").await.page().is(200).shows("Nothing like that");
        let list = acme.get("/admin/audit?kind=signed-in").await.page();
        let own: String = list.html.split("/admin/audit/").nth(1).expect("an event").chars().take(26).collect();
        let page = acme.get(&format!("/admin/audit/{own}")).await.page();
        assert!(page.is(200).shows("still what was sealed").text.contains("Seal (SHA-256)"));
        assert!(!page.text.contains("Place in the journal"));
        acme.get("/admin/audit?actor=admin").await.page().is(422);
    }

    async fn who_lacks_a_permission_sees_none_of_it(world: World) {
        let mut alice = alice(&world).await;
        alice.get("/admin/audit").await.page().is(403);
        let id = world.app().chance.id(clock::now());
        alice.get(&format!("/admin/audit/{id}")).await.page().is(403);
        let mut half = holder(&world, "half", &["audit-event-get"], "/account").await;
        half.get("/admin/audit").await.page().is(403);
    }
}
