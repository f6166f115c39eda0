//! Clients that nobody vouches for and nobody needs leave by themselves; nothing that holds access ever does.

use std::time::Duration;

use domain::{client::approval::Decision, journal::EventKind};
use serde_json::{Value, json};
use server::{
    client_life::{Walk, walk_on},
    client_states::{Count, count_on},
    clock,
};

use crate::{
    approval, journal,
    rfc7591::{base, open},
    world::{Client, World},
};

const DAY: Duration = Duration::from_hours(24);
const PATIENCE: Duration = Duration::from_mins(1);

/// As if so many days went by, and the sweep came.
pub(crate) async fn after(world: &World, days: u32) {
    world.tell_uses().await;
    let (app, mut walk) = (world.app(), Walk::default());
    walk_on(&app, &mut walk, clock::now().plus(DAY * days)).await.expect("a walk");
}

/// A client that registered itself, with `members` added.
async fn stranger(world: &World, members: Value) -> Client {
    open(world).await;
    let mut body = base();
    body.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    world.client_of(&world.register(body).await)
}

async fn is_there(world: &World, client: &Client) -> bool {
    world.client_named(&client.id).await.is_ok()
}

async fn count(world: &World, sql: &'static str) -> usize {
    world.rows(sql, []).await.len()
}

both! {
    async fn what_nobody_allows_anything_is_gone_after_a_week_and_leaves_nothing(world: World) {
        let client = stranger(&world, json!({ "client_name": "Passer-by" })).await;
        after(&world, 6).await;
        assert!(is_there(&world, &client).await);
        after(&world, 8).await;
        assert!(!is_there(&world, &client).await);
        for left in ["SELECT client_id FROM client_tombstones", "SELECT word FROM client_words", "SELECT client FROM client_uses"] {
            assert_eq!(count(&world, left).await, 0, "{left}");
        }
        let gone = journal::of_kind(&world, EventKind::Destroyed).await;
        assert_eq!(journal::one(&gone).event.note.as_deref(), Some("nobody ever allowed it anything"));
        // It is an id like any other again, and registering makes it one of ours.
        world.alice().await.authorize(&client).await.page().is(200).shows("It was never registered here");
        assert_eq!(stranger(&world, json!({ "client_name": "Passer-by" })).await.id, client.id);
    }

    async fn one_that_holds_access_stays_however_long_nobody_uses_it(world: World) {
        let client = stranger(&world, json!({})).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        world.sql("UPDATE grants SET expires_at = $1", [clock::now().plus(DAY * 1000).into()]).await;
        after(&world, 400).await;
        assert!(is_there(&world, &client).await);
        client.refresh(&tokens.text("refresh_token")).await.is(200);
    }

    async fn one_that_was_used_leaves_after_ninety_days_and_a_page_says_what_to_do(world: World) {
        let client = stranger(&world, json!({})).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        client.revoke(&tokens.text("refresh_token")).await.is(200);
        after(&world, 89).await;
        assert!(is_there(&world, &client).await);
        after(&world, 91).await;
        assert!(!is_there(&world, &client).await);
        world.browser().authorize(&client).await.page().is(400).shows("register");
        client.refresh(&tokens.text("refresh_token")).await.is(401).refuses("invalid_client");
        let again = stranger(&world, json!({})).await;
        assert_eq!(again.id, client.id);
        again.tokens(&mut alice).await;
    }

    async fn registering_again_is_a_sign_of_life(world: World) {
        let client = stranger(&world, json!({})).await;
        stranger(&world, json!({})).await;
        world.tell_uses().await;
        world.sql("UPDATE client_uses SET last_used_at = last_used_at + $1", [(5 * 86_400_000_i64).into()]).await;
        after(&world, 8).await;
        assert!(is_there(&world, &client).await);
        after(&world, 13).await;
        assert!(!is_there(&world, &client).await);
    }

    async fn what_somebody_vouches_for_stays(world: World) {
        let own = world.public_client().await;
        let verified = stranger(&world, json!({ "client_name": "Verified" })).await;
        world.verify_client(&verified.id, true).await;
        let disabled = stranger(&world, json!({ "client_name": "Disabled" })).await;
        world.enable_client(&disabled.id, false).await;
        after(&world, 1000).await;
        for client in [own, verified, disabled] {
            assert!(is_there(&world, &client).await, "{}", client.id);
        }
    }

    async fn one_that_waits_for_an_administrator_leaves_after_a_week_and_one_that_was_denied_stays(world: World) {
        approval::ask_for_approval(&world, "anonymous").await;
        let waits = stranger(&world, json!({ "client_name": "Waits" })).await;
        let denied = stranger(&world, json!({ "client_name": "Denied" })).await;
        approval::decide(&world, &denied, Decision::Deny).await.expect("denied");
        after(&world, 6).await;
        assert!(is_there(&world, &waits).await);
        after(&world, 400).await;
        assert!(!is_there(&world, &waits).await && is_there(&world, &denied).await);
    }

    async fn one_that_was_approved_late_has_a_week_from_then_on(world: World) {
        approval::ask_for_approval(&world, "anonymous").await;
        let client = stranger(&world, json!({})).await;
        world.sql("UPDATE clients SET created_at = created_at - $1", [(6 * 86_400_000_i64).into()]).await;
        approval::decide(&world, &client, Decision::Approve).await.expect("approved");
        after(&world, 6).await;
        assert!(is_there(&world, &client).await);
        after(&world, 8).await;
        assert!(!is_there(&world, &client).await);
    }

    async fn a_setting_of_zero_keeps_them_for_ever(world: World) {
        let client = stranger(&world, json!({})).await;
        world.settings("OidcProvider.unclaimedClientRetention", json!(0)).await;
        after(&world, 1000).await;
        assert!(is_there(&world, &client).await);
        world.settings("OidcProvider.unclaimedClientRetention", json!("1d")).await;
        after(&world, 2).await;
        assert!(!is_there(&world, &client).await);
    }

    async fn thousands_that_nobody_claimed_end_as_none_and_ten_thousand_ports_as_one(world: World) {
        open(&world).await;
        for port in 0..50 {
            let body = json!({ "redirect_uris": [format!("http://127.0.0.1:{}/cb", 20_000 + port)], "token_endpoint_auth_method": "none" });
            world.register(body).await.is(201);
        }
        assert_eq!(count(&world, "SELECT id FROM clients").await, 1);
        // More than are looked at in one go.
        world.sql(
            "INSERT INTO clients (id, client_id, door, metadata, created_at, is_enabled, is_verified, version, is_first_party)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
             SELECT '0000000000000000000' || CAST(1000000 + i AS TEXT), 'wlp_' || CAST(i AS TEXT), c.door, c.metadata, c.created_at, c.is_enabled, c.is_verified, 1, c.is_first_party
             FROM n CROSS JOIN (SELECT * FROM clients WHERE id < $1) AS c",
            ["~".into()],
        ).await;
        assert_eq!(count(&world, "SELECT id FROM clients").await, 5001);
        after(&world, 8).await;
        assert_eq!(count(&world, "SELECT id FROM clients").await, 0);
    }

    async fn the_states_of_clients_are_numbers_to_watch(world: World) {
        let (active, idle) = (stranger(&world, json!({ "client_name": "A" })).await, stranger(&world, json!({ "client_name": "B" })).await);
        stranger(&world, json!({ "client_name": "C" })).await;
        let mut alice = world.alice().await;
        active.tokens(&mut alice).await.is(200);
        idle.revoke(&idle.tokens(&mut alice).await.is(200).text("refresh_token")).await.is(200);
        let (app, key) = (world.app(), world.admin_key().await);
        count_on(&app, &mut Count::default(), clock::now()).await.expect("a count");
        let metrics = world.get("/metrics").bearer(&key).send().await;
        let text = String::from_utf8_lossy(&metrics.is(200).body).into_owned();
        for (state, count) in [("active", 1), ("idle", 1), ("unclaimed", 1), ("tombstone", 0)] {
            let line = format!("wayleave_clients{{state=\"{state}\"}} {count}\n");
            assert!(text.contains(&line), "{line} in {text}");
        }
    }

    async fn the_server_sweeps_by_itself(world: World) {
        let client = stranger(&world, json!({})).await;
        let long_ago = clock::now().minus(DAY * 30);
        world.sql("UPDATE clients SET id = '00' || substr(id, 3), created_at = $1", [long_ago.into()]).await;
        world.restart().await;
        let key = world.admin_key().await;
        let counted = async {
            let left = "wayleave_clients_left_total{why=\"unclaimed\"} 1";
            while !String::from_utf8_lossy(&world.get("/metrics").bearer(&key).send().await.body).contains(left) {}
        };
        tokio::time::timeout(PATIENCE, counted).await.expect("it left");
        assert!(!is_there(&world, &client).await);
    }
}
