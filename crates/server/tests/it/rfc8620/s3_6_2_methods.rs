//! What is no call: RFC 8620 §3.6.2 and §3.7.

use domain::directory::permission::Permission;
use serde_json::{Value, json};

use crate::world::{PASSWORD, USING, World};

both! {
    async fn every_path_answers_in_place(world: World) {
        let key = world.admin_key().await;
        let body = json!({ "using": USING, "methodCalls": [["x:OidcProvider/get", { "ids": null }, "c0"]] });
        for path in ["/jmap", "/jmap/", "/api"] {
            let answer = world.post(path).bearer(&key).json(&body).send().await;
            assert_eq!(answer.is(200).json["methodResponses"][0][1]["list"][0]["id"], "singleton");
        }
    }

    async fn j05_a_method_that_does_not_exist_is_unknown(world: World) {
        let jmap = world.admin_jmap().await;
        for name in ["x:OidcProvider/copy", "x:OidcProvider/query", "OidcProvider/get", "x:Nothing/get", "x:OidcProvider", "", "x:OidcProvider/GET"] {
            assert_eq!(jmap.error(name, json!({})).await, "unknownMethod", "{name}");
        }
    }

    async fn j05_our_methods_are_unknown_to_a_request_that_does_not_use_them(world: World) {
        let body = json!({ "using": [USING[0]], "methodCalls": [["x:OidcProvider/get", {}, "0"]] });
        let answer = world.admin_jmap().await.send(&body).await;
        assert_eq!(answer.is(200).json["methodResponses"][0][1]["type"], "unknownMethod");
    }

    async fn j06_arguments_of_another_type_are_invalid(world: World) {
        let jmap = world.admin_jmap().await;
        let gets = [json!({ "ids": "singleton" }), json!({ "ids": [1] }), json!({ "properties": ["nothing"] }), json!({ "id": "singleton" }), json!({ "accountId": 1 })];
        for arguments in gets {
            assert_eq!(jmap.error("x:OidcProvider/get", arguments.clone()).await, "invalidArguments", "{arguments}");
        }
        for arguments in [json!({ "create": [] }), json!({ "update": { "singleton": 1 } }), json!({ "destroy": {} })] {
            assert_eq!(jmap.error("x:OidcProvider/set", arguments.clone()).await, "invalidArguments", "{arguments}");
        }
    }

    async fn j07_references_that_lead_nowhere_are_invalid_and_later_calls_are_made(world: World) {
        let to = |of: &str, path: &str| json!({ "resultOf": of, "name": "x:OidcProvider/get", "path": path });
        let bomb = "/list".to_owned() + &"/*".repeat(10_000);
        let calls = json!([
            ["x:OidcProvider/get", { "#ids": to("b", "/list") }, "a"],
            ["x:OidcProvider/get", { "#ids": to("a", "/list") }, "b"],
            ["x:OidcProvider/get", {}, "c"],
            ["x:OidcProvider/get", { "#ids": to("c", &bomb) }, "d"],
            ["x:OidcProvider/get", { "#ids": to("c", "/list/*/id") }, "e"],
        ]);
        let responses = world.admin_jmap().await.calls(calls).await;
        let types: Vec<&Value> = [0, 1, 3].iter().map(|at: &usize| &responses[*at][1]["type"]).collect();
        assert_eq!(types, ["invalidResultReference"; 3]);
        assert_eq!(responses[4][1]["list"][0]["id"], "singleton");
    }

    async fn j08_another_account_and_none_are_not_told_apart(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let jmap = world.jmap(&world.api_key(&alice, &[Permission::Authenticate, Permission::ApiKeyGet]).await);
        for id in [world.admin().await.id.as_str(), "00000000000000000000000000", "x"] {
            assert_eq!(jmap.error("x:ApiKey/get", json!({ "accountId": id })).await, "accountNotFound");
        }
        let own = alice.id.to_string();
        assert_eq!(jmap.call("x:ApiKey/get", json!({ "accountId": own })).await["accountId"], own);
    }

    async fn j21_there_is_no_push_to_urls_that_strangers_name(world: World) {
        let create = json!({ "create": { "p": { "deviceClientId": "d", "url": "http://169.254.169.254/", "types": null } } });
        let jmap = world.admin_jmap().await;
        for name in ["PushSubscription/set", "x:PushSubscription/set"] {
            assert_eq!(jmap.error(name, create.clone()).await, "unknownMethod");
        }
    }

    async fn created_ids_come_back_if_they_were_sent(world: World) {
        let jmap = world.admin_jmap().await;
        let with = json!({ "using": USING, "methodCalls": [], "createdIds": { "a": "b" } });
        assert_eq!(jmap.send(&with).await.is(200).json["createdIds"], json!({ "a": "b" }));
        assert!(!jmap.request(json!([])).await.is(200).has("createdIds"));
    }

    async fn j12_who_lacks_the_permission_is_told_so(world: World) {
        let alice = world.account("alice", "password of alice").await;
        let jmap = world.jmap(&world.api_key(&alice, &[Permission::Authenticate]).await);
        assert_eq!(jmap.error("x:OidcProvider/get", json!({})).await, "forbidden");
        let set = jmap.call("x:OidcProvider/set", json!({ "update": { "singleton": { "requireClientRegistration": true } } })).await;
        assert_eq!(set["notUpdated"]["singleton"]["type"], "forbidden");
        assert!(!world.app().live().settings.require_client_registration);
    }
}
