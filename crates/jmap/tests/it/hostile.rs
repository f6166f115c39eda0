//! What strangers send: any bytes end in a response or a problem, in bounded time and space, and never in a panic.

use jmap::{capability::CORE, json};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    bodies::{self, core, method},
    world::run,
};

/// Values in which the words of the standard are frequent.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[#a-c~/*]{0,3}".prop_map(Value::from),
        "\\PC{0,3}".prop_map(Value::from),
        (0..3_u8, "[/*#a-c0]{0,6}").prop_map(
            |(call, path)| json!({ "resultOf": format!("{call}"), "name": "Foo/get", "path": path })
        ),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[#a-c~/*]{0,3}", inner.clone(), 0..4)
                .prop_map(|map| map.into_iter().collect()),
            (prop_oneof!["AND", "OR", "NOT"], prop::collection::vec(inner, 0..4))
                .prop_map(|(operator, conditions)| json!({ "operator": operator, "conditions": conditions })),
        ]
    })
}

const NAMES: [&str; 22] = [
    "accountId",
    "ids",
    "#ids",
    "properties",
    "sinceState",
    "maxChanges",
    "ifInState",
    "create",
    "update",
    "destroy",
    "#create",
    "#update",
    "#destroy",
    "filter",
    "sort",
    "position",
    "anchor",
    "anchorOffset",
    "limit",
    "calculateTotal",
    "#filter",
    "a",
];

fn any_call() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "Foo/get",
        "Foo/set",
        "Foo/query",
        "Foo/changes",
        "Foo/queryChanges",
        "Core/echo",
        "x",
    ]);
    let arguments = prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), any_value(), 0..4);
    (name, arguments, 0..3_u8).prop_map(|(name, arguments, call)| json!([name, arguments, call.to_string()]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_answered(body in prop::collection::vec(any::<u8>(), 0..200)) {
        bodies::request(&body);
    }

    #[test]
    fn any_json_is_answered(value in any_value()) {
        bodies::request(value.to_string().as_bytes());
    }

    #[test]
    fn every_call_has_exactly_one_response_with_its_id(calls in prop::collection::vec(any_call(), 0..8)) {
        let body = json!({ "using": [CORE], "methodCalls": calls }).to_string();
        let response = run(body.as_bytes(), &core(), &mut method).unwrap();
        let responses = response["methodResponses"].as_array().unwrap();
        prop_assert_eq!(responses.len(), calls.len());
        for (call, response) in calls.iter().zip(responses) {
            prop_assert_eq!(&call[2], &response[2]);
            prop_assert!(response[0] == call[0] || response[0] == "error");
        }
    }

    #[test]
    fn a_request_with_a_byte_broken_is_answered(
        calls in prop::collection::vec(any_call(), 1..4),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut body = json!({ "using": [CORE], "methodCalls": calls, "createdIds": { "a": "b" } }).to_string().into_bytes();
        *place.get_mut(&mut body) = byte;
        bodies::request(&body);
    }

    #[test]
    fn what_is_read_is_what_any_other_parser_reads(value in any_value()) {
        let text = value.to_string();
        if let Ok(read) = json::parse(text.as_bytes()) {
            prop_assert_eq!(read, serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}

#[test]
fn nesting_and_length_without_end_are_refused() {
    let filter = |levels: usize| {
        format!("{}{{}}{}", r#"{"operator":"NOT","conditions":["#.repeat(levels), "]}".repeat(levels))
    };
    let query = |filter: &str| {
        format!(r#"{{"using":["{CORE}"],"methodCalls":[["Foo/query",{{"filter":{filter}}},"0"]]}}"#)
    };
    let response = run(query(&filter(30)).as_bytes(), &core(), &mut method).unwrap();
    assert_eq!(response["methodResponses"][0][1]["type"], "unsupportedFilter");
    for body in [query(&filter(1000)), "[".repeat(99_999), "{\"a\":".repeat(19_999)] {
        let problem = run(body.as_bytes(), &core(), &mut method).unwrap_err();
        assert_eq!(problem.problem_type(), "urn:ietf:params:jmap:error:notJSON");
    }
}

#[test]
fn a_path_of_ten_thousand_stars_is_refused() {
    let path = "/*".repeat(10_000);
    let calls = json!([
        ["Core/echo", { "a": [[[[[[]]]]]] }, "0"],
        ["Foo/get", { "#ids": { "resultOf": "0", "name": "Core/echo", "path": format!("/a/0/0/0/0/0/{path}") } }, "1"],
        ["Foo/get", { "#ids": { "resultOf": "0", "name": "Core/echo", "path": path } }, "2"]
    ]);
    let body = json!({ "using": [CORE], "methodCalls": calls }).to_string();
    let response = run(body.as_bytes(), &core(), &mut method).unwrap();
    for index in [1, 2] {
        assert_eq!(response["methodResponses"][index][1]["type"], "invalidResultReference");
    }
}
