//! The Go client.

use std::process::Command;

use crate::failure::Outcome;
use crate::place::Place;
use crate::runner::Runner;

use super::{debian, succeeds};

/// Builds it with the modules that its `go.sum` names, and Go itself where the system has none.
pub(crate) fn install(place: &Place, runner: &Runner) -> Outcome<()> {
    if !succeeds(Command::new("go").arg("version")) {
        debian::install(runner, &["golang-go"])?;
    }
    let mut build = Command::new("go");
    build
        .args(["build", "-mod=readonly", "-o"])
        .arg(place.clients_target().join("go/go-oidc-test-client"))
        .arg(".")
        .current_dir(place.clients().join("go-oidc"));
    runner.step("build the Go client", &mut build)
}
