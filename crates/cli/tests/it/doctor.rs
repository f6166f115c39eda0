//! `wayleave doctor`: clients that are played before a real server, and before one that does much wrong.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use serde_json::{Value, json};

use crate::{driver::Place, remote::Desk};

const CLIENTS: usize = 10;

/// The steps of one client in what `--json` printed: `works`, `fails` or `not tried` of each.
fn steps(report: &Value, client: &str) -> Vec<String> {
    let clients = report["clients"].as_array().unwrap();
    let case = clients.iter().find(|case| case["client"] == client).expect(client);
    let steps = case["steps"].as_array().unwrap();
    steps.iter().map(|step| step["result"].as_str().unwrap().to_owned()).collect()
}

/// Serves one answer for each path on a free port; everything else is 404. Answers its URL.
fn serve(answers: impl Fn(&str) -> Vec<(&'static str, &'static str, Value)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers = answers(&url);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            answer(stream, &answers);
        }
    });
    url
}

fn answer(mut stream: TcpStream, answers: &[(&str, &str, Value)]) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    let mut length = 0;
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let path = first.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let (head, body) = match answers.iter().find(|(known, ..)| *known == path) {
        Some((_, head, body)) => (*head, body.to_string()),
        None => ("404 Not Found", "{}".to_owned()),
    };
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {head}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
}

fn metadata(url: &str) -> Value {
    json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "registration_endpoint": format!("{url}/register"), "code_challenge_methods_supported": ["S256"],
    })
}

/// The metadata of a server at this URL.
type Document = fn(&str) -> Value;

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

#[test]
fn every_client_gets_into_our_own_server_and_nothing_of_it_stays() {
    let desk = Desk::new();
    let url = desk.server.url();
    let answer =
        desk.place.run(&["doctor", &url, "--register", "--initial-access-token", &desk.key, "--json"]);
    assert_eq!(answer.status, 0, "{answer:?}");
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(report["clients"].as_array().unwrap().len(), CLIENTS);
    assert_eq!(steps(&report, "mcp-inspector"), ["works"; 5]);
    assert_eq!(steps(&report, "claude-code"), ["works", "not tried", "works", "works", "works"]);
    assert_eq!(desk.ask(&["query", "OAuthClient", "--ids"]), "");
}

#[test]
fn nothing_is_registered_unless_that_is_asked_for() {
    let desk = Desk::new();
    let answer = desk.place.run(&["doctor", &desk.server.url(), "--json"]);
    assert_eq!(answer.status, 0, "{answer:?}");
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(steps(&report, "cursor"), ["works", "not tried", "not tried", "not tried", "works"]);
    assert_eq!(desk.ask(&["query", "OAuthClient", "--ids"]), "");
}

#[test]
fn who_is_kept_out_is_named_with_the_reason_and_the_requests_on_demand() {
    let desk = Desk::new();
    let answer =
        desk.place.run(&["doctor", &desk.server.url(), "--register", "--requests", "--client", "cursor"]);
    assert_eq!(answer.status, 1, "{answer:?}");
    assert!(answer.stdout.contains("registration: status 401, invalid_token"), "{answer:?}");
    assert!(answer.stdout.contains("> POST ") && answer.stdout.contains("< 401"), "{answer:?}");
    assert_eq!(answer.stderr.trim(), "1 of 1 clients do not get in: cursor");
}

#[test]
fn what_is_left_behind_is_said() {
    let desk = Desk::new();
    desk.ask(&["update", "OidcProvider", "--field", "anonymousClientRegistration=true"]);
    let answer = desk.place.run(&["doctor", &desk.server.url(), "--register", "--client", "cursor"]);
    assert_eq!(answer.status, 0, "{answer:?}");
    assert!(
        answer.stdout.contains("left behind, for the server offers no way to delete it: wlp_"),
        "{answer:?}"
    );
}

#[test]
fn a_server_that_does_it_otherwise_is_told_what_each_client_would_not_bear() {
    let wrong_issuer = |_: &str| json!({ "issuer": "https://other.example" });
    let null = |url: &str| {
        let mut document = metadata(url);
        document["scopes_supported"] = Value::Null;
        document
    };
    let plain = |url: &str| {
        let mut document = metadata(url);
        document["code_challenge_methods_supported"] = json!(["plain"]);
        document
    };
    let cases: [(&str, Document, &str); 4] = [
        ("web-app", wrong_issuer, "issuer is https://other.example, and must be http://127.0.0.1"),
        ("cursor", null, "scopes_supported is null or empty"),
        ("chatgpt", plain, "code_challenge_methods_supported must have S256"),
        ("single-page-app", metadata, "no access-control-allow-origin"),
    ];
    for (client, document, why) in cases {
        let url = serve(|url| vec![(OAUTH, "200 OK", document(url)), (OPENID, "200 OK", document(url))]);
        let answer = Place::new().run(&["doctor", &url, "--client", client]);
        assert_eq!(answer.status, 1, "{answer:?}");
        assert!(answer.stdout.contains(why), "{client}: {answer:?}");
    }
}

#[test]
fn answers_to_a_registration_are_read_as_the_client_reads_them() {
    let redirect = json!({ "client_id": "a", "redirect_uris": ["https://other.example/cb"], "token_endpoint_auth_method": "none" });
    let null = json!({ "client_id": "a", "scope": null });
    let eternal = json!({ "client_id": "a", "client_secret": "s", "redirect_uris": ["https://app.example.com/callback"] });
    for (client, body, why) in [
        ("chatgpt", redirect, "redirect_uris came back changed"),
        ("cursor", null, "scope is null or empty"),
        ("web-app", eternal, "client_secret_expires_at is missing"),
    ] {
        let url = serve(|url| {
            vec![
                (OAUTH, "200 OK", metadata(url)),
                (OPENID, "200 OK", metadata(url)),
                ("/register", "201 Created", body.clone()),
            ]
        });
        let answer = Place::new().run(&["doctor", &url, "--register", "--client", client]);
        assert_eq!(answer.status, 1, "{answer:?}");
        assert!(answer.stdout.contains(why), "{client}: {answer:?}");
    }
}

#[test]
fn where_nobody_answers_that_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let answer = Place::new().run(&["doctor", &url]);
    assert_eq!(answer.status, 3, "{answer:?}");
    assert!(answer.stderr.contains("no client gets an answer there"), "{answer:?}");
    assert_eq!(Place::new().run(&["doctor", &url, "--client", "netscape"]).status, 2);
}
