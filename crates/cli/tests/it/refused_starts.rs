//! A start that cannot succeed says so in one line that names the key, ends with status 2 and leaves nothing behind.

use std::{fs, net::TcpListener};

use crate::driver::Place;

/// Starts with `args`, which must be refused naming `key`, and answers the line.
fn assert_refused(place: &Place, args: &[&str], key: &str) -> String {
    assert_refused_with(place, args, key, 2)
}

fn assert_refused_with(place: &Place, args: &[&str], key: &str, status: i32) -> String {
    let line = place.refusal(args, status);
    assert!(line.starts_with(&format!("{key}: ")), "{line}");
    let is_empty = fs::read_dir(place.path("data")).map_or(true, |mut files| files.next().is_none());
    assert!(is_empty, "something is left in the data directory");
    line
}

#[test]
fn a_directory_that_cannot_be_made_is_refused_as_data() {
    let place = Place::new();
    fs::write(place.path("file"), "in the way").unwrap();
    assert_refused(&place, &["--data", "file"], "data");
    assert_refused(&place, &["--data", "file/data"], "data");
    assert_refused(&place, &["local", "settings", "get", "--data", "file/data"], "data");
    assert_refused(&place, &["migrate", "--data", "file/data"], "data");
}

#[test]
fn a_directory_that_cannot_be_written_is_refused_as_data() {
    // Nobody writes here, not even root.
    let line = assert_refused(&Place::new(), &["--data", "/proc/self"], "data");
    assert!(line.contains("/proc/self"), "{line}");
}

#[test]
fn a_port_in_use_is_refused_as_listen_before_anything_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = assert_refused(&Place::new(), &["serve", "--listen", &address], "listen");
    assert!(line.contains(&address), "{line}");
}

#[test]
fn an_address_that_is_none_is_refused_as_listen() {
    assert_refused(&Place::new(), &["--listen", "everywhere"], "listen");
}

#[test]
fn an_address_that_others_reach_is_refused_without_a_public_url() {
    assert_refused(&Place::new(), &["--listen", "0.0.0.0:8080"], "public_url");
}

#[test]
fn an_unknown_key_in_the_file_is_refused_by_its_name() {
    let place = Place::new();
    fs::write(place.path("wayleave.toml"), "publik_url = 'https://a.example'\n").unwrap();
    assert_refused(&place, &[], "publik_url");
    fs::write(place.path("other.toml"), "[tls]\ncert = 'a.pem'\n").unwrap();
    assert_refused(&place, &["--config", "other.toml"], "tls.cert");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    assert_refused(&Place::new(), &["--config", "nowhere.toml"], "--config");
}

#[test]
fn a_wrong_database_url_is_refused_as_database() {
    let place = Place::new();
    for url in ["mysql://localhost/db", "sqlite:", "sqlite:nowhere/db"] {
        assert_refused(&place, &["--database", url], "database");
        assert_refused(&place, &["local", "keys", "list", "--database", url], "database");
        assert_refused(&place, &["migrate", "--database", url], "database");
    }
}

#[test]
fn a_database_that_does_not_answer_is_refused_as_database_without_its_password() {
    let place = Place::new();
    for command in [&["serve"][..], &["migrate"], &["local", "keys", "list"]] {
        let args = [command, &["--database", "postgres://u:hunter2@127.0.0.1:1/db"]].concat();
        // Status 1: it may be there at the next try.
        let line = assert_refused_with(&place, &args, "database", 1);
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn a_local_command_makes_no_database_where_there_is_none() {
    let place = Place::migrated();
    for args in [&["account", "list"][..], &["settings", "get"], &["keys", "rotate"]] {
        let line = place.refusal(&[&["local"], args, &["--data", "typo"]].concat(), 2);
        assert!(
            line.starts_with("database: there is no Wayleave database at sqlite:typo/wayleave.db"),
            "{line}"
        );
        assert!(line.contains("wayleave migrate") && !place.path("typo").exists());
    }
    fs::write(place.path("empty.db"), "").unwrap();
    let line = place.refusal(&["local", "keys", "list", "--database", "sqlite:empty.db"], 2);
    assert!(line.starts_with("database: there is no Wayleave database"), "{line}");
    assert!(!place.path("data/master.key").exists());
}

#[test]
fn a_master_key_that_is_not_that_of_the_database_is_refused() {
    let place = Place::new();
    assert_eq!(place.serve().stop().0, Some(0));
    fs::remove_file(place.path("data/master.key")).unwrap();
    for args in [&["serve"][..], &["local", "keys", "rotate"]] {
        let line = place.refusal(args, 2);
        assert!(line.starts_with("data: ") && line.contains("WAYLEAVE_MASTER_KEY"), "{line}");
        assert!(!place.path("data/master.key").exists());
    }
}

#[test]
fn a_short_first_password_is_refused_by_the_name_of_its_variable() {
    let place = Place::new();
    let output = place
        .program(env!("CARGO_BIN_EXE_wayleave"))
        .env("WAYLEAVE_ADMIN_PASSWORD", "hunter2")
        .output()
        .unwrap();
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(line.starts_with("WAYLEAVE_ADMIN_PASSWORD: ") && !line.contains("hunter2"), "{line}");
    assert!(!place.path("data").exists());
}
