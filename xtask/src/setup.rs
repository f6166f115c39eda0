//! `cargo xtask setup`: installs what the tests need and this machine lacks.

mod debian;
mod go;
mod java;
mod node;
mod python;

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::failure::{Outcome, because};
use crate::place::Place;
use crate::postgres::Programs;
use crate::runner::{Runner, timed};

pub(crate) use self::debian::install as debian;
pub(crate) use self::go::install as go;
pub(crate) use self::java::install as java;
pub(crate) use self::node::{
    Node, install_for as node_for, put_at_least_on_path as put_at_least_node_on_path,
    put_on_path as put_node_on_path,
};

const CHROMIUM: &str = "/usr/bin/chromium";

pub(crate) fn run(place: &Place, runner: &Runner, _: &[String]) -> Outcome<()> {
    timed("set up", || {
        let mut packages = Vec::new();
        packages.extend(missing_postgres());
        packages.extend(missing_for_clients());
        debian::install(runner, &packages)?;
        install_clients(place, runner)
    })
}

/// Only the database.
pub(crate) fn postgres(runner: &Runner) -> Outcome<()> {
    debian::install(runner, missing_postgres())
}

/// Only what the real clients need.
pub(crate) fn clients(place: &Place, runner: &Runner) -> Outcome<()> {
    debian::install(runner, &missing_for_clients())?;
    install_clients(place, runner)
}

fn missing_postgres() -> &'static [&'static str] {
    if Programs::find().is_some() { &[] } else { &["postgresql"] }
}

fn missing_for_clients() -> Vec<&'static str> {
    let chromium = env::var("CHROMIUM").unwrap_or_else(|_| CHROMIUM.into());
    let mut packages = Vec::new();
    if !Path::new(&chromium).exists() {
        packages.push("chromium");
    }
    packages.extend(python::missing());
    packages
}

fn install_clients(place: &Place, runner: &Runner) -> Outcome<()> {
    python::install(place, runner)?;
    node::install(place, runner)?;
    for folder in ["openidconnect", "rmcp"] {
        let manifest = place.clients().join(folder).join("Cargo.toml");
        let mut build = place.cargo("build");
        build
            .args(["--locked", "--manifest-path"])
            .arg(manifest)
            .env("CARGO_TARGET_DIR", place.clients_target());
        runner.step(&format!("build the Rust clients of {folder}/"), &mut build)?;
    }
    Ok(())
}

/// Runs `install` unless what `list` says now is what was installed into `folder` the last time.
fn once_per(list: &Path, folder: &Path, install: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    let wanted = fs::read(list).map_err(because(list.display()))?;
    let stamp = folder.join(".installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(&stamp, wanted).map_err(because(stamp.display()))
}

/// Whether `command` can be started and succeeds; what it prints is dropped.
fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
