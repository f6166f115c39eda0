//! Programs under measurement: started, found by the address they print, ended with us.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::load::Site;
use crate::visit::Visitor;
use crate::{Outcome, clock};

pub(crate) const PASSWORD: &str = "a password for the bench";

/// How many hundredths of a second a program gets to end by itself.
const PATIENCE: usize = 1000;

/// Ends when it is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) site: Site,
}

/// The release binary and where it keeps its data.
pub(crate) struct Wayleave {
    program: PathBuf,
    data: TempDir,
    /// `sqlite:…` or `postgres://…`.
    pub(crate) database: String,
}

impl Running {
    /// Starts `command`, which prints a line with its URL as soon as it listens.
    fn start(program: &Path, configure: impl FnOnce(&mut Command)) -> Outcome<Self> {
        // It dies with us, however we die.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        configure(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        let stdout = child.stdout.take().ok_or("no output")?;
        // From here on dropping ends it.
        let mut running = Self { child, site: Site(SocketAddr::from(([127, 0, 0, 1], 0))) };
        running.site = Site(listen(program, stdout)?);
        Ok(running)
    }

    /// The bare handlers, with documents of these sizes.
    pub(crate) fn bare(metadata: usize, jwks: usize) -> Outcome<Self> {
        let program = std::env::current_exe()?;
        Self::start(&program, |command| {
            command.arg("bare").arg(metadata.to_string()).arg(jwks.to_string());
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it: at once if it is killed, otherwise when it has answered what it was asked.
    pub(crate) fn end(mut self, is_killed: bool) -> Outcome<()> {
        if is_killed {
            self.child.kill()?;
            self.child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // An error means that it has ended already.
            let _ = kill_process(id, Signal::TERM);
        }
        for _ in 0..PATIENCE {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            clock::pause(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Wayleave {
    /// On a SQLite file of its own, or on the PostgreSQL database at this URL.
    pub(crate) fn new(program: &Path, place: &Path, postgres: Option<&str>) -> Outcome<Self> {
        std::fs::create_dir_all(place)?;
        let data = tempfile::Builder::new().prefix("bench-").tempdir_in(place)?;
        let file = data.path().join("wayleave.db");
        let database = postgres.map_or_else(|| format!("sqlite:{}", file.display()), str::to_owned);
        Ok(Self { program: program.to_owned(), data, database })
    }

    /// Serves, and how long it took from the start of the program to its first answer.
    pub(crate) fn start(&self) -> Outcome<(Running, Duration)> {
        self.start_at("127.0.0.1:0")
    }

    /// The same at an address of which somebody knows that it is free.
    pub(crate) fn start_at(&self, address: &str) -> Outcome<(Running, Duration)> {
        let begin = clock::instant();
        let running = Running::start(&self.program, |command| {
            self.configure(command);
            command.args(["--listen", address, "serve"]);
        })?;
        Visitor::new(running.site).get("/.well-known/openid-configuration")?.expect(200)?;
        Ok((running, clock::instant().duration_since(begin)))
    }

    /// `wayleave local …`; answers what it printed.
    pub(crate) fn local(&self, arguments: &[&str]) -> Outcome<String> {
        self.local_with(arguments, "")
    }

    /// The same, with something to read from standard input.
    pub(crate) fn local_with(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut command = Command::new(&self.program);
        self.configure(&mut command);
        command.arg("local").args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        child.stdin.take().ok_or("no input")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() {
            return Ok(said);
        }
        let error = String::from_utf8_lossy(&output.stderr);
        Err(format!("wayleave local {}: {} {error}", arguments.join(" "), output.status).into())
    }

    fn configure(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WAYLEAVE_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.data.path())
            .env("WAYLEAVE_ADMIN_PASSWORD", PASSWORD)
            .env("WAYLEAVE_DATA", self.data.path())
            .env("WAYLEAVE_DATABASE", &self.database);
    }
}

/// The address in the first line that has one.
fn listen(program: &Path, stdout: impl Read) -> Outcome<SocketAddr> {
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        let Some((_, after)) = line.split_once("http://") else { continue };
        let port = after.rsplit(':').next().and_then(|port| port.trim().parse().ok());
        return Ok(SocketAddr::from(([127, 0, 0, 1], port.ok_or("an address without a port")?)));
    }
    Err(format!("{} did not start; run it by hand to see why", program.display()).into())
}
