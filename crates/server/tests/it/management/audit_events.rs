//! `x:AuditEvent`.

use serde_json::json;

use crate::world::{PASSWORD, World};

const QUERY: &str = "x:AuditEvent/query";

both! {
    async fn who_changed_what_from_where_is_told(world: World) {
        let admin = world.admin_jmap().await;
        let made = admin.create("x:OAuthClient/set", json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"], "secret": "a-secret-of-our-own" })).await;
        let id = made["id"].as_str().expect("an id");
        admin.update("x:OAuthClient/set", id, json!({ "description": "App" })).await;
        let ids = admin.find(QUERY, json!({ "objectKind": "OAuthClient", "objectId": id })).await;
        let events = admin.call("x:AuditEvent/get", json!({ "ids": ids })).await["list"].clone();
        assert_eq!((&events[0]["kind"], &events[1]["kind"]), (&json!("updated"), &json!("created")), "newest first");
        assert_eq!(events[1]["accountId"], world.admin().await.id.as_str());
        assert_eq!((&events[1]["credentialKind"], &events[1]["from"]), (&json!("api-key"), &json!("127.0.0.1")));
        assert!(!events.to_string().contains("a-secret-of-our-own"));
    }

    async fn a_wrong_password_is_told(world: World) {
        world.account("alice", PASSWORD).await;
        world.jmap_of("alice", "wrong").get_from("/jmap/session").await.is(401);
        let admin = world.admin_jmap().await;
        assert_eq!(admin.find(QUERY, json!({ "kind": "sign-in-refused" })).await.len(), 1);
        assert_eq!(admin.find(QUERY, json!({ "kind": "sign-in-refused", "atIsLessThan": "2020-01-01T00:00:00Z" })).await.len(), 0);
    }

    async fn pages_and_anchors_lead_through_what_happened(world: World) {
        let admin = world.admin_jmap().await;
        for attempts in 4..9 {
            admin.update("x:OidcProvider/set", "singleton", json!({ "authCodeMaxAttempts": attempts })).await;
        }
        let filter = json!({ "objectKind": "OidcProvider" });
        let all = admin.find(QUERY, filter.clone()).await;
        assert_eq!(all.len(), 5);
        let page = admin.call(QUERY, json!({ "filter": filter, "position": 1, "limit": 2, "calculateTotal": true })).await;
        assert_eq!((&page["ids"], &page["total"]), (&json!(all[1..3]), &json!(5)));
        let page = admin.call(QUERY, json!({ "filter": filter, "anchor": all[3], "anchorOffset": -1, "limit": 2 })).await;
        assert_eq!((&page["ids"], &page["position"]), (&json!(all[2..4]), &json!(2)));
        let page = admin.call(QUERY, json!({ "filter": filter, "position": -1 })).await;
        assert_eq!(page["ids"], json!(all[4..]));
        assert_eq!(admin.error(QUERY, json!({ "filter": filter, "anchor": "nothing" })).await, "anchorNotFound");
    }

    async fn events_are_found_by_whatever_is_true_of_them_in_either_order(world: World) {
        let admin = world.admin_jmap().await;
        let made = admin.create("x:Role/set", json!({ "description": "A" })).await;
        let id = made["id"].as_str().expect("an id");
        admin.update("x:Role/set", id, json!({ "description": "B" })).await;
        let [updated, created] = &admin.find(QUERY, json!({ "objectId": id })).await[..] else { panic!("two events") };
        let oldest_first = json!({ "filter": { "objectKind": "Role", "objectId": id }, "sort": [{ "property": "at" }] });
        assert_eq!(admin.call(QUERY, oldest_first).await["ids"], json!([created, updated]));
        let event = admin.get("x:AuditEvent/get", updated).await;
        let then = json!({ "at": event["at"], "objectId": id, "kind": "updated", "credentialId": event["credentialId"] });
        assert_eq!(admin.find(QUERY, then).await, std::slice::from_ref(updated));
        let either = json!({ "operator": "OR", "conditions": [{ "kind": "created" }, { "kind": "updated" }] });
        let both = json!({ "operator": "AND", "conditions": [{ "objectId": id }, either] });
        assert_eq!(admin.find(QUERY, both).await.len(), 2);
        let not = json!({ "operator": "NOT", "conditions": [{ "clientId": "app" }, { "kind": "created" }] });
        assert!(admin.find(QUERY, not.clone()).await.contains(updated) && !admin.find(QUERY, not).await.contains(created));
    }

    async fn a_tenant_finds_its_own_events_only_however_it_asks(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let admin = world.admin_jmap().await;
        let role = admin.create("x:Role/set", json!({ "description": "A" })).await;
        let any = json!({ "operator": "NOT", "conditions": [{ "objectId": role["id"] }, { "kind": "signed-in" }] });
        assert!(admin.find(QUERY, any.clone()).await.len() > acme.find(QUERY, any).await.len());
        assert_eq!(acme.find(QUERY, json!({ "operator": "OR", "conditions": [{ "objectId": role["id"] }] })).await, Vec::<String>::new());
    }

    async fn whoever_tries_to_get_further_than_it_may_is_told(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let jmap = world.jmap_of("alice", PASSWORD);
        let more = json!({ "@type": "Replace", "permissions": ["authenticate", "account-create"] });
        jmap.not_created("x:ApiKey/set", json!({ "description": "k", "permissions": more })).await;
        let wrong = json!({ "currentSecret": "not this one", "secret": "another long one" });
        jmap.not_updated("x:AccountPassword/set", "singleton", wrong).await;
        let admin = world.admin_jmap().await;
        let of = async |kind: &str| admin.find(QUERY, json!({ "kind": kind })).await;
        assert_eq!((of("forbidden").await.len(), of("sign-in-refused").await.len()), (1, 1));
        let event = admin.get("x:AuditEvent/get", &of("forbidden").await[0]).await;
        assert_eq!(event["accountId"], alice.id.as_str());
        assert!(event["note"].as_str().is_some_and(|note| note.contains("account-create")), "{event}");
    }

    async fn a_new_secret_is_told_and_a_changed_contact_does_not_repeat_the_logo(world: World) {
        let admin = world.admin_jmap().await;
        let logo = format!("data:image/png;base64,{}", "A".repeat(40_000));
        let record = json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"], "secret": "a-secret-of-our-own", "logo": logo });
        let made = admin.create("x:OAuthClient/set", record).await;
        let id = made["id"].as_str().expect("an id");
        admin.update("x:OAuthClient/set", id, json!({ "secret": "another-secret-of-our-own" })).await;
        admin.update("x:OAuthClient/set", id, json!({ "contacts": ["ops@a.example"] })).await;
        let ids = admin.find(QUERY, json!({ "objectKind": "OAuthClient", "objectId": id })).await;
        let events = admin.call("x:AuditEvent/get", json!({ "ids": ids })).await["list"].clone();
        assert_eq!(events[1]["note"], "the client secret was replaced or dropped");
        assert_eq!(events[0]["after"]["metadata"], json!({ "contacts": ["ops@a.example"] }));
        assert!(events.to_string().len() < 6_000, "{events}");
    }

    async fn nobody_writes_what_happened(world: World) {
        let admin = world.admin_jmap().await;
        assert_eq!(admin.not_created("x:AuditEvent/set", json!({})).await["type"], "forbidden");
        assert_eq!(admin.error("x:AuditEvent/changes", json!({ "sinceState": "x" })).await, "cannotCalculateChanges");
    }

    async fn a_tenant_reads_what_happened_in_it(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        other.create("x:Account/set", json!({ "name": "foreign" })).await;
        let own = acme.create("x:Account/set", json!({ "name": "own" })).await;
        let admin = world.admin_jmap().await;
        let seen = acme.call("x:AuditEvent/get", json!({ "ids": acme.find(QUERY, json!({ "objectKind": "Account" })).await })).await;
        assert!(seen["list"].to_string().contains(own["id"].as_str().expect("an id")) && !seen["list"].to_string().contains("foreign"));
        let all = admin.find(QUERY, json!({ "objectKind": "Account" })).await;
        let foreign: Vec<_> = all.iter().filter(|id| !seen["list"].to_string().contains(id.as_str())).collect();
        assert_eq!(acme.call("x:AuditEvent/get", json!({ "ids": foreign })).await["list"], json!([]));
    }

    async fn how_much_happens_elsewhere_is_not_told_within_a_tenant(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        acme.create("x:Account/set", json!({ "name": "own" })).await;
        let ids = acme.find(QUERY, json!({ "objectKind": "Account" })).await;
        let told = acme.call("x:AuditEvent/get", json!({ "ids": ids })).await["list"][0].clone();
        assert_eq!((&told["position"], told["hash"].is_string()), (&json!(null), true));
        let admin = world.admin_jmap().await;
        let told = admin.call("x:AuditEvent/get", json!({ "ids": ids })).await["list"][0].clone();
        assert!(told["position"].is_u64(), "{told}");
        assert_eq!(acme.call("x:AuditEvent/get", json!({ "ids": null })).await["list"][0]["position"], json!(null));
    }
}
