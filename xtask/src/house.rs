//! A server to look at or to try things on.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::failure::{Failure, Outcome, because};

/// A server with a database of its own, gone when it is dropped.
pub(crate) struct House {
    server: Child,
    program: PathBuf,
    pub(crate) origin: String,
    /// That of `admin`, as the first start printed it.
    pub(crate) password: String,
    data: TempDir,
}

impl House {
    /// Starts `program` with `settings` (`Object.property=value`) in force from the beginning.
    pub(crate) fn start(program: &Path, settings: &[&str]) -> Outcome<Self> {
        let data = tempfile::tempdir().map_err(because("making a temporary directory"))?;
        if !settings.is_empty() {
            said(program, data.path(), &["migrate"])?;
        }
        for setting in settings {
            said(program, data.path(), &["local", "settings", "set", setting])?;
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = free.map_err(because("looking for a free port"))?.port();
        let origin = format!("http://localhost:{port}");
        let mut server = Command::new(program)
            .args(["--listen", &format!("127.0.0.1:{port}"), "--public-url", &origin, "--data"])
            .arg(data.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(because("starting wayleave"))?;
        let password = server.stdout.take().and_then(password);
        let house =
            Self { server, program: program.into(), origin, password: password.unwrap_or_default(), data };
        if house.password.is_empty() {
            return Err(Failure::new("wayleave did not print the password of its first start"));
        }
        Ok(house)
    }

    /// What `wayleave local ARGUMENTS` of this server says.
    pub(crate) fn local(&self, arguments: &[&str]) -> Outcome<String> {
        let all: Vec<&str> = ["local"].into_iter().chain(arguments.iter().copied()).collect();
        said(&self.program, self.data.path(), &all)
    }
}

fn said(program: &Path, data: &Path, arguments: &[impl AsRef<OsStr>]) -> Outcome<String> {
    let output = Command::new(program)
        .args(arguments)
        .env("WAYLEAVE_DATA", data)
        .stdin(Stdio::null())
        .output()
        .map_err(because("starting wayleave"))?;
    if !output.status.success() {
        return Err(Failure::new(format!("wayleave: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Reads what the first start prints until the password stands there; the rest is read and forgotten, so that the server never waits.
fn password(printed: ChildStdout) -> Option<String> {
    let mut lines = BufReader::new(printed).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("and the password "))?;
    thread::spawn(move || lines.for_each(drop));
    line.split("and the password ").nth(1).map(|password| password.trim().to_owned())
}

impl Drop for House {
    fn drop(&mut self) {
        let pid = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw);
        let is_told = pid.is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok());
        if !is_told {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}
