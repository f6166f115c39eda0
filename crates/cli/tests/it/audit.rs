//! `wayleave local audit …`, and what a changed record says to it.

use rusqlite::Connection;

use crate::driver::Place;

/// A place with two events.
fn with_events() -> Place {
    let place = Place::migrated();
    for setting in ["authCodeMaxAttempts=7", "requireClientRegistration=true"] {
        place.ask(&["local", "settings", "set", setting]);
    }
    place
}

fn tamper(place: &Place, sql: &str) {
    let database = Connection::open(place.path("data").join("wayleave.db")).unwrap();
    assert_eq!(database.execute(sql, []).unwrap(), 1);
}

#[test]
fn what_happened_is_listed_newest_first_with_what_changed() {
    let list = with_events().ask(&["local", "audit", "list", "--object", "OidcProvider"]);
    let lines: Vec<_> = list.lines().skip(1).collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines.iter().all(|line| line.contains("updated") && line.contains("host")), "{list}");
    assert!(lines.first().unwrap().contains(r#"{"requireClientRegistration":true}"#), "{list}");
}

#[test]
fn filters_name_what_they_know() {
    let place = with_events();
    let list = |args: &[&str]| place.ask(&[&["local", "audit", "list"], args].concat()).lines().count();
    assert_eq!(list(&["--kind", "signed-in"]), 1);
    assert_eq!(list(&["--object", "OidcProvider", "--id", "singleton", "--limit", "1"]), 2);
    let unknown = place.run(&["local", "audit", "list", "--kind", "eaten"]);
    assert!(unknown.status == 2 && unknown.stderr.contains("consent-given"), "{unknown:?}");
}

#[test]
fn a_journal_that_nobody_changed_holds_and_its_last_link_is_told() {
    let place = with_events();
    let first = place.ask(&["local", "audit", "verify"]);
    assert!(first.starts_with("the journal holds: "), "{first}");
    assert_eq!(place.ask(&["local", "audit", "verify"]), first);
}

#[test]
fn an_edited_event_is_named_with_status_1() {
    let place = with_events();
    let list = place.ask(&["local", "audit", "list", "--object", "OidcProvider", "--limit", "1"]);
    let position = list.lines().nth(1).and_then(|line| line.split(' ').next()).unwrap().to_owned();
    tamper(&place, &format!("UPDATE journal SET value_after = '{{}}' WHERE position = {position}"));
    let refusal = place.refusal(&["local", "audit", "verify"], 1);
    let named = format!("audit: the journal does not hold: the event at position {position} (id ");
    assert!(refusal.starts_with(&named) && refusal.contains("is not what was sealed"), "{refusal}");
}

#[test]
fn a_removed_event_is_named_with_status_1() {
    let place = with_events();
    place.ask(&["local", "audit", "verify"]);
    tamper(&place, "DELETE FROM journal WHERE position = 1");
    let refusal = place.refusal(&["local", "audit", "verify"], 1);
    assert!(refusal.contains("the event at position 1 is missing"), "{refusal}");
}
