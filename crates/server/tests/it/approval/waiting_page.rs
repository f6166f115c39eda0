//! Whoever came with an application that waits: a page that goes on by itself.

use domain::client::approval::Decision;
use serde_json::json;

use super::{GET, SET, decide, row, waiting};
use crate::{
    console::console,
    world::{Arrival, Browser, Client, PASSWORD, Page, World},
};

/// Where the page asks again by itself.
#[track_caller]
fn again(page: &Page) -> String {
    let refresh = page.headers.get("refresh").expect("it asks again").to_str().expect("a text");
    let (seconds, path) = refresh.split_once("; url=").expect("where");
    assert!(seconds.parse::<u8>().is_ok_and(|seconds| (1..=30).contains(&seconds)), "{refresh}");
    path.to_owned()
}

/// Somebody who waits, and where the page asks again.
async fn somebody(world: &World, client: &Client) -> (Browser, String) {
    let mut alice = world.alice().await;
    let page = alice.authorize(client).await.page();
    page.is(200).shows("“Mail” waits for an administrator").shows("app.example").shows(&client.id);
    assert!(!page.has_button("consent-allow"));
    (alice, again(&page))
}

/// As if the time had come to ask again.
async fn look(browser: &mut Browser, path: &str) -> Arrival {
    browser.get(path).await
}

async fn goes_on(client: &Client, (mut alice, path): (Browser, String)) {
    look(&mut alice, &path).await.page().is(200).shows("“Mail” wants access");
    let redirect = alice.allow().await.redirect();
    assert_eq!(redirect.param("state"), "state of a test");
    client.exchange(redirect.param("code")).await.is(200);
}

both! {
    async fn it_goes_on_when_an_administrator_approves_in_the_console(world: World) {
        let client = waiting(&world).await;
        let (mut alice, path) = somebody(&world, &client).await;
        let page = look(&mut alice, &path).await.page();
        assert_eq!(again(page.shows("waits for an administrator")), path);
        let mut console = console(&world).await;
        console.get(&format!("/admin/clients/{}", row(&world, &client).await)).await.page().shows("Waits for approval");
        console.press("client-approve", &[]).await.page().is(200).shows("Saved");
        goes_on(&client, (alice, path)).await;
    }

    async fn it_goes_on_when_an_administrator_approves_over_jmap(world: World) {
        let client = waiting(&world).await;
        let waits = somebody(&world, &client).await;
        let (admin, id) = (world.admin_jmap().await, row(&world, &client).await);
        admin.update(SET, &id, json!({ "approval": "approved" })).await;
        assert_eq!(admin.get(GET, &id).await["state"], "active");
        goes_on(&client, waits).await;
    }

    async fn it_goes_on_when_an_administrator_approves_on_the_host(world: World) {
        let client = waiting(&world).await;
        let waits = somebody(&world, &client).await;
        decide(&world, &client, Decision::Approve).await.expect("approved");
        goes_on(&client, waits).await;
    }

    async fn nobody_hears_that_a_client_waits_who_did_not_sign_in(world: World) {
        let client = waiting(&world).await;
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        let page = browser.authorize(&client).await.page();
        assert!(page.has_button("login-submit") && !page.text.contains("administrator") && !page.headers.contains_key("refresh"));
        let page = browser.sign_in("alice", PASSWORD).await.page();
        let path = again(page.shows("waits for an administrator"));
        decide(&world, &client, Decision::Approve).await.expect("approved");
        goes_on(&client, (browser, path)).await;
    }

    async fn a_no_reaches_the_application_of_somebody_who_signed_in_for_it(world: World) {
        let client = waiting(&world).await;
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.authorize(&client).await.page();
        let path = again(&browser.sign_in("alice", PASSWORD).await.page());
        decide(&world, &client, Decision::Deny).await.expect("denied");
        let redirect = look(&mut browser, &path).await.redirect();
        assert_eq!((redirect.param("error"), redirect.param("state")), ("access_denied", "state of a test"));
        assert!(redirect.params.get("code").is_none());
    }

    async fn a_no_sends_nobody_away_who_did_nothing_but_follow_a_link(world: World) {
        let client = waiting(&world).await;
        let (mut alice, path) = somebody(&world, &client).await;
        decide(&world, &client, Decision::Deny).await.expect("denied");
        let page = look(&mut alice, &path).await.page();
        page.is(400).shows("access_denied").shows("Return to app.example");
        assert!(!page.headers.contains_key("refresh"));
    }

    async fn a_request_for_silence_is_answered_at_once(world: World) {
        let client = waiting(&world).await;
        let silent = || client.request().with("prompt", "none");
        assert_eq!(world.browser().authorize(silent()).await.redirect().param("error"), "login_required");
        let mut alice = world.alice().await;
        assert_eq!(alice.authorize(silent()).await.redirect().param("error"), "interaction_required");
        decide(&world, &client, Decision::Deny).await.expect("denied");
        assert_eq!(alice.authorize(silent()).await.redirect().param("error"), "access_denied");
    }

    async fn whoever_does_not_want_to_wait_goes_back(world: World) {
        let client = waiting(&world).await;
        let (mut alice, path) = somebody(&world, &client).await;
        assert_eq!(alice.deny().await.redirect().param("error"), "access_denied");
        look(&mut alice, &path).await.page().is(403);
    }

    async fn waiting_ends_with_the_request(world: World) {
        let client = waiting(&world).await;
        let (mut alice, path) = somebody(&world, &client).await;
        world.sql("UPDATE interactions SET expires_at = 1", []).await;
        let page = look(&mut alice, &path).await.page();
        assert!(!page.is(403).headers.contains_key("refresh"));
    }

    async fn the_page_speaks_german_and_goes_on_under_a_path(world: World) {
        let client = waiting(&world).await;
        let (mut alice, path) = somebody(&world, &client).await;
        alice.languages = Some("de");
        look(&mut alice, &path).await.page().shows("wartet auf einen Administrator").shows("Nicht warten");
        assert!(path.starts_with("/interaction/"), "{path}");
    }
}
