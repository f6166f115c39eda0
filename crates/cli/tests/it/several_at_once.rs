//! Programs that meet at one data directory.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::driver::Place;

#[test]
fn of_first_uses_at_the_same_moment_none_fails_and_all_have_the_same_master_key() {
    for _ in 0..5 {
        let place = Place::migrated();
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| place.ask(&["local", "settings", "set", "pkce=always"]));
            }
        });
        let keys = place.ask(&["local", "keys", "list"]);
        assert_eq!(keys.lines().filter(|line| line.contains(" signing ")).count(), 2, "{keys}");
    }
}

#[test]
fn two_first_starts_in_one_directory_both_serve() {
    let place = Place::new();
    let servers = thread::scope(|scope| {
        let starts = [scope.spawn(|| place.serve()), scope.spawn(|| place.serve())];
        starts.map(|start| start.join().unwrap())
    });
    for server in &servers {
        let ready = server.request("GET /healthz/ready", "", "");
        assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    }
    let [ours, theirs] = servers.each_ref().map(|server| {
        let answer = server.request("GET /jwks.json", "", "");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    });
    assert_eq!(ours, theirs);
}

#[test]
fn while_another_program_writes_reading_goes_on_and_writing_gives_up_soon() {
    let place = Place::migrated();
    place.ask(&["local", "settings", "set", "pkce=always"]);
    let mut writer = rusqlite::Connection::open(place.path("data/wayleave.db")).unwrap();
    let lock = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    assert_eq!(place.ask(&["local", "settings", "get", "pkce"]), r#""always""#);
    #[expect(clippy::disallowed_methods, reason = "how long a command takes is what is tested")]
    let began = Instant::now();
    let line = place.refusal(&["local", "settings", "set", "pkce=public"], 1);
    assert!(line.starts_with("database: the database is unavailable"), "{line}");
    assert!(began.elapsed() < Duration::from_secs(15));
    lock.rollback().unwrap();
    assert_eq!(place.ask(&["local", "settings", "set", "pkce=public"]), r#"OidcProvider.pkce="public""#);
}
