//! `cargo xtask bench [ARG…]`: builds the release binary and what measures it, and runs the one against the other.

use crate::failure::Outcome;
use crate::place::Place;
use crate::postgres::{Server, VARIABLE};
use crate::runner::{Runner, timed};
use crate::setup;

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    let is_small =
        arguments.iter().any(|argument| ["--quick", "--sqlite", "--help"].contains(&argument.as_str()));
    // One by one: built together, each would get the features that the other wants of what both use.
    for package in ["wayleave", "bench"] {
        let mut build = place.cargo("build");
        runner
            .step(&format!("cargo build --release -p {package}"), build.args(["--release", "-p", package]))?;
    }
    let mut bench = place.cargo("run");
    bench.args(["--quiet", "--release", "-p", "bench", "--"]).args(arguments);
    if is_small {
        return runner.hand_over("bench", &mut bench);
    }
    setup::postgres(runner)?;
    let server = timed("start PostgreSQL", Server::start)?;
    runner.hand_over("bench", bench.env(VARIABLE, server.url()))
}
