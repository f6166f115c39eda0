//! `cargo xtask screenshots [FOLDER]`: a picture of every page, light and dark, narrow and wide, to be looked at. None is ever committed.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::failure::{Failure, Outcome, because};
use crate::place::Place;
use crate::runner::{Runner, timed};
use crate::setup;

/// A server with a database of its own, gone when it is dropped.
struct House {
    server: Child,
    origin: String,
    /// That of `admin`, as the first start printed it.
    password: String,
    _data: TempDir,
}

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    let folder = match arguments {
        [] => place.target().join("screenshots"),
        [folder] => PathBuf::from(folder),
        _ => return Err(Failure::usage("cargo xtask screenshots [FOLDER]")),
    };
    setup::run(place, runner, &[])?;
    runner.step("cargo build -p wayleave", place.cargo("build").args(["-p", "wayleave"]))?;
    let house = timed("start a server", || House::start(place))?;
    let script = |name: &str| {
        let mut node = Command::new("node");
        node.arg(name)
            .current_dir(place.clients())
            .env("ORIGIN", &house.origin)
            .env("USERNAME", "admin")
            .env("PASSWORD", &house.password)
            .env("PICTURES", &folder);
        setup::put_node_on_path(place, &mut node);
        node
    };
    runner.step("let somebody move in", &mut script("webui/fill.mjs"))?;
    runner.step(&format!("look at every page, into {}", folder.display()), &mut script("webui/walk.mjs"))
}

impl House {
    fn start(place: &Place) -> Outcome<Self> {
        let data = tempfile::tempdir().map_err(because("making a temporary directory"))?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = free.map_err(because("looking for a free port"))?.port();
        let origin = format!("http://localhost:{port}");
        let mut server = Command::new(place.wayleave())
            .args(["--listen", &format!("127.0.0.1:{port}"), "--public-url", &origin, "--data"])
            .arg(data.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(because("starting wayleave"))?;
        let password = server.stdout.take().and_then(password);
        let house = Self { server, origin, password: password.unwrap_or_default(), _data: data };
        if house.password.is_empty() {
            return Err(Failure::new("wayleave did not print the password of its first start"));
        }
        Ok(house)
    }
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
