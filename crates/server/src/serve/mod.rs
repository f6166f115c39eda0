//! The server's own end of the wire: accepting connections, bounding what a peer may cost, and ending without losing a request.

pub mod bounds;
mod connection;
mod listener;
mod patience;
pub mod shutdown;
pub mod tls;

use std::time::Duration;

pub use listener::serve;

/// What one peer may cost. Sizes in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open at one time; more are closed as they come.
    pub connections: u32,
    /// From a request's first byte to the end of its headers; also for a TLS handshake.
    pub head: Duration,
    /// From the end of the headers to the start of the response.
    pub request: Duration,
    /// A connection without any request.
    pub idle: Duration,
    /// A peer that takes nothing of what is written to it.
    pub stall: Duration,
    /// The request line with all headers.
    pub head_size: u32,
    pub headers: usize,
    pub target: usize,
    /// Requests at one time on one HTTP/2 connection.
    pub streams: u32,
    /// Streams that a peer reset and that are not cleared away yet.
    pub pending_resets: usize,
    /// At the end: how long open connections may still bring requests that were already on their way.
    pub notice: Duration,
    /// At the end: how long requests in flight are waited for, beginning after the notice.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            head: Duration::from_secs(10),
            request: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            stall: Duration::from_mins(1),
            head_size: 64 * 1024,
            headers: 100,
            target: 8 * 1024,
            streams: 128,
            pending_resets: 20,
            notice: Duration::from_secs(1),
            grace: Duration::from_secs(29),
        }
    }
}

#[cfg(test)]
mod tests;
