//! What is no request: RFC 8620 §3.6.1, and rows J01 to J04 of the bad input.

use serde_json::{Value, json};
use server::admin::actor::Actor;

use crate::world::{Answer, USING, World};

#[track_caller]
fn is_problem(answer: &Answer, name: &str) {
    assert_eq!(answer.is(400).json["type"], format!("urn:ietf:params:jmap:error:{name}"));
    assert_eq!(answer.json["status"], 400);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
}

async fn send(world: &World, key: &str, body: &[u8]) -> Answer {
    world.post("/jmap").bearer(key).body("application/json", body.to_vec()).send().await
}

both! {
    async fn j01_what_is_no_json_is_told_so(world: World) {
        let key = world.admin_key().await;
        let twice = br#"{"using":[],"methodCalls":[],"using":[]}"#.as_slice();
        let deep = "[".repeat(100_000);
        for body in [b"".as_slice(), b"{", b"\xff\xfe", b"{\"using\":[\"\xc3\x28\"]}", b"{} {}", twice, deep.as_bytes()] {
            is_problem(&send(&world, &key, body).await, "notJSON");
        }
    }

    async fn j01_another_content_type_is_not_read(world: World) {
        let key = world.admin_key().await;
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/jmap"] {
            let call = world.post("/jmap").bearer(&key).body(content_type, r#"{"using":[],"methodCalls":[]}"#);
            is_problem(&call.send().await, "notJSON");
        }
    }

    async fn j02_json_of_another_shape_is_no_request(world: World) {
        let jmap = world.admin_jmap().await;
        let bodies = [json!(null), json!([]), json!({}), json!({ "using": USING }), json!({ "methodCalls": [] }),
            json!({ "using": USING, "methodCalls": [["x"]] }), json!({ "using": "x", "methodCalls": [] })];
        for body in bodies {
            is_problem(&jmap.send(&body).await, "notRequest");
        }
    }

    async fn j03_a_capability_nobody_knows_is_named(world: World) {
        let body = json!({ "using": ["urn:example:unknown"], "methodCalls": [] });
        let answer = world.admin_jmap().await.send(&body).await;
        is_problem(&answer, "unknownCapability");
        assert!(answer.text("detail").contains("urn:example:unknown"));
    }

    async fn capabilities_of_mail_are_tolerated(world: World) {
        let body = json!({ "using": ["urn:ietf:params:jmap:mail", USING[0], USING[1]], "methodCalls": [["Core/echo", { "a": 1 }, "0"]] });
        let answer = world.admin_jmap().await.send(&body).await;
        assert_eq!(answer.is(200).json["methodResponses"], json!([["Core/echo", { "a": 1 }, "0"]]));
    }

    async fn j04_too_many_calls_are_too_many(world: World) {
        let calls: Vec<Value> = (0..17).map(|n| json!(["Core/echo", {}, n.to_string()])).collect();
        let answer = world.admin_jmap().await.request(calls.into()).await;
        is_problem(&answer, "limit");
        assert_eq!(answer.text("limit"), "maxCallsInRequest");
    }

    async fn j04_a_body_that_is_too_large_is_refused_by_its_limit(world: World) {
        let answer = send(&world, &world.admin_key().await, &vec![b' '; 2_000_001]).await;
        is_problem(&answer, "limit");
        assert_eq!(answer.text("limit"), "maxSizeRequest");
    }

    async fn j04_more_requests_at_a_time_than_allowed_are_refused_by_their_limit(world: World) {
        let key = world.admin_key().await;
        let admin = Actor::by_password(world.admin().await, [127, 0, 0, 1].into(), server::clock::now());
        let app = world.app();
        let held: Vec<_> = (0..8).map(|_| app.places.for_request(&admin).expect("a place")).collect();
        let answer = send(&world, &key, b"{}").await;
        is_problem(&answer, "limit");
        assert_eq!(answer.text("limit"), "maxConcurrentRequests");
        drop(held);
        is_problem(&send(&world, &key, b"{}").await, "notRequest");
    }

    async fn get_is_no_way_to_call(world: World) {
        for path in ["/jmap", "/jmap/", "/api"] {
            assert_eq!(world.get(path).send().await.is(405).header("allow"), Some("POST"));
        }
    }
}
