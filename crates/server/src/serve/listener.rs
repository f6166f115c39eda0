//! Accepting connections, and the end: nobody whose connection was accepted goes without an answer.

use std::{
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;

use super::{
    Limits,
    connection::{Phase, Shared, attend},
};

/// Serves `router` until `stop` completes and every request in flight is answered, or `limits.grace` is over.
///
/// Every request carries a `PeerAddress`. Dropping the returned future cuts all connections.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let (phase, receiver) = watch::channel(Phase::Serving);
    let shared = Shared { router, tls: tls.map(TlsAcceptor::from), limits, phase: receiver };
    let places = Arc::new(Semaphore::new(places(&limits)));
    let door = Door { shared: Arc::new(shared), places, is_full: AtomicBool::new(false) };
    {
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => door.let_in(stream, peer),
                    Err(error) => wait_out(&error).await,
                },
            }
        }
    }
    phase.send_replace(Phase::Notice);
    door.let_in_all_who_wait(listener);
    if door.is_empty_within(limits.notice).await {
        return;
    }
    phase.send_replace(Phase::Closing);
    if !door.is_empty_within(limits.grace).await {
        tracing::warn!("not every request ended in time; the rest is cut");
    }
    phase.send_replace(Phase::Cut);
}

struct Door {
    shared: Arc<Shared>,
    /// One permit for each connection; all of them are back when all connections are gone.
    places: Arc<Semaphore>,
    /// Said once, not for each of a flood.
    is_full: AtomicBool,
}

impl Door {
    fn let_in(&self, stream: TcpStream, peer: SocketAddr) {
        // Waiting here would leave the peer hanging; it is better told at once.
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            if !self.is_full.swap(true, Ordering::Relaxed) {
                let limit = self.shared.limits.connections;
                tracing::warn!(limit, "connections are refused: too many are open");
            }
            return;
        };
        self.is_full.store(false, Ordering::Relaxed);
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let _place: OwnedSemaphorePermit = place;
            attend(stream, peer, shared).await;
        });
    }

    /// The kernel has accepted these already, so their peers believe to be served.
    fn let_in_all_who_wait(&self, listener: TcpListener) {
        // The runtime's listener says only what it has heard from the kernel so far; the bare one asks.
        let Ok(listener) = listener.into_std() else { return };
        while let Ok((stream, peer)) = listener.accept() {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                self.let_in(stream, peer);
            }
        }
    }

    async fn is_empty_within(&self, time: Duration) -> bool {
        let all = u32::try_from(places(&self.shared.limits)).unwrap_or(u32::MAX);
        tokio::time::timeout(time, self.places.acquire_many(all)).await.is_ok()
    }
}

fn places(limits: &Limits) -> usize {
    usize::try_from(limits.connections).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS)
}

/// A peer that was gone before it was accepted is no reason to wait. When descriptors or memory have run out there is nothing to
/// wait on: the kernel does not tell when there is one again, and asking without a pause would take a whole core.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted) {
        return;
    }
    tracing::warn!(%error, "no connection could be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn waited(error: io::Error) -> Duration {
        let start = tokio::time::Instant::now();
        wait_out(&error).await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn want_of_descriptors_makes_it_wait_and_a_lost_peer_does_not() {
        const EMFILE: i32 = 24;
        assert!(waited(io::Error::from_raw_os_error(EMFILE)).await >= Duration::from_millis(10));
        assert_eq!(waited(io::ErrorKind::ConnectionAborted.into()).await, Duration::ZERO);
    }
}
