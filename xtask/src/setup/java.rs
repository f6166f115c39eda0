//! The Java clients.

use std::fs;
use std::process::Command;

use crate::failure::{Outcome, because};
use crate::place::Place;
use crate::runner::Runner;

use super::{debian, once_per, succeeds};

/// Compiles the client `name`, with the libraries that its `pom.xml` names; Java and Maven too where the system has none.
pub(crate) fn install(place: &Place, runner: &Runner, name: &str) -> Outcome<()> {
    let mut packages = Vec::new();
    if !succeeds(Command::new("javac").arg("--version")) {
        packages.push("default-jdk-headless");
    }
    if !succeeds(Command::new("mvn").arg("--version")) {
        packages.push("maven");
    }
    debian::install(runner, &packages)?;
    let (folder, into) = (place.clients().join(name), place.java(name));
    let maven = |goal: &str| {
        let mut maven = Command::new("mvn");
        maven
            .args(["--batch-mode", "--quiet", "-Dstyle.color=never", goal])
            .arg(format!("-Dinto={}", into.display()));
        maven.current_dir(&folder);
        maven
    };
    once_per(&folder.join("pom.xml"), &into, || {
        // Of two versions of a library the wrong one would be taken.
        if into.exists() {
            fs::remove_dir_all(&into).map_err(because(into.display()))?;
        }
        runner.step(&format!("fetch the libraries of {name}/"), &mut maven("dependency:copy-dependencies"))
    })?;
    runner.step(&format!("compile {name}/"), &mut maven("compile"))
}
