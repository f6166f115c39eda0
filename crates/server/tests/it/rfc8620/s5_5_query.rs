//! `/query` and `/queryChanges`: RFC 8620 §5.5, §5.6.

use serde_json::{Value, json};

use crate::world::{Jmap, World};

const QUERY: &str = "x:OAuthClient/query";

/// Clients `app0` to `app4`, oldest first.
async fn five(jmap: &Jmap) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..5 {
        let record = json!({ "clientId": format!("app{number}"), "description": format!("Number {number}"), "redirectUris": ["https://a.example/cb"] });
        ids.push(jmap.create("x:OAuthClient/set", record).await["id"].as_str().expect("an id").to_owned());
    }
    ids
}

both! {
    async fn the_newest_come_first_and_a_window_is_cut_out(world: World) {
        let jmap = world.admin_jmap().await;
        let mut ids = five(&jmap).await;
        ids.reverse();
        assert_eq!(jmap.find(QUERY, json!({})).await, ids);
        let of = |arguments: Value| async { jmap.call(QUERY, arguments).await };
        assert_eq!(of(json!({ "position": 1, "limit": 2 })).await["ids"], json!(ids[1..3]));
        assert_eq!(of(json!({ "position": -2 })).await["ids"], json!(ids[3..]));
        assert_eq!(of(json!({ "anchor": ids[2], "anchorOffset": -1, "limit": 2 })).await["ids"], json!(ids[1..3]));
        let sorted = of(json!({ "sort": [{ "property": "clientId" }], "calculateTotal": true })).await;
        ids.reverse();
        assert_eq!((&sorted["ids"], &sorted["total"]), (&json!(ids), &json!(5)));
    }

    async fn filters_join(world: World) {
        let jmap = world.admin_jmap().await;
        let ids = five(&jmap).await;
        let is = |number: usize| json!({ "clientId": format!("app{number}") });
        let either = json!({ "operator": "OR", "conditions": [is(1), is(3)] });
        assert_eq!(jmap.find(QUERY, either.clone()).await, [ids[3].clone(), ids[1].clone()]);
        let neither = json!({ "operator": "AND", "conditions": [{ "text": "number" }, { "operator": "NOT", "conditions": [either] }] });
        assert_eq!(jmap.find(QUERY, neither).await.len(), 3);
        assert_eq!(jmap.find(QUERY, json!({ "text": "number 2", "door": "administrator", "state": "active" })).await, [ids[2].clone()]);
        assert_eq!(jmap.find(QUERY, json!({ "createdAtIsLessThan": "2020-01-01T00:00:00Z" })).await.len(), 0);
    }

    async fn j16_positions_and_limits_of_any_size_are_harmless(world: World) {
        let jmap = world.admin_jmap().await;
        five(&jmap).await;
        let count = |arguments: Value| async { jmap.call(QUERY, arguments).await["ids"].as_array().map(Vec::len) };
        assert_eq!(count(json!({ "position": -1_000_000_000 })).await, Some(5));
        assert_eq!(count(json!({ "position": 9_007_199_254_740_991_i64 })).await, Some(0));
        assert_eq!(count(json!({ "limit": 0 })).await, Some(0));
        assert_eq!(jmap.call(QUERY, json!({ "limit": 9_007_199_254_740_991_i64 })).await["limit"], 500);
        for arguments in [json!({ "limit": -1 }), json!({ "limit": 9_223_372_036_854_775_808_u64 }), json!({ "position": 1.5 }), json!({ "filter": [] }), json!({ "nothing": 1 })] {
            assert_eq!(jmap.error(QUERY, arguments.clone()).await, "invalidArguments", "{arguments}");
        }
        for (arguments, kind) in [
            (json!({ "sort": [{ "property": "secret" }] }), "unsupportedSort"),
            (json!({ "sort": [{ "property": "clientId", "collation": "i;octet" }] }), "unsupportedSort"),
            (json!({ "filter": { "secret": "x" } }), "unsupportedFilter"),
            (json!({ "filter": { "clientIdIsGreaterThan": "x" } }), "unsupportedFilter"),
            (json!({ "anchor": "nothing" }), "anchorNotFound"),
            (json!({ "anchor": "00000000000000000000000000" }), "anchorNotFound"),
        ] {
            assert_eq!(jmap.error(QUERY, arguments.clone()).await, kind, "{arguments}");
        }
    }

    async fn j18_texts_are_taken_literally_and_within_bounds(world: World) {
        let jmap = world.admin_jmap().await;
        five(&jmap).await;
        for text in ["' OR 1=1", "%_", "%", "_", "app_", "\\", "number'", "\" OR \"\"=\"", "\u{0}", "app\u{0}"] {
            for filter in [json!({ "text": text }), json!({ "clientId": text })] {
                let response = jmap.calls(json!([[QUERY, { "filter": filter }, "0"]])).await;
                let ids = &response[0][1]["ids"];
                assert!(*ids == json!([]) || response[0][1]["type"] == "invalidArguments" || text == "number'", "{filter} {response}");
            }
        }
        assert_eq!(jmap.error(QUERY, json!({ "filter": { "text": "x".repeat(65_536) } })).await, "unsupportedFilter");
        assert_eq!(jmap.find(QUERY, json!({ "clientId": "x".repeat(65_536) })).await.len(), 0);
    }

    async fn query_changes_lead_from_what_was_found_to_what_is_found(world: World) {
        let jmap = world.admin_jmap().await;
        let ids = five(&jmap).await;
        let filter = json!({ "text": "number" });
        let before = jmap.call(QUERY, json!({ "filter": filter })).await;
        assert_eq!(before["canCalculateChanges"], true);
        jmap.update("x:OAuthClient/set", &ids[1], json!({ "description": "Other" })).await;
        let new = jmap.create("x:OAuthClient/set", json!({ "clientId": "app5", "description": "Number 5", "redirectUris": ["https://a.example/cb"] })).await;
        jmap.call("x:OAuthClient/set", json!({ "destroy": [ids[3]] })).await;
        let changes = jmap.call("x:OAuthClient/queryChanges", json!({ "filter": filter, "sinceQueryState": before["queryState"] })).await;
        let mut results: Vec<Value> = before["ids"].as_array().expect("ids").clone();
        results.retain(|id| !changes["removed"].as_array().expect("ids").contains(id));
        for added in changes["added"].as_array().expect("items") {
            results.insert(usize::try_from(added["index"].as_u64().expect("an index")).expect("small"), added["id"].clone());
        }
        assert_eq!(results, [new["id"].clone(), json!(ids[4]), json!(ids[2]), json!(ids[0])]);
        assert_eq!(jmap.call(QUERY, json!({ "filter": filter })).await["queryState"], changes["newQueryState"]);
    }

    async fn j17_a_query_state_is_for_its_query(world: World) {
        let jmap = world.admin_jmap().await;
        let state = jmap.call(QUERY, json!({ "filter": { "text": "a" } })).await["queryState"].clone();
        for other in [json!({ "filter": { "text": "b" } }), json!({}), json!({ "filter": { "text": "a" }, "sort": [{ "property": "clientId" }] })] {
            let mut arguments = other;
            arguments["sinceQueryState"] = state.clone();
            assert_eq!(jmap.error("x:OAuthClient/queryChanges", arguments).await, "cannotCalculateChanges");
        }
    }

    async fn what_changes_without_anybodys_doing_has_no_changes(world: World) {
        let jmap = world.admin_jmap().await;
        let filter = json!({ "state": "active" });
        let found = jmap.call(QUERY, json!({ "filter": filter })).await;
        assert_eq!(found["canCalculateChanges"], false);
        let arguments = json!({ "filter": filter, "sinceQueryState": found["queryState"] });
        assert_eq!(jmap.error("x:OAuthClient/queryChanges", arguments).await, "cannotCalculateChanges");
    }
}
