//! The examples of RFC 8620 §2 to §4 and §7.

use std::collections::BTreeMap;

use jmap::{
    capability::{CORE, CoreCapability},
    error::MethodErrorType,
    id::Id,
    problem::Problem,
    push::{StateChange, event_source::state_event},
    session::{Account, Session, Urls},
    state::State,
};
use serde_json::{Value, json};

use crate::world::{all, calls, object, run};

#[test]
fn the_session_of_section_2_1() {
    let mail = "urn:ietf:params:jmap:mail";
    let id = |text: &str| Id::parse(text).unwrap();
    let account = |name: &str, is_personal| Account {
        name: name.to_owned(),
        is_personal,
        is_read_only: !is_personal,
        account_capabilities: [(mail.to_owned(), object(json!({ "maxMailboxDepth": 10 })))].into(),
    };
    let session = Session {
        core: CoreCapability {
            max_concurrent_upload: 8,
            max_concurrent_requests: 8,
            max_calls_in_request: 32,
            max_objects_in_get: 256,
            max_objects_in_set: 128,
            collation_algorithms: ["i;ascii-numeric", "i;ascii-casemap", "i;unicode-casemap"]
                .map(str::to_owned)
                .into(),
            ..CoreCapability::default()
        },
        capabilities: BTreeMap::from([
            (mail.to_owned(), object(json!({}))),
            ("https://example.com/apis/foobar".to_owned(), object(json!({ "maxFoosFinangled": 42 }))),
        ]),
        accounts: [
            (id("A13824"), account("john@example.com", true)),
            (id("A97813"), account("jane@example.com", false)),
        ]
        .into(),
        primary_accounts: [(mail.to_owned(), id("A13824"))].into(),
        username: "john@example.com".to_owned(),
        urls: Urls::parse(
            "https://jmap.example.com/api/",
            "https://jmap.example.com/download/{accountId}/{blobId}/{name}?accept={type}",
            "https://jmap.example.com/upload/{accountId}/",
            "https://jmap.example.com/eventsource/?types={types}&closeafter={closeafter}&ping={ping}",
        )
        .unwrap(),
    };
    let mut written = session.to_json();
    assert_eq!(written["state"].take(), session.state().as_str());
    assert_eq!(written, expected_session());
}

fn expected_session() -> Value {
    let mail = json!({ "urn:ietf:params:jmap:mail": { "maxMailboxDepth": 10 } });
    json!({
        "capabilities": {
            "urn:ietf:params:jmap:core": {
                "maxSizeUpload": 50_000_000,
                "maxConcurrentUpload": 8,
                "maxSizeRequest": 10_000_000,
                "maxConcurrentRequests": 8,
                "maxCallsInRequest": 32,
                "maxObjectsInGet": 256,
                "maxObjectsInSet": 128,
                "collationAlgorithms": ["i;ascii-numeric", "i;ascii-casemap", "i;unicode-casemap"]
            },
            "urn:ietf:params:jmap:mail": {},
            "https://example.com/apis/foobar": { "maxFoosFinangled": 42 }
        },
        "accounts": {
            "A13824": { "name": "john@example.com", "isPersonal": true, "isReadOnly": false, "accountCapabilities": mail },
            "A97813": { "name": "jane@example.com", "isPersonal": false, "isReadOnly": true, "accountCapabilities": mail }
        },
        "primaryAccounts": { "urn:ietf:params:jmap:mail": "A13824" },
        "username": "john@example.com",
        "apiUrl": "https://jmap.example.com/api/",
        "downloadUrl": "https://jmap.example.com/download/{accountId}/{blobId}/{name}?accept={type}",
        "uploadUrl": "https://jmap.example.com/upload/{accountId}/",
        "eventSourceUrl": "https://jmap.example.com/eventsource/?types={types}&closeafter={closeafter}&ping={ping}",
        "state": null
    })
}

#[test]
fn the_request_and_response_of_sections_3_3_1_and_3_4_1() {
    let body = json!({
        "using": ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"],
        "methodCalls": [
            ["method1", { "arg1": "arg1data", "arg2": "arg2data" }, "c1"],
            ["method2", { "arg1": "arg1data" }, "c2"],
            ["method3", {}, "c3"]
        ]
    });
    let response =
        run(body.to_string().as_bytes(), &CoreCapability::default(), &mut |name, _, _| match name {
            "method1" => Ok(object(json!({ "arg1": 3, "arg2": "foo" }))),
            "method2" => Ok(object(json!({ "isBlah": true }))),
            _ => Err(MethodErrorType::UnknownMethod.into()),
        });
    let expected = json!({
        "methodResponses": [
            ["method1", { "arg1": 3, "arg2": "foo" }, "c1"],
            ["method2", { "isBlah": true }, "c2"],
            ["error", { "type": "unknownMethod" }, "c3"]
        ],
        "sessionState": "75128aab4b1b"
    });
    assert_eq!(response.unwrap(), expected);
}

#[test]
fn the_unknown_capability_of_section_3_6_1() {
    let body = json!({ "using": [CORE, "https://example.com/apis/foobar"], "methodCalls": [] }).to_string();
    let problem: Problem =
        run(body.as_bytes(), &CoreCapability::default(), &mut |_, _, _| unreachable!()).unwrap_err();
    let details = problem.to_json();
    assert_eq!(details["type"], "urn:ietf:params:jmap:error:unknownCapability");
    assert_eq!(details["status"], 400);
    assert!(details["detail"].as_str().unwrap().contains("'https://example.com/apis/foobar'"));
}

#[test]
fn the_reference_to_what_was_created_of_section_3_7() {
    let method_calls = json!([
        ["Foo/changes", { "accountId": "A1", "sinceState": "abcdef" }, "t0"],
        ["Foo/get", { "accountId": "A1", "#ids": { "resultOf": "t0", "name": "Foo/changes", "path": "/created" } }, "t1"]
    ]);
    let changes = json!({
        "accountId": "A1", "oldState": "abcdef", "newState": "123456", "hasMoreChanges": false,
        "created": ["f1", "f4"], "updated": [], "destroyed": []
    });
    let responses = calls(&method_calls, &mut |name, arguments, _| match name {
        "Foo/changes" => Ok(object(changes.clone())),
        _ => Ok(all(arguments, &["accountId", "ids"])),
    });
    assert_eq!(responses[1], json!(["Foo/get", { "accountId": "A1", "ids": ["f1", "f4"] }, "t1"]));
}

#[test]
fn the_threads_of_the_first_messages_of_section_3_7() {
    let refer = |call: &str, name: &str, path: &str| json!({ "resultOf": call, "name": name, "path": path });
    let method_calls = json!([
        ["Email/query", { "accountId": "A1", "filter": { "inMailbox": "id_of_inbox" } }, "t0"],
        ["Email/get", { "accountId": "A1", "#ids": refer("t0", "Email/query", "/ids"), "properties": ["threadId"] }, "t1"],
        ["Thread/get", { "accountId": "A1", "#ids": refer("t1", "Email/get", "/list/*/threadId") }, "t2"],
        ["Email/get", {
            "accountId": "A1",
            "#ids": refer("t2", "Thread/get", "/list/*/emailIds"),
            "properties": ["from", "receivedAt", "subject"]
        }, "t3"]
    ]);
    let mut asked = Vec::new();
    calls(&method_calls, &mut |name, mut arguments, _| {
        asked.push((name.to_owned(), arguments.ids("ids").unwrap().unwrap_or_default()));
        Ok(object(match asked.len() {
            1 => json!({ "ids": ["msg1023", "msg223"] }),
            2 => {
                json!({ "list": [{ "id": "msg1023", "threadId": "trd194" }, { "id": "msg223", "threadId": "trd114" }] })
            }
            _ => json!({ "list": [
                { "id": "trd194", "emailIds": ["msg1020", "msg1021", "msg1023"] },
                { "id": "trd114", "emailIds": ["msg201", "msg223"] }
            ] }),
        }))
    });
    let asked: Vec<_> =
        asked.iter().map(|(_, ids)| ids.iter().map(Id::as_str).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(asked, ["", "msg1023 msg223", "trd194 trd114", "msg1020 msg1021 msg1023 msg201 msg223"]);
}

#[test]
fn the_echo_of_section_4_1() {
    let echo = json!([["Core/echo", { "hello": true, "high": 5 }, "b3ff"]]);
    assert_eq!(calls(&echo, &mut |_, _, _| unreachable!()), echo);
}

#[test]
fn the_state_change_of_section_7_1_1() {
    let mut change = StateChange::default();
    for (account_id, data_type, state) in [
        ("a3123", "Email", "d35ecb040aab"),
        ("a3123", "EmailDelivery", "428d565f2440"),
        ("a3123", "CalendarEvent", "87accfac587a"),
        ("a43461d", "Mailbox", "0af7a512ce70"),
        ("a43461d", "CalendarEvent", "7a4297cecd76"),
    ] {
        change.add(Id::parse(account_id).unwrap(), data_type, State::new(state));
    }
    let expected = json!({
        "@type": "StateChange",
        "changed": {
            "a3123": { "Email": "d35ecb040aab", "EmailDelivery": "428d565f2440", "CalendarEvent": "87accfac587a" },
            "a43461d": { "Mailbox": "0af7a512ce70", "CalendarEvent": "7a4297cecd76" }
        }
    });
    assert_eq!(change.to_json(), expected);
    let event = state_event(&change, "17");
    let data = event.strip_prefix("event: state\nid: 17\ndata: ").unwrap();
    assert_eq!(serde_json::from_str::<Value>(data).unwrap(), expected);
}
