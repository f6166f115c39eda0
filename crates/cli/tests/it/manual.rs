use std::{fs, path::Path};

use crate::driver::Place;

#[test]
fn the_reference_in_the_manual_is_what_the_code_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual/reference.md");
    let committed = fs::read_to_string(page).unwrap();
    assert!(
        committed.trim_end() == Place::new().ask(&["manual"]),
        "write it again: cargo run -- manual > docs/manual/reference.md"
    );
}

#[test]
fn every_command_has_a_help_text() {
    let place = Place::new();
    for command in [
        &["--help"][..],
        &["migrate", "--help"],
        &["local", "--help"],
        &["local", "account", "create", "--help"],
        &["local", "api-key", "create", "--help"],
    ] {
        let help = place.ask(command);
        assert!(help.contains("Usage: wayleave") && help.contains("--database <URL>"), "{help}");
    }
    assert_eq!(place.ask(&["--version"]), concat!("wayleave ", env!("CARGO_PKG_VERSION")));
}
