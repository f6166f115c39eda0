//! Administering a running server over HTTP.

use serde_json::Value;

use crate::driver::{Answer, Place, Server};

/// A server and what its administrator types.
pub(crate) struct Desk {
    pub(crate) place: Place,
    pub(crate) server: Server,
    pub(crate) key: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let place = Place::new();
        let server = place.serve();
        let key = place.ask(&["local", "api-key", "create", "--account", "admin", "--inherit"]);
        Self { place, server, key }
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Answer {
        self.place
            .run_with_input(&[args, &["--url", &self.server.url(), "--api-key", &self.key]].concat(), input)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        self.run_with_input(args, "")
    }

    pub(crate) fn ask(&self, args: &[&str]) -> String {
        let answer = self.run(args);
        assert_eq!(answer.status, 0, "{args:?}: {answer:?}");
        answer.stdout.trim_end().to_owned()
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ask(args)).unwrap()
    }

    /// The one line on stderr of a command that fails with `status`.
    pub(crate) fn refusal(&self, args: &[&str], status: i32) -> String {
        let answer = self.run(args);
        assert_eq!((answer.status, answer.stderr.lines().count()), (status, 1), "{args:?}: {answer:?}");
        answer.stderr.trim_end().to_owned()
    }

    /// Creates a client and answers its id.
    pub(crate) fn client(&self, client_id: &str, fields: &[&str]) -> String {
        let mut args = vec!["create", "OAuthClient", "--print", "id", "--field"];
        let name = format!("clientId={client_id}");
        args.push(&name);
        args.extend(["--field", "redirectUris=https://app.example/cb"]);
        args.extend(fields.iter().flat_map(|field| ["--field", *field]));
        self.ask(&args)
    }
}

#[test]
fn a_setting_is_changed_and_read_back() {
    let desk = Desk::new();
    let set = [
        "update",
        "OidcProvider",
        "--field",
        "requireClientRegistration=true",
        "--field",
        "access-token-expiry=30m",
    ];
    assert_eq!(desk.ask(&set), "changed");
    let read = desk.json(&[
        "get",
        "OidcProvider",
        "--json",
        "--fields",
        "requireClientRegistration,accessTokenExpiry",
    ]);
    assert_eq!(read["requireClientRegistration"], true);
    assert_eq!(read["accessTokenExpiry"], 1_800_000);
    assert!(
        desk.ask(&["get", "OidcProvider"])
            .lines()
            .any(|line| line.split_whitespace().eq(["accessTokenExpiry", "30m"]))
    );
}

#[test]
fn what_the_server_does_not_accept_is_refused_by_its_name() {
    let desk = Desk::new();
    let line = desk.refusal(&["update", "OidcProvider", "--field", "authCodeMaxAttempts=0"], 1);
    assert!(line.starts_with("OidcProvider: authCodeMaxAttempts"), "{line}");
    for (args, said) in [
        (&["get", "OidcProvidr"][..], "did you mean OidcProvider?"),
        (
            &["update", "OidcProvider", "--field", "requireClientRegistraton=true"],
            "did you mean requireClientRegistration?",
        ),
        (&["update", "OidcProvider", "--field", "requireClientRegistration=maybe"], "must be true or false"),
        (&["update", "OidcProvider", "--field", "pkce=never"], "must be one of"),
        (&["update", "OidcProvider"], "say what to change"),
        (&["query", "OidcProvider"], "exists once"),
    ] {
        let line = desk.refusal(args, 2);
        assert!(line.contains(said), "{line}");
    }
}

#[test]
fn the_exit_status_says_what_went_wrong() {
    let desk = Desk::new();
    let url = desk.server.url();
    let of = |args: &[&str]| desk.place.run(&[&["get", "OidcProvider"], args].concat()).status;
    assert_eq!(of(&["--url", &url, "--api-key", "wlk_nonsense"]), 4);
    assert_eq!(of(&["--url", &url]), 4);
    assert_eq!(of(&["--url", "http://localhost:1", "--api-key", "x"]), 3);
    assert_eq!(of(&["--url", "http://login.example", "--api-key", "x"]), 2);
    assert_eq!(of(&["--api-key", "x"]), 2);
    assert_eq!(of(&["--url", &url, "--api-key", "two words"]), 2);
}

#[test]
fn url_and_key_come_from_the_environment_too() {
    let desk = Desk::new();
    let mut command = desk.place.command(&["get", "OidcProvider", "--json"]);
    let output =
        command.env("WAYLEAVE_URL", desk.server.url()).env("WAYLEAVE_TOKEN", &desk.key).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_table_keeps_to_the_width_that_columns_says() {
    let desk = Desk::new();
    let mut command = desk.place.command(&[
        "describe",
        "OidcProvider",
        "--url",
        &desk.server.url(),
        "--api-key",
        &desk.key,
    ]);
    let output = command.env("COLUMNS", "60").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let table: Vec<_> = text.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert!(table.len() > 5 && table.iter().all(|line| line.chars().count() <= 60), "{text}");
}

#[test]
fn completions_are_printed_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.ask(&["completions", shell]).contains("wayleave"), "{shell}");
    }
}

#[test]
fn a_client_is_created_found_changed_and_deleted() {
    let desk = Desk::new();
    let id = desk.client("shop", &["description=Shop"]);
    let shown = desk.json(&["get", "OAuthClient", &id, "--json"]);
    assert_eq!((&shown["clientId"], &shown["description"]), (&"shop".into(), &"Shop".into()));
    let changes = ["--field", "description=Better", "--field", "redirectUris/https:~1~1new.example~1cb=true"];
    assert_eq!(desk.ask(&[&["update", "OAuthClient", &id], &changes[..]].concat()), "changed");
    let found =
        desk.json(&["query", "OAuthClient", "--where", "text=better", "--json", "--fields", "redirectUris"]);
    assert_eq!(found[0]["redirectUris"].as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(desk.ask(&["delete", "OAuthClient", &id]), "deleted");
    assert_eq!(desk.refusal(&["get", "OAuthClient", &id], 1), format!("{id}: there is no such OAuthClient"));
    assert_eq!(desk.refusal(&["delete", "OAuthClient", &id], 1), format!("{id}: there is no such object"));
}

#[test]
fn a_list_is_a_table_of_the_columns_that_were_asked_for() {
    let desk = Desk::new();
    desk.client("first", &[]);
    desk.client("second", &[]);
    let list = desk.ask(&["query", "OAuthClient", "--fields", "clientId,door", "--sort", "clientId"]);
    assert_eq!(list, "CLIENT ID  DOOR\nfirst      administrator\nsecond     administrator");
}

#[test]
fn a_list_is_cut_at_its_limit_and_all_reads_every_page() {
    let desk = Desk::new();
    let creations: Vec<_> = (0..1100)
        .map(
            |n| serde_json::json!({"clientId": format!("c{n:04}"), "redirectUris": ["https://a.example/cb"]}),
        )
        .collect();
    let file = serde_json::json!({ "OAuthClient": creations }).to_string();
    assert_eq!(desk.run_with_input(&["apply", "-"], &file).status, 0);
    let cut = desk.run(&["query", "OAuthClient", "--fields", "clientId"]);
    assert_eq!(cut.stdout.lines().count(), 51);
    assert!(cut.stderr.starts_with("--limit: these are the first 50;"), "{}", cut.stderr);
    let all = desk.ask(&["query", "OAuthClient", "--all", "--ids"]);
    let ids: std::collections::BTreeSet<_> = all.lines().collect();
    assert_eq!(ids.len(), 1100);
    let gone = desk.run_with_input(&["delete", "OAuthClient", "-"], &all);
    assert_eq!(gone.stdout, "1100 deleted\n", "{}", gone.stderr);
}

#[test]
fn of_several_ids_each_that_is_wrong_is_told() {
    let desk = Desk::new();
    let id = desk.client("shop", &[]);
    let answer = desk.run(&["delete", "OAuthClient", &id, "x1", "x2"]);
    assert_eq!((answer.status, answer.stdout.as_str()), (1, "1 deleted\n"));
    assert_eq!(answer.stderr, "x1: there is no such object\nx2: there is no such object\n");
}

#[test]
fn a_key_is_printed_alone_for_scripts_and_works() {
    let desk = Desk::new();
    let json = r#"{"description": "fleet", "expiresAt": "2099-01-01T00:00:00Z", "permissions":
        {"@type": "Replace", "permissions": {"authenticate": true, "oauth-client-registration": true}}}"#;
    let key = desk.ask(&["create", "ApiKey", "--json", json, "--print", "secret"]);
    assert!(key.starts_with("wlk_"), "{key}");
    let answer = desk.place.run(&["query", "OAuthClient", "--url", &desk.server.url(), "--api-key", &key]);
    assert_eq!(answer.status, 1, "{answer:?}");
    assert!(answer.stderr.contains("not permitted"), "{answer:?}");
}

#[test]
fn what_others_named_cannot_speak_to_the_terminal() {
    let desk = Desk::new();
    desk.ask(&["create", "ApiKey", "--json", r#"{"description": "gnp\u202e.exe"}"#]);
    for args in [&["query", "ApiKey"][..], &["query", "ApiKey", "--json"], &["export", "ApiKey"]] {
        let said = desk.ask(args);
        assert!(said.contains(".exe") && !said.contains("\u{202e}"), "{args:?}: {said}");
    }
}

#[test]
fn a_refusal_of_the_server_names_the_field() {
    let desk = Desk::new();
    desk.client("shop", &[]);
    for (field, said) in [
        ("clientId=shop", "OAuthClient: clientId is taken"),
        ("memberTenantId=nobody", "OAuthClient: there is no object with the id nobody"),
        ("redirectUris=http://a.example/cb", "OAuthClient: redirectUris "),
    ] {
        let base = [
            "create",
            "OAuthClient",
            "--field",
            "clientId=other",
            "--field",
            "redirectUris=https://a.example/cb",
        ];
        let line = desk.refusal(&[&base[..], &["--field", field]].concat(), 1);
        assert!(line.starts_with(said), "{line}");
    }
    let line = desk.refusal(&["create", "OAuthClient"], 1);
    assert!(line.starts_with("OAuthClient: clientId "), "{line}");
}

#[test]
fn a_secret_that_the_server_makes_is_shown_this_once() {
    let desk = Desk::new();
    let id = desk.client("shop", &[]);
    let generate = ["update", "OAuthClient", &id, "--field", r#"secret={"@type": "Generate"}"#];
    let secret = desk.ask(&[&generate[..], &["--print", "secret"]].concat());
    assert!(secret.starts_with("wls_"), "{secret}");
    assert!(desk.ask(&generate).starts_with(&format!("{id}: its secret, shown this once: wls_")));
    assert_eq!(desk.json(&["get", "OAuthClient", &id, "--json"])["secret"], "****");
}
