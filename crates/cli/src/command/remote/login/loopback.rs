//! The port of this computer at which the answer of the authorization endpoint arrives. RFC 8252 §7.3.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::failure::Failure;

const PATH: &str = "/callback";

/// The longest request that is read, and how long one may take.
const MAX_REQUEST: u64 = 16 * 1024;
const SLOWEST: Duration = Duration::from_secs(10);

/// What the right answer carries.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) state: String,
    pub(super) issuer: String,
}

/// What a request at the port turned out to be.
#[derive(Debug, PartialEq, Eq)]
enum Arrival {
    /// Not the answer: another path, or a state that is not ours. It changes nothing.
    Stray,
    Code(String),
    /// The answer is no.
    Refused(String),
}

#[derive(Debug)]
pub(super) struct Listener {
    socket: TcpListener,
    port: u16,
}

impl Listener {
    /// Takes a free port that only this computer reaches.
    pub(super) fn open() -> Result<Self, Failure> {
        let open = || {
            let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let port = socket.local_addr()?.port();
            Ok(Self { socket, port })
        };
        open().map_err(|error: io::Error| {
            Failure::unusable("login", format!("no port of this computer is free: {error}"))
        })
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the answer, and for nothing that only looks like it.
    pub(super) fn wait(self, expected: Expected, patience: Duration) -> Result<Zeroizing<String>, Failure> {
        let (tell, told) = mpsc::channel();
        let port = self.port;
        thread::spawn(move || {
            for stream in self.socket.incoming().filter_map(Result::ok) {
                let arrival = serve(&stream, port, &expected).unwrap_or(Arrival::Stray);
                if arrival != Arrival::Stray {
                    // Nobody listens any more when the patience is at its end.
                    let _ = tell.send(arrival);
                    return;
                }
            }
        });
        match told.recv_timeout(patience) {
            Ok(Arrival::Code(code)) => Ok(Zeroizing::new(code)),
            Ok(Arrival::Refused(why)) => Err(Failure::refused("login", why)),
            Ok(Arrival::Stray) | Err(_) => {
                Err(Failure::refused("login", "nobody signed in within ten minutes; try again"))
            }
        }
    }
}

fn serve(stream: &TcpStream, port: u16, expected: &Expected) -> io::Result<Arrival> {
    stream.set_read_timeout(Some(SLOWEST))?;
    stream.set_write_timeout(Some(SLOWEST))?;
    let mut reader = BufReader::new(stream.take(MAX_REQUEST));
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let arrival = judge(&head, port, expected);
    let (status, text) = match &arrival {
        Arrival::Stray => ("404 Not Found", "There is nothing here."),
        Arrival::Code(_) => ("200 OK", "The command line goes on from here. You can close this page."),
        Arrival::Refused(_) => ("200 OK", "The command line did not get access. It says why."),
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n\
         <!doctype html><html lang=\"en\"><title>Wayleave</title><p>{text}</p></html>"
    )?;
    stream.flush()?;
    Ok(arrival)
}

/// Only a GET of the path, at this very host, with the state of this login and the issuer that was asked (RFC 9207 §2.4) is the answer.
fn judge(head: &[String], port: u16, expected: &Expected) -> Arrival {
    let target =
        head.first().and_then(|line| line.strip_prefix("GET ")).and_then(|line| line.split(' ').next());
    let Some((PATH, query)) = target.and_then(|target| target.split_once('?')) else {
        return Arrival::Stray;
    };
    let host = head
        .iter()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("host"));
    if host.map(|(_, value)| value.trim()) != Some(&format!("127.0.0.1:{port}")) {
        return Arrival::Stray;
    }
    let parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let one = |name: &str| {
        let mut values =
            parameters.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    };
    let is_ours = one("state").is_some_and(|state| state.as_bytes().ct_eq(expected.state.as_bytes()).into());
    if !is_ours {
        return Arrival::Stray;
    }
    if one("iss") != Some(&expected.issuer) {
        return Arrival::Refused(
            "the answer came from another server than the one that was asked".to_owned(),
        );
    }
    match (one("code"), one("error")) {
        (Some(code), None) => Arrival::Code(code.to_owned()),
        (_, Some("access_denied")) => Arrival::Refused("it was not allowed".to_owned()),
        (_, Some(error)) => {
            let said = one("error_description").map(|said| format!(": {said}")).unwrap_or_default();
            Arrival::Refused(format!("{error}{said}"))
        }
        (None, None) => Arrival::Refused("the answer has neither a code nor an error".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "Host: 127.0.0.1:7";

    fn arrival(lines: &[&str]) -> Arrival {
        let head: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        judge(&head, 7, &Expected { state: "s".to_owned(), issuer: "https://a.example".to_owned() })
    }

    fn query(query: &str) -> Arrival {
        arrival(&[&format!("GET /callback?{query} HTTP/1.1"), HOST])
    }

    #[test]
    fn the_answer_has_our_state_and_the_issuer_that_was_asked() {
        assert_eq!(query("code=c&state=s&iss=https://a.example"), Arrival::Code("c".to_owned()));
        for other in
            ["code=c&state=s&iss=https://evil.example", "code=c&state=s", "state=s&iss=https://a.example"]
        {
            assert!(matches!(query(other), Arrival::Refused(_)), "{other}");
        }
    }

    #[test]
    fn what_a_stranger_sends_to_the_port_changes_nothing() {
        for stray in [
            "code=c&state=x&iss=https://a.example",
            "code=c&iss=https://a.example",
            "code=c&state=s&state=s",
            "error=x",
        ] {
            assert_eq!(query(stray), Arrival::Stray, "{stray}");
        }
        let good = "GET /callback?code=c&state=s&iss=https://a.example HTTP/1.1";
        for head in [
            &[good][..],
            &[good, "Host: evil.example:7"],
            &[good, "Host: localhost:7"],
            &["GET /favicon.ico HTTP/1.1", HOST],
            &["POST /callback?code=c&state=s&iss=https://a.example HTTP/1.1", HOST],
            &[],
        ] {
            assert_eq!(arrival(head), Arrival::Stray, "{head:?}");
        }
    }

    #[test]
    fn a_refusal_of_the_server_is_told() {
        let of = |error: &str| {
            query(&format!("error={error}&error_description=why&state=s&iss=https://a.example"))
        };
        assert_eq!(of("access_denied"), Arrival::Refused("it was not allowed".to_owned()));
        assert_eq!(of("invalid_scope"), Arrival::Refused("invalid_scope: why".to_owned()));
    }
}
