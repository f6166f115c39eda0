//! The server from its first start to its end, and the commands that act on it while it runs.

use crate::driver::{Place, Server};

const REGISTRATION: &str = r#"{"client_name": "My App", "redirect_uris": ["https://a.example/cb"]}"#;

/// What the first start prints below the URL.
fn welcome(server: &Server) -> String {
    server.lines_to("-d ").join("\n")
}

/// Registers a confidential client and answers the response's body.
fn register(place: &Place, server: &Server) -> serde_json::Value {
    let key = place.ask(&["local", "api-key", "create", "--account", "admin", "--inherit"]);
    let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
    let response = server.request("POST /register", &headers, REGISTRATION);
    assert!(response.starts_with("HTTP/1.1 201"), "{response}");
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn the_first_start_prints_a_password_once_and_a_stopped_server_ends_well() {
    let place = Place::new();
    let first = place.serve();
    assert!(welcome(&first).contains("Sign in with the account admin and the password "));
    let ready = first.request("GET /healthz/ready", "", "");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert_eq!(first.stop().0, Some(0));
    let second = place.serve();
    assert!(second.request("GET /healthz/ready", "", "").starts_with("HTTP/1.1 200"));
    assert_eq!(second.stop(), (Some(0), vec![]));
}

#[test]
fn the_lines_that_the_first_start_prints_register_a_client_when_pasted() {
    let place = Place::new();
    let server = place.serve();
    let text = welcome(&server);
    let pasted = text.get(text.find("KEY=").unwrap()..).unwrap();
    let output = place.program("sh").args(["-c", pasted]).output().unwrap();
    let answer: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("curl prints the registration");
    assert_eq!(answer.get("client_name").and_then(|name| name.as_str()), Some("My App"), "{answer}");
}

#[test]
fn a_client_is_listed_and_shown_without_its_secret() {
    let place = Place::new();
    let server = place.serve();
    let registered = register(&place, &server);
    let [id, secret] =
        ["client_id", "client_secret"].map(|name| registered.get(name).unwrap().as_str().unwrap());
    let list = place.ask(&["local", "client", "list"]);
    assert!(list.contains(id) && list.contains("My App") && list.contains("api-key"), "{list}");
    let shown = place.ask(&["local", "client", "show", id]);
    let json: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(json.get("redirect_uris"), registered.get("redirect_uris"));
    assert!(!shown.contains(secret) && !shown.contains("hash"), "{shown}");
}

#[test]
fn a_client_is_verified_disabled_and_deleted() {
    let place = Place::new();
    let server = place.serve();
    let registered = register(&place, &server);
    let id = registered.get("client_id").unwrap().as_str().unwrap();
    for (verb, state) in
        [("verify", "verified"), ("unverify", "active"), ("disable", "disabled"), ("enable", "active")]
    {
        place.ask(&["local", "client", verb, id]);
        let list = place.ask(&["local", "client", "list"]);
        assert!(list.contains(&format!(" {state} ")), "{verb}: {list}");
    }
    place.ask(&["local", "client", "delete", id]);
    assert_eq!(place.refusal(&["local", "client", "show", id], 1), "client_id: there is no such client");
}

#[test]
fn clients_that_leave_by_themselves_are_listed_before_they_do() {
    let place = Place::new();
    let server = place.serve();
    place.ask(&["local", "settings", "set", "anonymousClientRegistration=true"]);
    let body = r#"{"redirect_uris": ["http://127.0.0.1/"], "client_name": "Passer-by", "token_endpoint_auth_method": "none"}"#;
    let head = "Content-Type: application/json\r\n";
    server.until(|| server.request("POST /register", head, body).starts_with("HTTP/1.1 201"));
    let soon = place.ask(&["local", "client", "leaving", "--within", "8d"]);
    assert!(["Passer-by", "anonymous", "unclaimed"].iter().all(|word| soon.contains(word)), "{soon}");
    assert_eq!(place.ask(&["local", "client", "leaving"]), "CLIENT ID  NAME  DOOR  WHY  LEAVES");
}

#[test]
fn a_preset_puts_its_policies_and_settings_in_force() {
    let place = Place::new();
    let server = place.serve();
    place.ask(&["local", "settings", "set", "anonymousClientRegistration=true", "authCodeExpiry=1m"]);
    let said = place.ask(&["local", "preset", "mail-apps"]);
    assert_eq!(said, "the registration policies of the server are those of mail-apps");
    assert_eq!(place.ask(&["local", "settings", "get", "authCodeExpiry"]), "600000");
    assert!(
        place.ask(&["local", "settings", "get", "scopes"]).contains("urn:ietf:params:oauth:scope:calendars")
    );
    let head = "Content-Type: application/json\r\n";
    let web = r#"{"redirect_uris": ["https://mail.example/"], "token_endpoint_auth_method": "none"}"#;
    server.until(|| server.request("POST /register", head, web).contains("mail-apps"));
    let unknown = place.run(&["local", "preset", "mail"]);
    assert!(unknown.stderr.contains("must be one of closed, token, mail-apps, public-mcp"), "{unknown:?}");
}

#[test]
fn a_list_that_is_cut_says_so() {
    let place = Place::new();
    let server = place.serve();
    register(&place, &server);
    register(&place, &server);
    let answer = place.run(&["local", "client", "list", "--limit", "1"]);
    assert_eq!(answer.stdout.lines().count(), 2, "{answer:?}");
    assert!(answer.stderr.starts_with("--limit: "), "{answer:?}");
}

#[test]
fn a_running_server_obeys_a_changed_setting_without_a_restart() {
    let place = Place::new();
    let server = place.serve();
    let status = || {
        let body = r#"{"redirect_uris": ["http://127.0.0.1/"], "token_endpoint_auth_method": "none"}"#;
        let response = server.request("POST /register", "Content-Type: application/json\r\n", body);
        response.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status(), "401");
    place.ask(&["local", "settings", "set", "anonymousClientRegistration=true"]);
    server.until(|| status() == "201");
}

#[test]
fn the_keys_of_a_disabled_account_are_refused_by_a_running_server() {
    let place = Place::new();
    let server = place.serve();
    let key = place.ask(&["local", "api-key", "create", "--account", "admin", "--inherit"]);
    let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
    place.ask(&["local", "account", "disable", "admin"]);
    let response = server.request("POST /register", &headers, REGISTRATION);
    assert!(response.starts_with("HTTP/1.1 401"), "{response}");
}

#[test]
fn the_key_set_of_a_running_server_forgets_a_leaked_key() {
    let place = Place::new();
    let server = place.serve();
    let keys = place.ask(&["local", "keys", "list"]);
    let kid = keys.lines().nth(1).and_then(|line| line.split(' ').next()).unwrap();
    assert!(server.request("GET /jwks.json", "", "").contains(kid));
    place.ask(&["local", "keys", "revoke", kid]);
    server.until(|| !server.request("GET /jwks.json", "", "").contains(kid));
}

#[test]
fn a_revoked_api_key_is_refused_by_a_running_server() {
    let place = Place::new();
    let server = place.serve();
    let key = place.ask(&["local", "api-key", "create", "--account", "admin", "--inherit"]);
    let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
    assert!(server.request("POST /register", &headers, REGISTRATION).starts_with("HTTP/1.1 201"));
    place.ask(&["local", "api-key", "revoke", &key[4..30]]);
    assert!(server.request("POST /register", &headers, REGISTRATION).starts_with("HTTP/1.1 401"));
}
