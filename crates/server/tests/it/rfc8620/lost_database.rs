//! The database goes away while a request is under way: RFC 8620 §3.6.2, row J22.

use serde_json::{Value, json};

use crate::world::World;

/// A call that makes twenty keys.
fn twenty(call: usize) -> Value {
    let keys: serde_json::Map<_, _> =
        (0..20).map(|n| (format!("k{n}"), json!({ "description": format!("key {call}") }))).collect();
    json!(["x:ApiKey/set", { "create": keys }, call.to_string()])
}

both! {
    async fn j22_what_was_answered_before_the_database_went_is_true(world: World) {
        let key = world.admin_key().await;
        let jmap = world.jmap(&key);
        let calls: Vec<Value> = (0..16).map(twenty).collect();
        let request = tokio::spawn(async move { jmap.request(calls.into()).await });
        // Somewhere in the middle: some keys are there, and not all.
        while world.rows("SELECT id FROM account_keys LIMIT 30", []).await.len() < 30 {
            tokio::task::yield_now().await;
        }
        world.app().store.clone().close().await;
        let answer = request.await.expect("an answer");
        let responses = answer.is(200).json["methodResponses"].as_array().expect("responses").clone();
        assert_eq!(responses.len(), 16);
        world.restart().await;
        let all = world.rows("SELECT id FROM account_keys", []).await;
        let stored: Vec<String> = all.iter().map(|row| row.text(0).expect("an id")).collect();
        for response in responses {
            let kind = response[1]["type"].as_str().unwrap_or_default();
            assert!(response[0] == "x:ApiKey/set" || ["serverUnavailable", "serverPartialFail", "serverFail"].contains(&kind), "{response}");
            for created in response[1]["created"].as_object().into_iter().flat_map(serde_json::Map::values) {
                assert!(stored.contains(&created["id"].as_str().expect("an id").to_owned()), "{created}");
            }
        }
    }

    async fn j22_without_a_database_nobody_is_known_and_the_answer_is_503(world: World) {
        let key = world.admin_key().await;
        world.app().store.clone().close().await;
        let answer = world.jmap(&key).request(json!([])).await;
        assert_eq!(answer.is(503).header("retry-after"), Some("1"));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
}
