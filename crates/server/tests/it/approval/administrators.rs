//! Whoever approves or does not: in the console, over JMAP, and several at once.

use domain::client::approval::Decision;
use serde_json::json;
use server::admin::{Means, actor::Actor, clients, clients::ClientError};
use tokio::task::JoinSet;

use super::{GET, POLICY, QUERY, SET, ask_for_approval, decide, row, waiting};
use crate::{console::console, world::World};

both! {
    async fn those_that_wait_are_counted_found_and_let_in_or_not(world: World) {
        let client = waiting(&world).await;
        world.public_client().await;
        let mut console = console(&world).await;
        console.get("/admin").await.page().is(200).shows("1 client waits for approval");
        console.get("/admin/clients?state=pending").await.page().shows("Mail").shows("1 client ");
        let path = format!("/admin/clients/{}", row(&world, &client).await);
        console.get(&path).await.page().shows("gets nothing until an administrator approves it");
        console.get(&format!("{path}/approval")).await.page().shows("Say no to");
        console.press("deny-confirm", &[]).await.page().shows("Saved").shows("Not approved");
        console.get("/admin/clients?state=pending").await.page().shows("No client is like that");
        console.get("/admin/clients?state=denied").await.page().shows("1 client ");
        console.get(&path).await.page();
        console.press("client-approve", &[]).await.page().shows("Active");
        assert!(!console.get("/admin").await.page().text.contains("waits for approval"));
    }

    async fn whoever_decides_second_is_told_what_it_is_now(world: World) {
        let client = waiting(&world).await;
        let mut console = console(&world).await;
        let path = format!("/admin/clients/{}", row(&world, &client).await);
        console.get(&path).await.page();
        decide(&world, &client, Decision::Deny).await.expect("denied");
        console.press("client-approve", &[]).await.page().is(200).shows("somebody else was faster").shows("Not approved");
        decide(&world, &client, Decision::Approve).await.expect("approved");
        console.get(&format!("{path}/approval")).await.page();
        console.press("deny-confirm", &[]).await.page().is(200).shows("somebody else was faster").shows("Active");
    }

    async fn of_many_who_decide_at_once_one_does(world: World) {
        let client = waiting(&world).await;
        let version = world.client_named(&client.id).await.expect("a client").version;
        let mut contenders = JoinSet::new();
        for at in 0..16 {
            let (app, id) = (world.app(), client.id.clone());
            let decision = if at % 2 == 0 { Decision::Approve } else { Decision::Deny };
            contenders.spawn(async move {
                clients::decide(Means::of(&app), &Actor::host(), (&id, Some(version)), decision).await.map(|()| decision)
            });
        }
        let outcomes = contenders.join_all().await;
        let won: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        let told = outcomes.iter().filter(|one| matches!(one, Err(ClientError::Stale | ClientError::Decided(_)))).count();
        assert_eq!(told, 15);
        let denied = !world.rows("SELECT id FROM clients WHERE approval = 'denied'", []).await.is_empty();
        assert_eq!(denied, *won[0] == Decision::Deny);
    }

    async fn over_jmap_they_are_found_and_decided_about(world: World) {
        let client = waiting(&world).await;
        let (admin, id) = (world.admin_jmap().await, row(&world, &client).await);
        assert_eq!(admin.find(QUERY, json!({ "approval": "pending" })).await, [id.as_str()]);
        assert_eq!(admin.find(QUERY, json!({ "state": "pending" })).await, [id.as_str()]);
        assert!(admin.find(QUERY, json!({ "state": "active" })).await.is_empty());
        let one = admin.get(GET, &id).await;
        assert_eq!((&one["approval"], &one["state"]), (&json!("pending"), &json!("pending")));
        admin.update(SET, &id, json!({ "approval": "denied" })).await;
        assert_eq!(admin.find(QUERY, json!({ "approval": "denied" })).await, [id.as_str()]);
        admin.update(SET, &id, json!({ "approval": "approved" })).await;
        assert_eq!(admin.find(QUERY, json!({ "approval": "approved" })).await, [id.as_str()]);
    }

    async fn over_jmap_nobody_who_was_approved_is_sent_back(world: World) {
        let client = waiting(&world).await;
        let (admin, id) = (world.admin_jmap().await, row(&world, &client).await);
        admin.update(SET, &id, json!({ "approval": "approved" })).await;
        for approval in ["denied", "pending"] {
            let refused = admin.not_updated(SET, &id, json!({ "approval": approval })).await;
            assert!(refused.to_string().contains("decided already"), "{refused}");
        }
        let new = json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"], "approval": "pending" });
        assert!(admin.not_created(SET, new).await.to_string().contains("approval"));
    }

    async fn editing_a_client_that_waits_does_not_let_it_in(world: World) {
        let client = waiting(&world).await;
        let (admin, id) = (world.admin_jmap().await, row(&world, &client).await);
        admin.update(SET, &id, json!({ "isVerified": true })).await;
        assert_eq!(admin.get(GET, &id).await["approval"], "pending");
        world.alice().await.authorize(&client).await.page().shows("waits for an administrator");
    }

    async fn another_tenant_neither_sees_nor_decides(world: World) {
        let (_, administrator) = world.managed_tenant("acme").await;
        let client = waiting(&world).await;
        let id = row(&world, &client).await;
        let refused = administrator.not_updated(SET, &id, json!({ "approval": "approved" })).await;
        assert_eq!(refused["type"], "notFound");
        assert!(administrator.find(QUERY, json!({ "approval": "pending" })).await.is_empty());
    }

    async fn the_console_says_when_waiting_is_no_duty(world: World) {
        let mut console = console(&world).await;
        let warning = "any client id that nobody registered is let in without waiting";
        for (is_required, is_warned) in [(false, true), (true, false)] {
            world.settings("OidcProvider.requireClientRegistration", json!(is_required)).await;
            if !is_required {
                ask_for_approval(&world, "anonymous").await;
            }
            let page = console.get("/admin/registration").await.page();
            assert_eq!(page.is(200).text.contains(warning), is_warned);
        }
    }

    async fn the_policy_is_written_and_tried_out_in_the_console(world: World) {
        crate::rfc7591::open(&world).await;
        let mut console = console(&world).await;
        console.get("/admin/registration/new").await.page().shows("every client waits for approval");
        let policy = [("description", "Looked at"), ("door", "document"), ("mode", "approval")];
        console.press("policy-save", &policy).await.page().is(422).shows("nothing is there that could wait");
        console.press("policy-save", &[("door", "anonymous")]).await.page().is(200).shows("every client waits for approval");
        console.get("/admin/registration/try").await.page();
        console.press("try", &[]).await.page().is(200).shows("It would wait until an administrator approves it");
        let policies = world.admin_jmap().await.find("x:RegistrationPolicy/query", json!({ "door": "anonymous" })).await;
        assert_eq!(policies.len(), 1, "{POLICY}");
    }
}
