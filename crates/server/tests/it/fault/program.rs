//! The program as an operator runs it: a process of its own, found by its port, ended by its id.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::world::Place;

/// For so long a start or an end may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `wayleave`, killed when it is dropped.
pub(super) struct Program {
    child: Child,
    pub(super) port: u16,
}

/// An answer, whole.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).expect("text")
    }
}

impl Program {
    /// Starts the program on a free port and waits until it says that it serves. Its log goes to `log`, if named.
    pub(super) async fn start(place: &Place, log: Option<&PathBuf>) -> Self {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it").port();
        let stderr = log.map_or_else(Stdio::null, |path| {
            std::fs::File::options().create(true).append(true).open(path).expect("a log").into()
        });
        let mut child = command(place)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("WAYLEAVE_LOG_FILTER", "debug,hyper=info,tokio_postgres=info")
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("its output");
        let says_so = tokio::task::spawn_blocking(move || {
            BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .any(|line| line.starts_with("Wayleave serves"))
        });
        let says_so =
            tokio::time::timeout(PATIENCE, says_so).await.expect("it serves in time").expect("a thread");
        assert!(says_so, "the program ended before it served");
        Self { child, port }
    }

    /// One line to the program, kept alive.
    pub(super) async fn line(&self) -> Option<Line> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Line { sender, host: format!("localhost:{}", self.port) })
    }

    /// `kill -9`.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// SIGTERM, as a service manager ends it.
    pub(super) fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(super) async fn ended(mut self) -> ExitStatus {
        let waits = tokio::task::spawn_blocking(move || self.child.wait().expect("an end"));
        tokio::time::timeout(PATIENCE, waits).await.expect("it ends in time").expect("a thread")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command of the program beside the server, answering what it prints.
pub(super) fn local(place: &Place, arguments: &[&str]) -> String {
    let output = command(place).arg("local").args(arguments).output().expect("the command runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

fn command(place: &Place) -> Command {
    let program = std::env::var_os("WAYLEAVE_BIN").map(PathBuf::from);
    let program =
        program.expect("no program to test: run `cargo xtask test`, or set WAYLEAVE_BIN to a built wayleave");
    let config = place.config(0);
    let mut command = Command::new(program);
    command
        .current_dir(&config.data)
        .env("WAYLEAVE_DATA", &config.data)
        .env("WAYLEAVE_DATABASE", &config.database);
    command
}

/// A connection on which one request follows another.
pub(super) struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Line {
    /// The answer, or nothing when the connection broke before it was whole.
    pub(super) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Option<Reply> {
        let mut request = Request::builder().method(method).uri(path).header("host", &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        self.sender.ready().await.ok()?;
        let (head, body) = self.sender.send_request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Reply { status: head.status, headers: head.headers, body })
    }

    pub(super) async fn post_json(&mut self, path: &str, bearer: &str, value: &Value) -> Option<Reply> {
        let bearer = format!("Bearer {bearer}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.send("POST", path, &headers, value.to_string()).await
    }

    pub(super) async fn post_form(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Option<Reply> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, body).await
    }
}
