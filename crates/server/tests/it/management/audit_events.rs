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
