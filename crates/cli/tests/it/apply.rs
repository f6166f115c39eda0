//! `wayleave apply` and `wayleave export`.

use std::fs;

use crate::remote::Desk;

#[test]
fn what_is_exported_changes_nothing_when_it_is_applied() {
    let desk = Desk::new();
    desk.ask(&["update", "OidcProvider", "--field", "accessTokenExpiry=30m"]);
    let exported = desk.ask(&["export", "OidcProvider"]);
    let answer = desk.run_with_input(&["apply", "-"], &exported);
    assert_eq!(answer.stdout, "nothing to do, 1 as they should be\n", "{answer:?}");
}

#[test]
fn a_file_changes_what_differs_once() {
    let desk = Desk::new();
    let file = desk.place.path("server.json");
    fs::write(&file, r#"{"OidcProvider": {"accessTokenExpiry": "30m", "pkce": "oauth21"}}"#).unwrap();
    let file = file.to_str().unwrap();
    let dry = desk.ask(&["apply", "--dry-run", file]);
    assert!(dry.contains("    accessTokenExpiry: 1h → 30m") && !dry.contains("pkce"), "{dry}");
    assert!(desk.ask(&["apply", file]).ends_with("1 changed, 0 as they should be"));
    assert_eq!(desk.ask(&["apply", file]), "nothing to do, 1 as they should be");
}

#[test]
fn a_file_that_names_what_does_not_exist_changes_nothing() {
    let desk = Desk::new();
    for bad in [
        r#"{"OidcProvider": {"accessTokenExpiry": "30m"}, "Window": []}"#,
        r#"{"OidcProvider": {"accessTokenExpiry": "30m", "speed": 1}}"#,
        "accessTokenExpiry: 30m",
    ] {
        assert_eq!(desk.run_with_input(&["apply", "-"], bad).status, 2, "{bad}");
    }
    assert_eq!(desk.json(&["get", "OidcProvider", "--json"])["accessTokenExpiry"], 3_600_000);
}
