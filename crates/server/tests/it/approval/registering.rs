//! Registering where a policy asks for approval.

use domain::client::approval::Decision;
use serde_json::json;
use tokio::task::JoinSet;

use super::{POLICY, ask_for_approval, decide, mail, row, waiting};
use crate::{client_life::after, rfc7591::open, world::World};

both! {
    async fn it_gets_its_id_as_usual_and_registering_again_finds_the_same_one(world: World) {
        let client = waiting(&world).await;
        let again = world.register(mail()).await;
        assert_eq!(again.is(201).text("client_id"), client.id);
        assert_eq!(world.rows("SELECT id FROM clients WHERE approval = 'pending'", []).await.len(), 1);
    }

    async fn who_was_approved_stays_so_whoever_registers_the_same_again(world: World) {
        let client = waiting(&world).await;
        decide(&world, &client, Decision::Approve).await.expect("approved");
        world.register(mail()).await.is(201);
        client.tokens(&mut world.alice().await).await;
    }

    async fn registering_the_same_meanwhile_takes_no_yes_back(world: World) {
        let client = waiting(&world).await;
        let mut strangers = JoinSet::new();
        for _ in 0..16 {
            let world = world.clone();
            strangers.spawn(async move { world.register(mail()).await });
        }
        decide(&world, &client, Decision::Approve).await.expect("approved");
        assert!(strangers.join_all().await.iter().all(|answer| answer.is(201).text("client_id") == client.id));
        assert_eq!(world.rows("SELECT id FROM clients WHERE approval IS NULL", []).await.len(), 1);
    }

    async fn what_was_there_before_the_policy_goes_on(world: World) {
        open(&world).await;
        let client = world.client_of(&world.register(mail()).await);
        ask_for_approval(&world, "anonymous").await;
        world.register(mail()).await.is(201);
        client.tokens(&mut world.alice().await).await;
    }

    async fn who_was_denied_does_not_come_back_by_registering_until_it_is_deleted(world: World) {
        let client = waiting(&world).await;
        decide(&world, &client, Decision::Deny).await.expect("denied");
        world.register(mail()).await.is(403).refuses("access_denied");
        world.delete_client(&client.id).await;
        assert_eq!(world.register(mail()).await.is(201).text("client_id"), client.id);
        assert_eq!(world.rows("SELECT id FROM clients WHERE approval = 'pending'", []).await.len(), 1);
    }

    async fn one_that_nobody_looked_at_in_time_is_gone_and_not_let_in_as_one_that_nobody_registered(world: World) {
        let client = waiting(&world).await;
        after(&world, 8).await;
        assert!(world.client_named(&client.id).await.is_err());
        world.alice().await.authorize(&client).await.page().is(400);
        assert_eq!(world.register(mail()).await.is(201).text("client_id"), client.id);
        assert_eq!(world.rows("SELECT id FROM clients WHERE approval = 'pending'", []).await.len(), 1);
    }

    async fn of_the_policies_of_server_and_tenant_the_stricter_counts(world: World) {
        let (_, administrator) = world.managed_tenant("acme").await;
        let open_one = json!({ "description": "Open", "door": "access-token", "mode": "open" });
        administrator.create(POLICY, open_one).await;
        ask_for_approval(&world, "access-token").await;
        let key = world.admin_key().await;
        let tenants = world.rows("SELECT id FROM tenants WHERE name = 'acme'", []).await;
        let tenant = tenants[0].text(0).expect("an id");
        for query in ["door=access-token".to_owned(), format!("door=access-token&tenant={tenant}")] {
            let told = world.post(&format!("/api/simulate/registration?{query}")).bearer(&key).json(&mail()).send().await;
            assert_eq!(told.is(200).json["waitsForApproval"], true, "{query}");
        }
        let told = world.post("/api/simulate/registration?door=api-key").bearer(&key).json(&mail()).send().await;
        assert_eq!(told.is(200).json["waitsForApproval"], false);
    }

    async fn approval_where_nothing_could_wait_is_refused_with_a_remedy(world: World) {
        let admin = world.admin_jmap().await;
        for (door, remedy) in [("administrator", "leave it open"), ("document", "limit redirectHosts")] {
            let refused = admin.not_created(POLICY, json!({ "description": "x", "door": door, "mode": "approval" })).await;
            assert!(refused.to_string().contains("mode") && refused.to_string().contains(remedy), "{refused}");
        }
    }

    async fn the_journal_says_that_it_waits_and_what_was_decided(world: World) {
        use domain::journal::EventKind;
        let client = waiting(&world).await;
        decide(&world, &client, Decision::Deny).await.expect("denied");
        decide(&world, &client, Decision::Approve).await.expect("approved");
        let id = row(&world, &client).await;
        let events = crate::journal::to(&world, domain::journal::ObjectKind::OAuthClient).await;
        let of_client: Vec<_> = events.iter().filter(|one| one.event.object.as_ref().is_some_and(|(_, object)| *object == id)).collect();
        let kinds: Vec<_> = of_client.iter().map(|one| one.event.kind).collect();
        assert_eq!(kinds, [EventKind::Created, EventKind::Updated, EventKind::Updated]);
        assert_eq!(of_client[0].event.after.as_ref().expect("what it is")["approval"], "pending");
        let notes: Vec<_> = of_client.iter().filter_map(|one| one.event.note.as_deref()).collect();
        assert_eq!(notes, ["an administrator did not approve it", "an administrator approved it"]);
        assert_eq!(of_client[1].event.after.as_ref().expect("what it is")["approval"], "denied");
    }
}
