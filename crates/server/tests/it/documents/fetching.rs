//! How often a document is fetched.

use std::time::Duration;

use serde_json::json;

use super::{
    Site, ago, client_at, grow_old,
    site::{self, Page},
};
use crate::world::{PASSWORD, World};

both! {
    async fn c14_of_one_host_ten_documents_are_fetched_in_a_minute(world: World) {
        let site = Site::beside(&world).await;
        let mut refused = 0;
        for number in 0..15 {
            let url = site.document(&format!("/{number}"), &json!({}));
            let page = world.browser().authorize(&client_at(&world, &url)).await.page();
            refused += usize::from(page.status == 429);
        }
        let fetched: usize = (0..15).map(|number| site.visits(&format!("/{number}"))).sum();
        assert_eq!((fetched, refused), (10, 5));
    }

    async fn t22_strangers_keep_nobody_from_a_client_that_is_in_use(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        grow_old(&world, Duration::from_hours(2)).await;
        for number in 0..12 {
            let url = site.document(&format!("/{number}"), &json!({}));
            world.browser().authorize(&client_at(&world, &url)).await.page();
        }
        alice.authorize(&client).await.page().is(200);
        assert_eq!(site.visits("/client"), 2);
    }

    async fn those_who_come_at_once_share_one_fetch(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut visits = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (mut browser, request) = (world.browser(), client.request());
            visits.spawn(async move { browser.authorize(request).await.page().status });
        }
        assert_eq!((visits.join_all().await, site.visits("/client")), (vec![200; 8], 1));
    }

    async fn whoever_looks_ahead_makes_nobody_ask(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let target = format!("/authorize?{}", client.request().encoded());
        world.call(http::Method::HEAD, &target).send().await.is(204);
        world.get(&target).header("sec-purpose", "prefetch").send().await.is(204);
        assert_eq!(site.visits("/client"), 0);
    }

    async fn a_person_who_is_deciding_does_not_wait_for_the_site_again(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        world.account("alice", PASSWORD).await;
        let mut alice = world.browser();
        alice.authorize(&client).await.page().is(200);
        site.remove("/client");
        alice.sign_in("alice", PASSWORD).await.page().is(200).shows("“Reader”");
        alice.allow().await.code();
        assert_eq!(site.visits("/client"), 1);
    }

    async fn c13_what_was_good_and_is_not_any_more_is_asked_for_once_and_then_refused(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        grow_old(&world, Duration::from_hours(2)).await;
        site.put("/client", Page::json("{}"));
        alice.authorize(&client).await.page().is(400).shows("This app could not be checked");
        assert_eq!(site.visits("/client"), 2);
    }

    async fn cimd_17_a_client_goes_on_for_a_week_while_its_site_is_down_and_for_no_moment_when_it_is_gone(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let tokens = client.tokens(&mut world.alice().await).await;
        site.put("/client", Page { status: 503, ..Page::json("{}") });
        grow_old(&world, Duration::from_hours(6 * 24)).await;
        let tokens = client.refresh(&tokens.text("refresh_token")).await;
        let next = tokens.is(200).text("refresh_token");
        assert_eq!(site.visits("/client"), 2, "it was asked");
        let next = client.refresh(&next).await.is(200).text("refresh_token");
        assert_eq!(site.visits("/client"), 2, "and is left alone for a while");
        grow_old(&world, Duration::from_hours(8 * 24)).await;
        client.refresh(&next).await.refuses("invalid_client");
        site.document("/client", &json!({}));
        grow_old(&world, Duration::from_hours(8 * 24)).await;
        let next = client.refresh(&next).await.is(200).text("refresh_token");
        site.remove("/client");
        grow_old(&world, Duration::from_hours(25)).await;
        client.refresh(&next).await.refuses("invalid_client");
        client.refresh(&next).await.refuses("invalid_client");
        site.document("/client", &json!({}));
        site::reach(&world).await;
        client.refresh(&next).await.is(200);
    }

    async fn that_a_document_was_read_is_noted_no_more_than_once_an_hour(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        let noted = || async { world.rows("SELECT fetched_at FROM client_documents", []).await[0].timestamp(0).expect("a moment") };
        grow_old(&world, Duration::from_mins(50)).await;
        let before = noted().await;
        alice.authorize(&client).await.page().is(200);
        assert_eq!((noted().await, site.visits("/client")), (before, 2));
        grow_old(&world, Duration::from_mins(61)).await;
        alice.authorize(&client).await.page().is(200);
        assert!(noted().await > ago(Duration::from_mins(5)));
    }
}
