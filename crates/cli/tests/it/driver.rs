//! A directory of one's own, and the program run in it.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// No step of a test takes longer, on any machine; one that does hangs.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Place {
    dir: TempDir,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// With a database, as the first start or `wayleave migrate` leaves it.
    pub(crate) fn migrated() -> Self {
        let place = Self::new();
        place.ask(&["migrate"]);
        place
    }

    /// A path inside the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        self.run_with_input(args, "")
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Answer {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        // A command that does not want its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Answer {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must succeed and answers its stdout without the last line's end.
    pub(crate) fn ask(&self, args: &[&str]) -> String {
        let answer = self.run(args);
        assert_eq!(answer.status, 0, "{args:?}: {answer:?}");
        answer.stdout.trim_end().to_owned()
    }

    /// Runs a command that must fail with `status` and one line on stderr, which is answered.
    pub(crate) fn refusal(&self, args: &[&str], status: i32) -> String {
        let answer = self.run(args);
        assert_eq!((answer.status, answer.stdout.as_str()), (status, ""), "{args:?}: {answer:?}");
        assert_eq!(answer.stderr.lines().count(), 1, "{args:?}: {answer:?}");
        answer.stderr.trim_end().to_owned()
    }

    pub(crate) fn create_account(&self, args: &[&str]) {
        let args = [&["local", "account", "create", "--password-stdin"], args].concat();
        let answer = self.run_with_input(&args, "a long password\n");
        assert_eq!(answer.status, 0, "{answer:?}");
    }

    /// Starts the server and waits until it says where it is.
    pub(crate) fn serve(&self) -> Server {
        let mut child = self.command(&["serve"]).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (say, heard) = mpsc::channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        thread::spawn(move || stderr.read_to_end(&mut Vec::new()));
        let mut server = Server { child, heard, port: 0 };
        let line = server.line();
        let port = line.strip_prefix("Wayleave serves http://localhost:").expect(&line);
        server.port = port.parse().unwrap();
        server
    }

    /// Another program, run in the directory as wayleave would be.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        for (name, _) in env::vars().filter(|(name, _)| name.starts_with("WAYLEAVE_")) {
            command.env_remove(name);
        }
        command.env("WAYLEAVE_LISTEN", "127.0.0.1:0");
        command.env("XDG_CONFIG_HOME", self.path("config")).env_remove("COLUMNS");
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_wayleave"));
        command.args(args);
        command
    }
}

/// A running server; it ends with its test.
pub(crate) struct Server {
    child: Child,
    heard: mpsc::Receiver<String>,
    port: u16,
}

impl Server {
    /// The public URL.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The next line that the server prints.
    pub(crate) fn line(&self) -> String {
        self.heard.recv_timeout(PATIENCE).expect("the server prints a line")
    }

    /// The lines up to the first that begins with `start`, that one included.
    pub(crate) fn lines_to(&self, start: &str) -> Vec<String> {
        let mut lines = vec![self.line()];
        while !lines.last().is_some_and(|line| line.trim_start().starts_with(start)) {
            lines.push(self.line());
        }
        lines
    }

    /// Sends a request and answers the whole response, head and body.
    pub(crate) fn request(&self, line: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}",
            self.port
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Waits until `holds`, which takes a second at most and is given some more.
    pub(crate) fn until(&self, holds: impl Fn() -> bool) {
        let waits = (0..200).map(|_| self.heard.recv_timeout(Duration::from_millis(10)));
        assert!(waits.into_iter().any(|_| holds()), "it did not come to hold");
    }

    /// Asks the server to stop and answers its exit status and what it still printed.
    pub(crate) fn stop(mut self) -> (Option<i32>, Vec<String>) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        let mut rest = Vec::new();
        loop {
            match self.heard.recv_timeout(PATIENCE) {
                Ok(line) => rest.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("the server does not stop"),
            }
        }
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
