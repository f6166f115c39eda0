//! PostgreSQL's own programs, and how they are called.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use super::USER;
use crate::failure::{Failure, Outcome, because};

const CONNECTIONS: u16 = 300;
const START_LIMIT: Duration = Duration::from_mins(1);
const LOG_LINES_KEPT: usize = 40;

/// The folder with `initdb`, `postgres` and `pg_ctl`.
pub(crate) struct Programs(PathBuf);

pub(super) enum Start {
    Ready(Child),
    PortTaken,
}

impl Programs {
    /// Debian's newest version, else what is on the PATH.
    pub(crate) fn find() -> Option<Self> {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
            .collect();
        versions.sort();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders =
            versions.into_iter().rev().map(|(_, folder)| folder).chain(std::env::split_paths(&path));
        folders
            .filter(|folder| ["initdb", "postgres", "pg_ctl"].iter().all(|name| folder.join(name).is_file()))
            .map(Self)
            .next()
    }

    pub(super) fn initdb(&self, directory: &Path) -> Outcome<()> {
        let output = self
            .command("initdb", directory)
            .args([
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-instructions",
                "--username",
                USER,
                "-D",
            ])
            .arg(directory.join("data"))
            .output()
            .map_err(because("starting initdb"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure::new(format!("initdb: {}\n{said}", output.status)))
    }

    /// Starts the server as our own child, and waits until it says that it is ready.
    pub(super) fn postmaster(&self, directory: &Path, port: u16) -> Outcome<Start> {
        let mut postmaster = self
            .command("postgres", directory)
            .arg("-D")
            .arg(directory.join("data"))
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", &format!("max_connections={CONNECTIONS}"), "-c", "fsync=on"])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", directory.display()))
            // Out of reach of a Ctrl-C at our terminal: it ends after those who use it.
            .process_group(0)
            .stderr(Stdio::piped())
            .spawn()
            .map_err(because("starting postgres"))?;
        let (sender, readiness) = mpsc::channel();
        if let Some(log) = postmaster.stderr.take() {
            thread::spawn(move || follow(log, &sender));
        }
        match readiness.recv_timeout(START_LIMIT) {
            Ok(Ok(())) => Ok(Start::Ready(postmaster)),
            Ok(Err(log)) if log.contains("could not bind") => {
                let _ = postmaster.wait();
                Ok(Start::PortTaken)
            }
            Ok(Err(log)) => {
                let _ = postmaster.wait();
                Err(Failure::new(format!("PostgreSQL did not start:\n{log}")))
            }
            Err(_) => {
                let _ = postmaster.kill();
                let _ = postmaster.wait();
                Err(Failure::new(format!("PostgreSQL was not ready within {} s", START_LIMIT.as_secs())))
            }
        }
    }

    pub(super) fn stop(&self, directory: &Path) -> bool {
        self.command("pg_ctl", directory)
            .args(["stop", "--mode=immediate", "--silent", "-D"])
            .arg(directory.join("data"))
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// One of the programs, as a user PostgreSQL accepts. On Linux it dies with us, however we die.
    fn command(&self, name: &str, directory: &Path) -> Command {
        let program = self.0.join(name);
        let mut command = if cfg!(target_os = "linux") {
            let mut command = Command::new("setpriv");
            if is_root() {
                command.args(["--reuid", USER, "--regid", USER, "--init-groups"]);
            }
            command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(directory).env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }
}

/// Reads the server's log to its end: tells once that it is ready, or what it said when it ended before.
fn follow(log: impl Read, sender: &Sender<Result<(), String>>) {
    let mut last = VecDeque::new();
    for line in BufReader::new(log).lines().map_while(Result::ok) {
        if line.contains("ready to accept connections") {
            let _ = sender.send(Ok(()));
        }
        if last.len() == LOG_LINES_KEPT {
            last.pop_front();
        }
        last.push_back(line);
    }
    let _ = sender.send(Err(last.into_iter().collect::<Vec<_>>().join("\n")));
}

pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
