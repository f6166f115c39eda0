//! One question, one answer, however often and by how many buttons it is given.

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
}
