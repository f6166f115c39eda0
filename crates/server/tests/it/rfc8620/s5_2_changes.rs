//! States and `/changes`: RFC 8620 §5.1, §5.2.

use serde_json::{Value, json};

use crate::world::{Jmap, World};

async fn state(jmap: &Jmap) -> String {
    jmap.call("x:OidcProvider/get", json!({})).await["state"].as_str().expect("a state").to_owned()
}

async fn set(jmap: &Jmap, arguments: Value) -> Value {
    jmap.call("x:OidcProvider/set", arguments).await
}

fn change(attempts: u32) -> Value {
    json!({ "update": { "singleton": { "authCodeMaxAttempts": attempts } } })
}

both! {
    async fn a_set_leads_from_one_state_to_the_next(world: World) {
        let jmap = world.admin_jmap().await;
        let before = state(&jmap).await;
        let answer = set(&jmap, change(5)).await;
        assert_eq!(answer["oldState"], before);
        assert_ne!(answer["newState"], before);
        assert_eq!(state(&jmap).await, answer["newState"]);
    }

    async fn what_changes_nothing_leaves_the_state(world: World) {
        let jmap = world.admin_jmap().await;
        let before = state(&jmap).await;
        for arguments in [change(3), change(0), json!({})] {
            let answer = set(&jmap, arguments).await;
            assert_eq!((&answer["oldState"], &answer["newState"]), (&json!(before), &json!(before)));
        }
    }

    async fn changes_tell_what_was_changed_since(world: World) {
        let jmap = world.admin_jmap().await;
        let before = state(&jmap).await;
        set(&jmap, change(5)).await;
        set(&jmap, change(6)).await;
        let changes = jmap.call("x:OidcProvider/changes", json!({ "sinceState": before })).await;
        assert_eq!((&changes["updated"], &changes["created"], &changes["destroyed"]), (&json!(["singleton"]), &json!([]), &json!([])));
        assert_eq!((&changes["newState"], &changes["hasMoreChanges"]), (&json!(state(&jmap).await), &json!(false)));
    }

    async fn more_changes_than_wanted_come_in_parts(world: World) {
        let jmap = world.admin_jmap().await;
        let before = state(&jmap).await;
        set(&jmap, change(5)).await;
        set(&jmap, change(6)).await;
        let first = jmap.call("x:OidcProvider/changes", json!({ "sinceState": before, "maxChanges": 1 })).await;
        assert_eq!(first["hasMoreChanges"], true);
        let second = jmap.call("x:OidcProvider/changes", json!({ "sinceState": first["newState"], "maxChanges": 1 })).await;
        assert_eq!((&second["hasMoreChanges"], &second["newState"]), (&json!(false), &json!(state(&jmap).await)));
    }

    async fn j10_a_set_that_names_another_state_changes_nothing(world: World) {
        let jmap = world.admin_jmap().await;
        let before = state(&jmap).await;
        set(&jmap, change(5)).await;
        for stale in [before.as_str(), "", "forged"] {
            let mut arguments = change(7);
            arguments["ifInState"] = stale.into();
            assert_eq!(jmap.error("x:OidcProvider/set", arguments).await, "stateMismatch");
        }
        assert_eq!(jmap.get("x:OidcProvider/get", "singleton").await["authCodeMaxAttempts"], 5);
        let mut arguments = change(7);
        arguments["ifInState"] = state(&jmap).await.into();
        assert_eq!(set(&jmap, arguments).await["updated"], json!({ "singleton": null }));
    }

    async fn j17_a_state_that_was_not_given_out_is_none(world: World) {
        let jmap = world.admin_jmap().await;
        let own = state(&jmap).await;
        let altered = format!("{}A", &own[..own.len() - 1]);
        for forged in ["", "0", "' OR 1=1", &altered, &own[1..], &format!("{own}{own}")] {
            assert_eq!(jmap.error("x:OidcProvider/changes", json!({ "sinceState": forged })).await, "cannotCalculateChanges", "{forged}");
        }
        assert_eq!(jmap.error("x:OidcProvider/changes", json!({})).await, "invalidArguments");
    }

    async fn what_moves_to_another_tenant_is_gone_here_and_new_there(world: World) {
        let admin = world.admin_jmap().await;
        let (a, of_a) = world.managed_tenant("acme").await;
        let (b, of_b) = world.managed_tenant("beta").await;
        for (name, record) in [("Account", json!({ "name": "ann", "memberTenantId": a })), ("OAuthClient", json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"], "memberTenantId": a }))] {
            let [get, set, changes] = ["get", "set", "changes"].map(|verb| &*format!("x:{name}/{verb}").leak());
            let made = admin.create(set, record).await;
            let id = made["id"].as_str().expect("an id");
            let state = async |jmap: &Jmap| jmap.call(get, json!({ "ids": [] })).await["state"].clone();
            let (here, there, above) = (state(&of_a).await, state(&of_b).await, state(&admin).await);
            admin.update(set, id, json!({ "memberTenantId": b })).await;
            let since = async |jmap: &Jmap, state| jmap.call(changes, json!({ "sinceState": state })).await;
            assert_eq!(since(&of_a, here).await["destroyed"], json!([id]), "{name}");
            assert_eq!(since(&of_b, there).await["created"], json!([id]), "{name}");
            assert_eq!(since(&admin, above).await["updated"], json!([id]), "{name}");
            let told = of_b.call("x:AuditEvent/get", json!({ "ids": null })).await;
            assert!(!told.to_string().contains(&a), "{told}");
        }
    }

    async fn members_hear_of_the_end_of_their_group(world: World) {
        let admin = world.admin_jmap().await;
        let group = admin.create("x:Account/set", json!({ "@type": "Group", "name": "team" })).await;
        let member = admin.create("x:Account/set", json!({ "name": "ann", "memberGroupIds": [group["id"]] })).await;
        let state = admin.call("x:Account/get", json!({ "ids": [] })).await["state"].clone();
        admin.call("x:Account/set", json!({ "destroy": [group["id"]] })).await;
        let changes = admin.call("x:Account/changes", json!({ "sinceState": state })).await;
        assert_eq!((&changes["updated"], &changes["destroyed"]), (&json!([member["id"]]), &json!([group["id"]])));
    }

    async fn a_group_that_moves_leaves_its_members_behind(world: World) {
        let admin = world.admin_jmap().await;
        let (tenant, _) = world.managed_tenant("acme").await;
        let group = admin.create("x:Account/set", json!({ "@type": "Group", "name": "team" })).await;
        let member = admin.create("x:Account/set", json!({ "name": "ann", "memberGroupIds": [group["id"]] })).await;
        admin.update("x:Account/set", group["id"].as_str().expect("an id"), json!({ "memberTenantId": tenant })).await;
        let member = admin.get("x:Account/get", member["id"].as_str().expect("an id")).await;
        assert_eq!(member["memberGroupIds"], json!({}));
    }
}
