//! One keep-alive connection: asks, waits, hears, asks again.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::sample::Sample;
use super::wire::Answer;
use crate::Outcome;
use crate::clock;
use crate::talk::Talk;

const CHUNK: usize = 16 * 1024;

/// A connection and the talk that goes over it.
pub(super) struct Connection<'t> {
    stream: TcpStream,
    talk: &'t mut dyn Talk,
    outgoing: Vec<u8>,
    sent: usize,
    incoming: Vec<u8>,
    filled: usize,
    state: State,
    /// Between two requests; `None`: at once.
    interval: Option<Duration>,
    due: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// May ask at `due`.
    Idle,
    /// Asked at this moment, or should have.
    Waiting(Instant),
    /// Has nothing more to ask.
    Done,
}

impl<'t> Connection<'t> {
    /// Connects; the first request is due at `due`.
    pub(super) fn open(
        address: SocketAddr,
        talk: &'t mut dyn Talk,
        interval: Option<Duration>,
        due: Instant,
    ) -> Outcome<Self> {
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream: TcpStream::from_std(stream),
            talk,
            outgoing: Vec::with_capacity(2048),
            sent: 0,
            incoming: vec![0; CHUNK],
            filled: 0,
            state: State::Idle,
            interval,
            due,
        })
    }

    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> Outcome<()> {
        Ok(registry.register(&mut self.stream, token, Interest::READABLE | Interest::WRITABLE)?)
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting(_))
    }

    /// When it wants to ask next, if it may and does not wait for an answer.
    pub(super) fn due(&self) -> Option<Instant> {
        (self.state == State::Idle).then_some(self.due)
    }

    /// Asks, if it is time to. The wait for the answer counts from `since`.
    pub(super) fn ask(&mut self, since: Instant, now: Instant, end: Instant) -> Outcome<()> {
        if self.state != State::Idle || self.due > now {
            return Ok(());
        }
        self.outgoing.clear();
        self.sent = 0;
        if now >= end || !self.talk.ask(&mut self.outgoing) {
            self.state = State::Done;
            return Ok(());
        }
        self.state = State::Waiting(since);
        self.send()
    }

    /// Goes on with sending and reading, as the socket allows. Answers the moment of the last answer that counts.
    pub(super) fn proceed(&mut self, sample: &mut Sample, end: Instant) -> Outcome<Option<Instant>> {
        let mut last = None;
        self.send()?;
        while let State::Waiting(since) = self.state {
            if !self.receive()? {
                return Ok(last);
            }
            let Some((answer, used)) = Answer::read(self.incoming.get(..self.filled).unwrap_or_default())?
            else {
                continue;
            };
            let now = clock::instant();
            self.talk.hear(&answer)?;
            if used != self.filled {
                return Err("more was answered than asked".into());
            }
            self.filled = 0;
            if now <= end {
                sample.record(now.duration_since(since));
                last = Some(now);
            }
            self.state = State::Idle;
            self.due = self.interval.map_or(now, |interval| self.due + interval);
            // A paced request that is late because the one before took long counts from when it was due.
            self.ask(self.due, now, end)?;
        }
        Ok(last)
    }

    fn send(&mut self) -> Outcome<()> {
        while let Some(rest @ [_, ..]) = self.outgoing.get(self.sent..) {
            match self.stream.write(rest) {
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether something was read.
    fn receive(&mut self) -> Outcome<bool> {
        if self.filled == self.incoming.len() {
            self.incoming.resize(self.filled + CHUNK, 0);
        }
        match self.stream.read(self.incoming.get_mut(self.filled..).unwrap_or_default()) {
            Ok(0) => Err("the server closed a connection".into()),
            Ok(read) => {
                self.filled += read;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
