//! The Python clients, in an environment of their own.

use std::process::Command;

use crate::failure::Outcome;
use crate::place::Place;
use crate::runner::Runner;

use super::{once_per, succeeds};

/// The packages without which no environment can be made.
pub(super) fn missing() -> &'static [&'static str] {
    if succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        &[]
    } else {
        &["python3", "python3-venv"]
    }
}

pub(super) fn install(place: &Place, runner: &Runner) -> Outcome<()> {
    let (venv, list) = (place.venv(), place.clients().join("requirements.txt"));
    once_per(&list, &venv, || {
        runner.step(
            "make a Python environment",
            Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv),
        )?;
        runner.step("pip install -r requirements.txt", pip(place).arg("-r").arg(&list))
    })
}

/// `pip install`, into the environment.
pub(super) fn pip(place: &Place) -> Command {
    let mut command = Command::new(place.venv().join("bin/python"));
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    command
}
