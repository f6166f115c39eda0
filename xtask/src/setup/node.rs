//! The node clients, and node itself where the system has none that is new enough.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Outcome;
use crate::place::Place;
use crate::runner::Runner;

use super::{once_per, python, succeeds};

/// The oldest that will do.
#[derive(Clone, Copy)]
pub(crate) enum Node {
    V20 = 20,
    V24 = 24,
}

/// What the clients have in common, and node for them.
pub(super) fn install(place: &Place, runner: &Runner) -> Outcome<()> {
    install_packages(place, runner, &place.clients(), Node::V20)
}

/// What the client `name` needs besides, and node for it.
pub(crate) fn install_for(place: &Place, runner: &Runner, name: &str, oldest: Node) -> Outcome<()> {
    install_packages(place, runner, &place.clients().join(name), oldest)
}

fn install_packages(place: &Place, runner: &Runner, folder: &Path, oldest: Node) -> Outcome<()> {
    // From the registry of Python packages, for systems whose own is too old.
    if !system_node_will_do(oldest) && !own_node(place).is_file() {
        let list = place.clients().join("requirements-node.txt");
        runner.step("pip install -r requirements-node.txt", python::pip(place).arg("-r").arg(list))?;
    }
    once_per(&folder.join("package-lock.json"), &folder.join("node_modules"), || {
        let mut npm = Command::new("npm");
        put_at_least_on_path(place, npm.args(["ci", "--ignore-scripts"]).current_dir(folder), oldest);
        runner.step("npm ci", &mut npm)
    })
}

/// Lets `command` and what it starts find the node that was chosen at installation.
pub(crate) fn put_on_path(place: &Place, command: &mut Command) {
    put_at_least_on_path(place, command, Node::V20);
}

/// The same for a client that wants a newer one.
pub(crate) fn put_at_least_on_path(place: &Place, command: &mut Command, oldest: Node) {
    if system_node_will_do(oldest) {
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

fn system_node_will_do(oldest: Node) -> bool {
    let Ok(output) = Command::new("node").arg("--version").output() else {
        return false;
    };
    let version = String::from_utf8_lossy(&output.stdout);
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= oldest as u32) && succeeds(Command::new("npm").arg("--version"))
}
