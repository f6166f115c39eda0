//! How the calls of a request follow each other: RFC 8620 §3.3, §3.6.2, §3.7, §3.10.

use jmap::{
    capability::{CORE, CoreCapability},
    creation::CreationId,
    error::MethodErrorType,
    exchange::{Exchange, Step},
    id::Id,
    json::Object,
    request::Request,
    state::State,
};
use serde_json::{Value, json};

use crate::world::{calls, object, run};

fn refer(call: &str, name: &str, path: &str) -> Value {
    json!({ "resultOf": call, "name": name, "path": path })
}

#[test]
fn a_call_that_fails_stops_no_other() {
    let method_calls = json!([["a", {}, "0"], ["b", {}, "1"], ["a", {}, "2"]]);
    let responses = calls(&method_calls, &mut |name, _, _| match name {
        "a" => Ok(Object::new()),
        _ => Err(MethodErrorType::ServerUnavailable.into()),
    });
    assert_eq!(
        responses,
        json!([["a", {}, "0"], ["error", { "type": "serverUnavailable" }, "1"], ["a", {}, "2"]])
    );
}

#[test]
fn a_reference_to_a_failed_later_own_or_absent_call_is_refused_and_the_method_is_not_called() {
    for target in ["failed", "own", "later", "absent"] {
        let method_calls = json!([
            ["fails", {}, "failed"],
            ["works", { "#ids": refer(target, "works", "/ids") }, "own"],
            ["works", {}, "later"]
        ]);
        let mut called = 0;
        let responses = calls(&method_calls, &mut |name, _, _| {
            called += 1;
            if name == "works" {
                Ok(object(json!({ "ids": [] })))
            } else {
                Err(MethodErrorType::Forbidden.into())
            }
        });
        assert_eq!(responses[1][1]["type"], "invalidResultReference", "{target}");
        assert_eq!(called, 2, "{target}");
    }
}

#[test]
fn an_argument_given_twice_is_refused_as_invalid() {
    let responses = calls(
        &json!([["a", { "ids": [], "#ids": refer("0", "a", "") }, "0"]]),
        &mut |_, _, _| unreachable!(),
    );
    assert_eq!(responses[0][1]["type"], "invalidArguments");
}

#[test]
fn echoes_of_echoes_cannot_fill_the_memory() {
    let everything = |call: usize| refer(&format!("c{}", call - 1), "Core/echo", "");
    let doubling = |call: usize| json!(["Core/echo", { "#a": everything(call), "#b": everything(call), "#c": everything(call) }, format!("c{call}")]);
    let mut method_calls = vec![json!(["Core/echo", { "seed": "x".repeat(1000) }, "c0"])];
    method_calls.extend((1..16).map(doubling));
    let body = json!({ "using": [CORE], "methodCalls": method_calls }).to_string();
    let core = CoreCapability { max_size_request: 50_000, ..CoreCapability::default() };
    let response = run(body.as_bytes(), &core, &mut |_, _, _| unreachable!()).unwrap();
    assert!(response.to_string().len() < 200_000);
    assert_eq!(response["methodResponses"][15][1]["type"], "invalidResultReference");
}

#[test]
fn echo_is_unknown_to_a_request_that_does_not_use_the_core() {
    let body = json!({ "using": [], "methodCalls": [["Core/echo", {}, "0"]] }).to_string();
    let mut refuse = |_: &str, _, _: &mut _| Err(MethodErrorType::UnknownMethod.into());
    let response = run(body.as_bytes(), &CoreCapability::default(), &mut refuse).unwrap();
    assert_eq!(response["methodResponses"][0][1]["type"], "unknownMethod");
}

#[test]
fn created_ids_come_back_with_what_was_added_if_they_were_sent() {
    let with = |created_ids: Value| {
        let mut body = json!({ "using": [CORE], "methodCalls": [["Foo/set", {}, "0"]] });
        if !created_ids.is_null() {
            body["createdIds"] = created_ids;
        }
        let mut create = |_: &str, _, created_ids: &mut jmap::creation::CreatedIds| {
            created_ids.insert(CreationId::parse("k1").unwrap(), Id::parse("id1").unwrap());
            Ok(Object::new())
        };
        run(body.to_string().as_bytes(), &CoreCapability::default(), &mut create).unwrap()["createdIds"]
            .take()
    };
    assert_eq!(with(json!({ "k0": "id0" })), json!({ "k0": "id0", "k1": "id1" }));
    assert_eq!(with(json!({})), json!({ "k1": "id1" }));
    assert_eq!(with(json!(null)), json!(null));
}

#[test]
fn a_method_may_give_several_responses_and_references_mean_the_first() {
    let calls = json!([["Foo/copy", {}, "0"], ["x", { "#n": refer("0", "Foo/copy", "/n") }, "1"]]);
    let body = json!({ "using": [CORE], "methodCalls": calls }).to_string();
    let core = CoreCapability::default();
    let request = Request::parse(body.as_bytes(), &core, |_| true).unwrap();
    let Step::Call(copy) = Exchange::begin(request, &core).next_step() else { panic!("a call") };
    let more = vec![("Foo/set".to_owned(), Object::new())];
    let Step::Call(mut next) = copy.answer_with_more(object(json!({ "n": 7 })), more).next_step() else {
        panic!("a call")
    };
    assert_eq!(next.take_arguments().int("n"), Ok(Some(7)));
    let Step::Done(answered) = next.refuse_as_unknown().next_step() else { panic!("no more") };
    let names: Vec<_> = answered
        .into_response(State::new("s"))
        .method_responses
        .into_iter()
        .map(|r| (r.name, r.call_id))
        .collect();
    assert_eq!(
        names,
        [("Foo/copy", "0"), ("Foo/set", "0"), ("error", "1")].map(|(n, c)| (n.into(), c.into()))
    );
}
