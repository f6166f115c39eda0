//! `wayleave local …` and `wayleave migrate`, without a server.

use crate::driver::Place;

const CREATE_KEY: &[&str] = &["local", "api-key", "create", "--account"];

fn with_account(name: &str) -> Place {
    let place = Place::migrated();
    place.create_account(&[name, "--admin"]);
    place
}

fn is_api_key(text: &str) -> bool {
    text.strip_prefix("wlk_").is_some_and(|rest| rest.len() == 69 && !rest.contains(char::is_whitespace))
}

#[test]
fn migrations_are_applied_once() {
    let place = Place::new();
    let applied = place.ask(&["migrate"]);
    assert!(applied.lines().any(|name| name == "0001_directory"), "{applied}");
    assert_eq!(place.ask(&["migrate"]), "nothing to do");
}

#[test]
fn an_account_is_created_once() {
    let place = with_account("alice");
    let args = ["local", "account", "create", "Alice", "--password-stdin"];
    let second = place.run_with_input(&args, "another password");
    assert_eq!((second.status, second.stderr.as_str()), (1, "name: is taken\n"));
}

#[test]
fn a_password_is_one_line_of_at_least_eight_characters() {
    let place = with_account("alice");
    for command in ["create bob", "set-password alice"] {
        for bad in ["", "\n", "1234567\n", "12345678\n12345678\n", &"x".repeat(1025), &"x".repeat(10_000)] {
            let args: Vec<_> = ["local", "account"].into_iter().chain(command.split(' ')).collect();
            let answer = place.run_with_input(&[&args[..], &["--password-stdin"]].concat(), bad);
            assert_eq!(answer.status, 1, "{command} {bad:?}: {answer:?}");
            assert!(answer.stderr.starts_with("password: "), "{answer:?}");
        }
    }
}

#[test]
fn a_password_never_comes_by_the_command_line() {
    let place = with_account("alice");
    assert_eq!(place.run(&["local", "account", "set-password", "alice"]).status, 2);
    assert_eq!(place.run(&["local", "account", "set-password", "alice", "new password"]).status, 2);
}

#[test]
fn factors_of_an_account_are_reset_also_when_there_are_none() {
    let place = with_account("alice");
    let none = "there was no second factor; the password is enough now";
    assert_eq!(place.ask(&["local", "account", "reset-factors", "Alice"]), none);
    assert_eq!(
        place.refusal(&["local", "account", "reset-factors", "bob"], 1),
        "name: there is no such account"
    );
}

#[test]
fn an_account_is_disabled_and_enabled_and_an_unknown_one_is_refused() {
    let place = with_account("alice");
    assert_eq!(place.ask(&["local", "account", "disable", "alice"]), "disabled");
    assert_eq!(place.ask(&["local", "account", "enable", "alice"]), "enabled");
    assert_eq!(place.refusal(&["local", "account", "disable", "bob"], 1), "name: there is no such account");
}

#[test]
fn making_an_api_key_prints_the_key_and_nothing_else() {
    let place = with_account("alice");
    let permissions =
        ["--permission", "authenticate", "--permission", "oAuthClientRegistration", "--expires", "30d"];
    let answer = place.run(&[CREATE_KEY, &["alice", "--allow-ip", "10.0.0.0/8"], &permissions].concat());
    assert_eq!((answer.status, answer.stderr.as_str()), (0, ""), "{answer:?}");
    assert!(is_api_key(answer.stdout.strip_suffix('\n').unwrap()), "{answer:?}");
}

#[test]
fn a_key_without_permissions_inherits_and_says_so_unless_that_was_asked_for() {
    let place = with_account("alice");
    let answer = place.run(&[CREATE_KEY, &["alice"]].concat());
    assert!(is_api_key(answer.stdout.trim_end()), "{answer:?}");
    assert!(answer.stderr.starts_with("--permission: none was given"), "{answer:?}");
    let answer = place.run(&[CREATE_KEY, &["alice", "--inherit"]].concat());
    assert!(is_api_key(answer.stdout.trim_end()) && answer.stderr.is_empty(), "{answer:?}");
}

#[test]
fn an_unknown_permission_is_answered_with_those_that_exist() {
    let place = with_account("alice");
    let answer = place.run(&[CREATE_KEY, &["alice", "--permission", "fly"]].concat());
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("oauth-client-registration"), "{answer:?}");
}

#[test]
fn a_key_holds_no_more_than_its_account_and_needs_one() {
    let place = Place::migrated();
    place.create_account(&["bob"]);
    let line = place.refusal(&[CREATE_KEY, &["bob", "--permission", "account-destroy"]].concat(), 1);
    assert!(line.starts_with("permissions: "), "{line}");
    assert!(place.refusal(&[CREATE_KEY, &["nobody"]].concat(), 1).starts_with("--account: "));
}

#[test]
fn a_setting_reads_back_as_it_was_set_whether_json_or_text() {
    let place = Place::migrated();
    assert_eq!(place.ask(&["local", "settings", "get", "OidcProvider.requireClientRegistration"]), "false");
    let set =
        ["local", "settings", "set", "OidcProvider.requireClientRegistration=true", "accessTokenExpiry=30m"];
    assert_eq!(
        place.ask(&set),
        "OidcProvider.requireClientRegistration=true\nOidcProvider.accessTokenExpiry=1800000"
    );
    assert_eq!(place.ask(&["local", "settings", "get", "requireClientRegistration"]), "true");
    assert_eq!(place.ask(&["local", "settings", "get", "accessTokenExpiry"]), "1800000");
    place.ask(&["local", "settings", "set", r#"scopes=["mail", "calendar"]"#]);
    let all = place.ask(&["local", "settings", "get"]);
    assert!(
        all.lines()
            .any(|line| line.starts_with("OidcProvider.scopes ") && line.ends_with(r#"["calendar","mail"]"#)),
        "{all}"
    );
}

#[test]
fn of_several_settings_all_are_stored_or_none() {
    let place = Place::migrated();
    let line = place.refusal(&["local", "settings", "set", "pkce=always", "authCodeMaxAttempts=0"], 2);
    assert!(line.starts_with("OidcProvider.authCodeMaxAttempts: "), "{line}");
    assert_eq!(place.ask(&["local", "settings", "get", "pkce"]), r#""oauth21""#);
}

#[test]
fn what_is_no_setting_is_refused_by_its_name() {
    let place = Place::migrated();
    assert!(place.refusal(&["local", "settings", "get", "speed"], 2).starts_with("speed: is not a setting"));
    assert!(
        place.refusal(&["local", "settings", "set", "speed=1"], 2).starts_with("speed: is not a setting")
    );
    assert!(place.refusal(&["local", "settings", "set", "pkce"], 2).starts_with("pkce: "));
}

#[test]
fn a_signature_algorithm_brings_its_key() {
    let place = Place::migrated();
    assert!(!place.ask(&["local", "keys", "list"]).contains("ES384"));
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es384"]);
    let keys = place.ask(&["local", "keys", "list"]);
    assert!(keys.lines().any(|line| line.contains("ES384") && line.contains("signing")), "{keys}");
}

#[test]
fn a_rotated_key_is_published_while_its_predecessor_signs() {
    let place = Place::migrated();
    assert!(place.refusal(&["local", "keys", "rotate"], 1).starts_with("keys: there are none yet"));
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es256"]);
    let states = |keys: &str, state: &str| keys.lines().filter(|line| line.contains(state)).count();
    let keys = place.ask(&["local", "keys", "rotate"]);
    assert_eq!((states(&keys, " signing "), states(&keys, " published ")), (2, 2), "{keys}");
    assert_eq!(place.ask(&["local", "keys", "list"]), keys);
}

#[test]
fn a_key_rotated_at_once_signs_and_its_predecessor_is_retired() {
    let place = Place::migrated();
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es256"]);
    let keys = place.ask(&["local", "keys", "rotate", "--at-once"]);
    let states = |state: &str| keys.lines().filter(|line| line.contains(state)).count();
    assert_eq!((states(" signing "), states(" retired ")), (2, 2), "{keys}");
}

#[test]
fn a_leaked_key_is_forgotten_and_its_successor_signs() {
    let place = Place::migrated();
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es256"]);
    let kid = kid_of(&place, "ES256", "signing");
    let keys = place.ask(&["local", "keys", "revoke", &kid]);
    assert!(!keys.contains(&kid), "{keys}");
    assert_eq!(keys.lines().filter(|line| line.contains(" signing ")).count(), 2, "{keys}");
    assert_eq!(place.refusal(&["local", "keys", "revoke", &kid], 1), "KID: there is no such key");
}

#[test]
fn a_key_that_leaked_during_a_rotation_is_followed_at_once_by_the_key_that_waits() {
    let place = Place::migrated();
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es256"]);
    place.ask(&["local", "keys", "rotate"]);
    let [old, next] = ["signing", "published"].map(|state| kid_of(&place, "ES256", state));
    place.ask(&["local", "keys", "revoke", &old]);
    assert_eq!(kid_of(&place, "ES256", "signing"), next);
}

#[test]
fn a_key_that_leaked_before_it_signed_has_a_successor_that_waits_as_long() {
    let place = Place::migrated();
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es256"]);
    place.ask(&["local", "keys", "rotate"]);
    let [old, next] = ["signing", "published"].map(|state| kid_of(&place, "ES256", state));
    place.ask(&["local", "keys", "revoke", &next]);
    assert_eq!(kid_of(&place, "ES256", "signing"), old);
    assert_ne!(kid_of(&place, "ES256", "published"), next);
}

/// The key of `algorithm` that is in `state`.
fn kid_of(place: &Place, algorithm: &str, state: &str) -> String {
    let keys = place.ask(&["local", "keys", "list"]);
    let line = keys.lines().find(|line| line.contains(algorithm) && line.contains(state)).expect(&keys);
    line.split(' ').next().unwrap().to_owned()
}

#[test]
fn api_keys_are_listed_without_the_keys() {
    let place = with_account("alice");
    place.create_account(&["bob"]);
    let key = place.ask(
        &[CREATE_KEY, &["alice", "--permission", "authenticate", "--description", "for the build"]].concat(),
    );
    place.ask(&[CREATE_KEY, &["bob", "--inherit"]].concat());
    let list = place.ask(&["local", "api-key", "list"]);
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(
        list.contains("for the build ")
            && list.contains(" authenticate ")
            && list.contains("all of the account"),
        "{list}"
    );
    assert!(list.contains(&key[4..30]) && !list.contains(&key[30..]), "{list}");
    let of_bob = place.ask(&["local", "api-key", "list", "--account", "Bob"]);
    assert!(of_bob.lines().count() == 2 && !of_bob.contains("alice"), "{of_bob}");
    assert!(
        place.refusal(&["local", "api-key", "list", "--account", "nobody"], 1).starts_with("--account: ")
    );
}

#[test]
fn an_api_key_is_revoked_once() {
    let place = with_account("alice");
    let key = place.ask(&[CREATE_KEY, &["alice", "--inherit"]].concat());
    assert_eq!(place.ask(&["local", "api-key", "revoke", &key[4..30]]), "revoked");
    assert_eq!(place.ask(&["local", "api-key", "list"]).lines().count(), 1);
    for id in [&key[4..30], "x", key.as_str()] {
        assert_eq!(place.refusal(&["local", "api-key", "revoke", id], 1), "ID: there is no such key");
    }
}

#[test]
fn accounts_are_listed_with_their_role_and_state() {
    let place = with_account("alice");
    place.create_account(&["bob"]);
    place.ask(&["local", "account", "disable", "bob"]);
    let list = place.ask(&["local", "account", "list"]);
    let lines: Vec<Vec<_>> = list.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(
        lines,
        [
            ["NAME", "ROLE", "STATE"],
            ["alice", "system-administrator", "enabled"],
            ["bob", "user", "disabled"]
        ]
    );
}

#[test]
fn an_unknown_client_is_refused() {
    let place = Place::migrated();
    for verb in ["show", "verify", "unverify", "disable", "enable", "approve", "deny", "delete"] {
        assert_eq!(place.refusal(&["local", "client", verb, "x"], 1), "client_id: there is no such client");
    }
    assert_eq!(place.ask(&["local", "client", "list"]), "CLIENT ID  NAME  DOOR  STATE  CREATED");
}

#[test]
fn a_key_that_leaked_during_a_rotation_stops_signing_at_once() {
    let place = Place::migrated();
    place.ask(&["local", "settings", "set", "signatureAlgorithm=es256"]);
    place.ask(&["local", "keys", "rotate"]);
    let keys = place.ask(&["local", "keys", "rotate", "--at-once"]);
    let states = |state: &str| keys.lines().filter(|line| line.contains(state)).count();
    assert_eq!((states(" signing "), states(" retired ")), (2, 4), "{keys}");
}
