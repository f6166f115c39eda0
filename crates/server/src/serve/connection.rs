//! One connection, from its handshake to its last byte.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc};

use axum::{Router, response::Response};
use http::{HeaderValue, Request, header};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulConnection,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tower::Service;

use super::{
    Limits,
    patience::{HeadTimer, Line, Stream},
};
use crate::wire::extract::peer::PeerAddress;

/// How far the server is on its way to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Serving,
    /// No new connections; each response is the last on its HTTP/1 connection.
    Notice,
    /// Idle connections close, the others after the requests they have.
    Closing,
    /// Whatever is left is cut.
    Cut,
}

/// What all connections of a listener have in common.
pub(super) struct Shared {
    pub(super) router: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: Limits,
    pub(super) phase: watch::Receiver<Phase>,
}

#[derive(Clone, Copy)]
enum Protocol {
    Http1,
    Http2,
}

/// Serves one connection until it ends.
pub(super) async fn attend(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // Responses are small; waiting to fill a segment would only delay them. It fails on a connection that is gone already.
    stream.set_nodelay(true).unwrap_or_default();
    let Some(tls) = &shared.tls else {
        return speak(stream, Protocol::Http1, peer, &shared).await;
    };
    let mut phase = shared.phase.clone();
    let handshake = tokio::select! {
        handshake = tokio::time::timeout(shared.limits.head, tls.accept(stream)) => handshake,
        _ = phase.wait_for(|phase| *phase == Phase::Cut) => return,
    };
    match handshake {
        Ok(Ok(stream)) => {
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let protocol = if is_http2 { Protocol::Http2 } else { Protocol::Http1 };
            speak(stream, protocol, peer, &shared).await;
        }
        Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS handshake"),
        Err(_) => tracing::debug!(%peer, "the TLS handshake took too long"),
    }
}

async fn speak<I>(io: I, protocol: Protocol, peer: SocketAddr, shared: &Arc<Shared>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let line = Arc::new(Line::default());
    let limits = &shared.limits;
    let service = service_fn(|request| answer(request, peer, Arc::clone(&line), Arc::clone(shared)));
    let stream = Stream::new(TokioIo::new(io), Arc::clone(&line), limits);
    let ended = match protocol {
        Protocol::Http1 => {
            let connection = http1(&line, limits).serve_connection(stream, service);
            // Its timer knows already how long to wait for a request.
            until_its_end(connection, std::future::pending, shared).await
        }
        Protocol::Http2 => {
            let connection = http2(limits).serve_connection(stream, service);
            until_its_end(connection, || line.unused(limits.idle), shared).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke");
    }
}

/// Drives a connection, and has it close when the server ends or when it is `unused`.
async fn until_its_end<C, U>(connection: C, unused: impl Fn() -> U, shared: &Shared) -> Result<(), C::Error>
where
    C: GracefulConnection,
    U: Future<Output = ()>,
{
    let mut connection = pin!(connection);
    let mut phase = shared.phase.clone();
    // A connection that comes at the end has to learn so too.
    phase.mark_changed();
    let mut is_given_up = false;
    loop {
        tokio::select! {
            // The connection first: what it has received is read before it hears that it shall close.
            biased;
            ended = connection.as_mut() => return ended,
            change = phase.changed() => {
                let now = *phase.borrow_and_update();
                match now {
                    _ if change.is_err() => return Ok(()),
                    Phase::Serving | Phase::Notice => {}
                    Phase::Closing => connection.as_mut().graceful_shutdown(),
                    Phase::Cut => return Ok(()),
                }
            }
            () = unused() => {
                if is_given_up {
                    return Ok(());
                }
                connection.as_mut().graceful_shutdown();
                is_given_up = true;
            }
        }
    }
}

/// More than 100 headers the parser refuses without being asked.
fn http1(line: &Arc<Line>, limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(HeadTimer { line: Arc::clone(line), limits: *limits })
        .header_read_timeout(limits.head)
        .max_header_size(usize::try_from(limits.head_size).unwrap_or(usize::MAX))
        .max_buf_size(64 * 1024);
    http
}

/// Spoken where TLS agreed on it, and nowhere else.
fn http2(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.head_size)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .max_local_error_reset_streams(limits.pending_resets)
        .initial_stream_window_size(64 * 1024)
        .initial_connection_window_size(1024 * 1024)
        .max_send_buf_size(64 * 1024);
    http
}

async fn answer(
    mut request: Request<Incoming>,
    peer: SocketAddr,
    line: Arc<Line>,
    shared: Arc<Shared>,
) -> Result<Response, Infallible> {
    let _in_flight = line.begin();
    let is_http1 = request.version() < http::Version::HTTP_2;
    request.extensions_mut().insert(PeerAddress(peer));
    let mut response = shared.router.clone().call(request).await?;
    if is_http1 && *shared.phase.borrow() > Phase::Serving {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
