//! Packages of the system.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Outcome, because};
use crate::runner::Runner;

/// Where Debian looks whether a database server shall be created and started at installation. We start our own.
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

/// Installs `packages` if there are any. Without the right to do so it is for a person to do, and the failure says how.
pub(crate) fn install(runner: &Runner, packages: &[&str]) -> Outcome<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Failure::not_ready(format!(
            "the tests need what Debian calls {list}, and this is no Debian: please install it by hand"
        )));
    }
    if !rustix::process::geteuid().is_root() {
        return Err(Failure::not_ready(format!(
            "the tests need {list}; please run\n\
             sudo apt-get update && sudo apt-get install --no-install-recommends --yes {list}"
        )));
    }
    if packages.contains(&"postgresql") {
        leave_out_the_default_server()?;
    }
    runner.step("apt-get update", apt_get().arg("update"))?;
    runner.step(
        &format!("apt-get install {list}"),
        apt_get()
            .args(["install", "--no-install-recommends", "--yes", "-o", "Dpkg::Options::=--force-confold"])
            .args(packages),
    )
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("--quiet=2").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn leave_out_the_default_server() -> Outcome<()> {
    let file = Path::new(CREATE_CLUSTER);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(because(folder.display()))?;
    }
    let created = fs::OpenOptions::new().write(true).create_new(true).open(file);
    match created {
        Ok(mut file) => file.write_all(b"create_main_cluster = false\n").map_err(because(CREATE_CLUSTER)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(because(CREATE_CLUSTER)(error)),
    }
}
