//! How long a connection waits for its peer, and for what: for a request to begin, for its head to end, for written bytes to be taken.
//!
//! The HTTP/1 implementation knows one timeout for a head and starts it when the one before was answered, so that an idle
//! connection and one that drips a header a byte a second look alike. Here the stream tells the timer when the first byte came.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use hyper::rt::{self, Read, ReadBufCursor, Write};
use tokio::time::Sleep;

use super::Limits;

/// What is known of one connection while it is open.
#[derive(Debug, Default)]
pub(super) struct Line {
    has_read: AtomicBool,
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Line {
    /// A request came; it ends when what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> InFlight {
        self.begun.fetch_add(1, Ordering::Relaxed);
        InFlight(Arc::clone(self))
    }

    /// Comes back when no request was there for `idle`, at the latest after twice that time.
    pub(super) async fn unused(&self, idle: Duration) {
        loop {
            let before = self.begun.load(Ordering::Relaxed);
            tokio::time::sleep(idle).await;
            if self.begun.load(Ordering::Relaxed) == before && self.ended.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }
}

/// A request that has no response yet.
pub(super) struct InFlight(Arc<Line>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// The timer of one HTTP/1 connection. Whatever deadline is asked for, it waits `idle` for the first byte of a head and then `head` for the last.
#[derive(Clone, Debug)]
pub(super) struct HeadTimer {
    pub(super) line: Arc<Line>,
    pub(super) limits: Limits,
}

struct HeadSleep {
    line: Arc<Line>,
    head: Duration,
    has_begun: bool,
    sleep: Pin<Box<Sleep>>,
}

impl rt::Timer for HeadTimer {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn rt::Sleep>> {
        self.line.has_read.store(false, Ordering::Relaxed);
        Box::pin(HeadSleep {
            line: Arc::clone(&self.line),
            head: self.limits.head,
            has_begun: false,
            sleep: Box::pin(tokio::time::sleep(self.limits.idle)),
        })
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn rt::Sleep>> {
        self.sleep(self.limits.idle)
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

impl rt::Sleep for HeadSleep {}

impl Future for HeadSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.has_begun && self.line.has_read.load(Ordering::Relaxed) {
            self.has_begun = true;
            let deadline = tokio::time::Instant::now() + self.head;
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(context)
    }
}

/// A stream that notes what it reads, gives up on a peer that takes nothing, and ends without cutting off its last words.
pub(super) struct Stream<I> {
    io: I,
    line: Arc<Line>,
    stall: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    ending: Ending,
}

enum Ending {
    No,
    /// Ours is closed; what the peer still sends is read and dropped.
    Draining {
        left: usize,
        until: Pin<Box<Sleep>>,
    },
}

impl<I> Stream<I> {
    pub(super) fn new(io: I, line: Arc<Line>, limits: &Limits) -> Self {
        Self { io, line, stall: limits.stall, stalled: None, ending: Ending::No }
    }

    /// Lets a write that makes no progress wait `stall` and no longer.
    fn or_stalled<T>(&mut self, poll: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.stalled = None;
            return poll;
        }
        let stall = self.stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<I: Read + Unpin> Read for Stream<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let outcome = ready!(Pin::new(&mut stream.io).poll_read(context, buffer));
        stream.line.has_read.store(true, Ordering::Relaxed);
        Poll::Ready(outcome)
    }
}

impl<I: Read + Write + Unpin> Write for Stream<I> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        let poll = Pin::new(&mut stream.io).poll_write(context, bytes);
        stream.or_stalled(poll, context)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let poll = Pin::new(&mut stream.io).poll_flush(context);
        stream.or_stalled(poll, context)
    }

    /// Closes our half, then reads on for a moment. Closing with unread bytes would reset the connection, and the peer
    /// might lose the answer that tells it why. RFC 9112 §9.6.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        if let Ending::No = stream.ending {
            let poll = Pin::new(&mut stream.io).poll_shutdown(context);
            ready!(stream.or_stalled(poll, context))?;
            let until = Box::pin(tokio::time::sleep(Duration::from_secs(2)));
            stream.ending = Ending::Draining { left: 1024 * 1024, until };
        }
        let Ending::Draining { left, until } = &mut stream.ending else {
            return Poll::Ready(Ok(()));
        };
        let mut bytes = [0; 4096];
        loop {
            let mut buffer = rt::ReadBuf::new(&mut bytes);
            let poll = Pin::new(&mut stream.io).poll_read(context, buffer.unfilled());
            match (poll, buffer.filled().len()) {
                (Poll::Pending, _) => return until.as_mut().poll(context).map(Ok),
                (Poll::Ready(Ok(())), read @ 1..) if read < *left => *left -= read,
                (Poll::Ready(_), _) => return Poll::Ready(Ok(())),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        let poll = Pin::new(&mut stream.io).poll_write_vectored(context, slices);
        stream.or_stalled(poll, context)
    }
}
