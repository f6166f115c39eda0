//! HTTP/1.1 as bytes on the wire: what is no request, or two at once, or not ours. RFC 9112, RFC 9110.

mod framing;
mod targets;

use crate::world::World;

const FORM: &str = "Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";

/// The status lines of everything that comes back until the server closes the connection.
async fn statuses(world: &World, request: &str) -> Vec<String> {
    let answer = world.raw(request.as_bytes()).await;
    answer.split("HTTP/1.1 ").skip(1).map(|line| line.chars().take(3).collect()).collect()
}

/// Asks for the end of the connection after one request, so that an answer can be read to its end.
fn last(request_line: &str, headers: &str) -> String {
    format!("{request_line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")
}
