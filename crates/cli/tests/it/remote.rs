//! Administering a running server over HTTP.

use serde_json::Value;

use crate::driver::{Answer, Place, Server};

/// A server and what its administrator types.
pub(crate) struct Desk {
    pub(crate) place: Place,
    pub(crate) server: Server,
    key: String,
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
        fields.iter().for_each(|field| args.extend(["--field", *field]));
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
