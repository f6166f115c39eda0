//! One question, one answer, however often and by how many buttons it is given.

use domain::id::Id;
use serde_json::json;
use server::clock;
use store::{Batch, interactions};

use crate::world::World;

/// How many press at once.
const CONTENDERS: usize = 64;

both! {
    async fn w14_of_64_consents_at_once_exactly_one_brings_a_code(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        let call = alice.submission("consent-allow", &[]);
        let calls: Vec<_> = (0..CONTENDERS).map(|_| tokio::spawn(call.clone().send())).collect();
        let mut codes = Vec::new();
        for call in calls {
            let answer = call.await.expect("an answer");
            match answer.header("location") {
                Some(location) => codes.push(location.to_owned()),
                None => assert_eq!(answer.status, 403),
            }
        }
        assert_eq!(codes.len(), 1, "{codes:?}");
        assert_eq!(world.rows("SELECT id FROM authorization_codes", []).await.len(), 1);
        assert_eq!(world.rows("SELECT id FROM grants", []).await.len(), 1);
    }

    async fn w14_allow_and_deny_at_once_are_one_decision(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        let buttons = ["consent-allow", "consent-deny"].into_iter().cycle().take(CONTENDERS);
        let calls: Vec<_> = buttons.map(|button| tokio::spawn(alice.submission(button, &[]).send())).collect();
        let mut redirects = 0;
        for call in calls {
            redirects += usize::from(call.await.expect("an answer").status == 303);
        }
        assert_eq!(redirects, 1);
        assert!(world.rows("SELECT id FROM authorization_codes", []).await.len() <= 1);
    }

    async fn w14_going_back_and_pressing_again_leads_nowhere(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        let again = alice.submission("consent-allow", &[]);
        let page = alice.page().button("consent-allow").0.action.replace("/consent", "");
        alice.allow().await.code();
        alice.follow(again).await.page().is(403).shows("was finished already");
        alice.get(&page).await.page().is(403);
    }

    async fn a_decision_that_comes_too_late_counts_no_more(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        world.sql("UPDATE interactions SET expires_at = $1", [1_i64.into()]).await;
        alice.allow().await.page().is(403).shows("open for too long");
    }

    async fn a_decision_that_is_neither_is_refused(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        alice.press("consent-allow", &[("decision", "perhaps")]).await.page().is(400);
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn two_requests_in_two_tabs_are_two_decisions(world: World) {
        let (first, second) = (world.public_client().await, world.public_client().await);
        let mut alice = world.alice().await;
        alice.authorize(&first).await.page();
        let of_first = alice.submission("consent-allow", &[]);
        let of_second = alice.consented(&second).await.code();
        let of_first = alice.follow(of_first).await.code();
        first.exchange(&of_first).await.is(200);
        second.exchange(&of_second).await.is(200);
    }

    async fn a_client_that_changed_since_the_page_was_shown_is_shown_again_before_it_gets_a_code(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "client_name": "Mail" })).await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().shows("Mail");
        let of_mail = alice.submission("consent-allow", &[]);
        client.replace(json!({ "client_name": "Bank" })).await.is(200);
        alice.allow().await.page().is(200).shows("Bank");
        // The page in another tab still shows the old name.
        alice.follow(of_mail).await.page().is(200).shows("Bank");
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
        alice.allow().await.code();
    }

    async fn an_id_that_somebody_registered_since_the_page_was_shown_is_shown_again(world: World) {
        let mut alice = world.alice().await;
        alice.authorize(&world.unregistered_client("anything")).await.page().is(200);
        world.public_client().await;
        world.sql("UPDATE clients SET client_id = $1", ["anything".into()]).await;
        alice.allow().await.page().is(200);
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
        alice.allow().await.code();
    }

    async fn a_page_that_lies_about_what_it_showed_is_none_of_ours(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        let token = alice.page().button("consent-allow").0.fields.get("csrf").expect("a token").to_owned();
        let (version, rest) = token.split_once('.').expect("a version");
        assert_eq!(version, "1");
        for lie in [format!("2.{rest}"), format!("0.{rest}"), format!(".{rest}"), rest.to_owned(), format!("01.{rest}")] {
            let call = alice.submission("consent-allow", &[("csrf", &lie)]);
            assert_eq!(call.send().await.status, 403, "{lie}");
        }
        assert!(world.rows("SELECT id FROM grants", []).await.is_empty());
    }

    async fn a_client_that_changes_at_the_last_moment_is_not_allowed_as_it_was(world: World) {
        let client = world.public_client().await;
        world.alice().await.authorize(&client).await.page();
        let row = &world.rows("SELECT id FROM interactions", []).await[0];
        let id = Id::parse(&row.text(0).expect("an id")).expect("an id");
        let store = &world.app().store;
        let waiting = interactions::by_id(store, &id).await.expect("a row").expect("a request");
        for (version, is_allowed) in [(0, false), (2, false), (1, true), (1, false)] {
            let mut batch = Batch::new();
            batch.push(interactions::allow(&waiting, version, clock::now()));
            assert_eq!(store.commit(batch).await.expect("an answer").is_committed(), is_allowed, "{version}");
        }
    }

    async fn of_the_requests_that_wait_in_one_browser_only_the_newest_twenty_are_kept(world: World) {
        let client = world.public_client().await;
        let (mut alice, mut elsewhere) = (world.alice().await, world.browser());
        elsewhere.sign_in("alice", crate::world::PASSWORD).await;
        elsewhere.authorize(&client).await.page();
        alice.authorize(&client).await.page();
        let oldest = alice.submission("consent-allow", &[]);
        for _ in 0..20 {
            alice.authorize(&client).await.page().is(200);
        }
        assert_eq!(world.rows("SELECT id FROM interactions", []).await.len(), 21);
        alice.allow().await.code();
        elsewhere.allow().await.code();
        alice.follow(oldest).await.page().is(403);
    }

    async fn a_path_that_is_no_text_names_no_request_and_gets_a_page(world: World) {
        let mut alice = world.alice().await;
        alice.get("/interaction/%ff").await.page().is(403).shows("open for too long");
        for path in ["/interaction/%ff/consent", "/interaction/%ff/account"] {
            let answer = world.post(path).form(&crate::world::Form::default()).send().await;
            assert_eq!(answer.is(403).header("content-type"), Some("text/html; charset=utf-8"));
        }
    }
}
