//! Clients that wait for an administrator, decided about on the host and from anywhere.

use serde_json::Value;

use crate::remote::Desk;

/// The id of a client that waits because of a policy at its door.
fn waiting(desk: &Desk) -> String {
    desk.ask(&[
        "create",
        "RegistrationPolicy",
        "--field",
        "description=Looked at first",
        "--field",
        "door=api-key",
        "--field",
        "mode=approval",
    ]);
    let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", desk.key);
    let body = r#"{"client_name":"Notes","redirect_uris":["https://notes.example/cb"]}"#;
    let response = desk.server.request("POST /register", &headers, body);
    let registered: Value =
        serde_json::from_str(response.split("\r\n\r\n").nth(1).unwrap()).expect(&response);
    registered.get("client_id").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn the_host_approves_and_denies_and_says_when_it_is_decided() {
    let desk = Desk::new();
    let id = waiting(&desk);
    let on_host = |verb: &str| desk.place.ask(&["local", "client", verb, &id]);
    assert!(on_host("show").contains("\"state\": \"pending\""));
    assert_eq!(on_host("deny"), "denied");
    assert!(on_host("show").contains("\"state\": \"denied\""));
    assert_eq!(on_host("approve"), "approved");
    let refusal = desk.place.refusal(&["local", "client", "deny", &id], 1);
    assert!(refusal.starts_with("approval: it is decided already"), "{refusal}");
}

#[test]
fn from_anywhere_those_that_wait_are_listed_and_approved() {
    let desk = Desk::new();
    let id = waiting(&desk);
    let waits =
        || desk.ask(&["query", "OAuthClient", "--where", "approval=pending", "--fields", "id,clientId"]);
    let listed = waits();
    assert!(listed.contains(&id), "{listed}");
    let row = listed.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    desk.ask(&["update", "OAuthClient", &row, "--field", "approval=approved"]);
    assert!(!waits().contains(&id));
    let simulated = desk.run_with_input(
        &["simulate", "registration", "-", "--door", "api-key"],
        r#"{"redirect_uris":["https://a.example/cb"]}"#,
    );
    assert!(simulated.stdout.contains("would wait until an administrator approves it"), "{simulated:?}");
}
