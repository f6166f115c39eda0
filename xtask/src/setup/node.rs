//! The node clients, and node itself where the system has none that is new enough.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Outcome;
use crate::place::Place;
use crate::runner::Runner;

use super::{once_per, python, succeeds};

const OLDEST: u32 = 20;

/// Node from the registry of Python packages, for systems whose own is too old.
pub(super) fn install(place: &Place, runner: &Runner) -> Outcome<()> {
    if !system_node_will_do() && !own_node(place).is_file() {
        let list = place.clients().join("requirements-node.txt");
        runner.step("pip install -r requirements-node.txt", python::pip(place).arg("-r").arg(list))?;
    }
    let clients = place.clients();
    once_per(&clients.join("package-lock.json"), &clients.join("node_modules"), || {
        let mut npm = Command::new("npm");
        put_on_path(place, npm.args(["ci", "--ignore-scripts"]).current_dir(&clients));
        runner.step("npm ci", &mut npm)
    })
}

/// Lets `command` and what it starts find the node that `install` chose.
pub(crate) fn put_on_path(place: &Place, command: &mut Command) {
    if system_node_will_do() {
        return;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [place.venv().join("bin")].into_iter().chain(env::split_paths(&path));
    if let Ok(path) = env::join_paths(folders) {
        command.env("PATH", path);
    }
}

fn own_node(place: &Place) -> PathBuf {
    place.venv().join("bin/node")
}

fn system_node_will_do() -> bool {
    let Ok(output) = Command::new("node").arg("--version").output() else {
        return false;
    };
    let version = String::from_utf8_lossy(&output.stdout);
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST) && succeeds(Command::new("npm").arg("--version"))
}
