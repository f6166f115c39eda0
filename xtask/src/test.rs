//! `cargo xtask test`: everything that must hold before a change is good.

use std::process::{Command, Stdio};

use crate::failure::Outcome;
use crate::place::Place;
use crate::postgres::{Server, VARIABLE};
use crate::runner::{Runner, timed};
use crate::setup;

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    timed("all of it", || {
        setup::run(place, runner, &[])?;
        runner.step("cargo fmt --check", place.cargo("fmt").arg("--check"))?;
        runner.step(
            "cargo clippy",
            place.cargo("clippy").args(["--workspace", "--all-targets", "--", "-D", "warnings"]),
        )?;
        if has_cargo_deny(place) {
            runner.step("cargo deny check", place.cargo("deny").arg("check"))?;
        }
        let server = timed("start PostgreSQL", Server::start)?;
        let mut tests = tests(place, runner, &server)?;
        // Beside --workspace, cargo would pass over a package that is named.
        let named =
            arguments.iter().any(|argument| argument.starts_with("-p") || argument.starts_with("--package"));
        runner.step("cargo test", tests.args((!named).then_some("--workspace")).args(arguments))
    })
}

/// `cargo test`, with everything in its environment that the tests look for there.
pub(crate) fn tests(place: &Place, runner: &Runner, server: &Server) -> Outcome<Command> {
    runner.step("cargo build -p wayleave", place.cargo("build").args(["-p", "wayleave"]))?;
    let mut command = place.cargo("test");
    command
        .env(VARIABLE, server.url())
        .env("WAYLEAVE_BIN", place.wayleave())
        .env("WAYLEAVE_CLIENTS", place.clients_target());
    setup::put_node_on_path(place, &mut command);
    Ok(command)
}

fn has_cargo_deny(place: &Place) -> bool {
    let mut version = place.cargo("deny");
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}
