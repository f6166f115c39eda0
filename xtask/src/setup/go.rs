//! The Go clients.

use std::process::Command;

use crate::failure::Outcome;
use crate::place::Place;
use crate::runner::Runner;

use super::{debian, succeeds};

/// Builds `package` into `program`, as the `go.mod` and `go.sum` of the client `name` want it, and Go itself where the system has none.
pub(crate) fn install(
    place: &Place,
    runner: &Runner,
    name: &str,
    package: &str,
    program: &str,
) -> Outcome<()> {
    if !succeeds(Command::new("go").arg("version")) {
        debian::install(runner, &["golang-go"])?;
    }
    let mut build = Command::new("go");
    build
        .args(["build", "-mod=readonly", "-o"])
        .arg(place.clients_target().join("go").join(program))
        .arg(package)
        .current_dir(place.clients().join(name));
    runner.step(&format!("build the Go client of {name}/"), &mut build)
}
