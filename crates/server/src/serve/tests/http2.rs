use std::time::Duration;

use axum::body::Body;
use http::{Request, Version};
use hyper::client::conn::http2::{Connection, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    pki_types::ServerName,
    version::{TLS12, TLS13},
};
use tokio::sync::watch;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::*;
use crate::{config::Tls, serve::tls};

/// A server that speaks TLS, and what its peers trust.
pub(super) struct TlsServer {
    server: Server,
    roots: RootCertStore,
}

type Io = TokioIo<TlsStream<TcpStream>>;

impl TlsServer {
    pub(super) async fn start(router: Router) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let files = Tls { certificate: dir.path().join("c.pem"), key: dir.path().join("k.pem") };
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let config = tls::load(&files).unwrap();
        Self { server: Server::start_with(router, Limits::default(), Some(config)).await, roots }
    }

    async fn connect(
        &self,
        version: &'static SupportedProtocolVersion,
        protocol: &str,
    ) -> TlsStream<TcpStream> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
        let mut config = builder.with_root_certificates(self.roots.clone()).with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, self.server.connect().await).await.unwrap()
    }

    /// A connection that is agreed on HTTP/2, and on which nothing was said yet.
    pub(super) async fn http2_stream(&self) -> TlsStream<TcpStream> {
        self.connect(&TLS13, "h2").await
    }

    async fn http2(&self) -> (SendRequest<Body>, Connection<Io, Body, TokioExecutor>) {
        let io = TokioIo::new(self.http2_stream().await);
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap()
    }
}

fn get_root() -> Request<Body> {
    Request::get("https://localhost/").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken() {
    let tls = TlsServer::start(hello()).await;
    for version in [&TLS12, &TLS13] {
        let mut stream = tls.connect(version, "http/1.1").await;
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        stream.write_all(GET.as_bytes()).await.unwrap();
        let mut bytes = vec![0; 12];
        stream.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, b"HTTP/1.1 200");
    }
}

#[tokio::test]
async fn what_is_no_tls_gets_no_http() {
    let tls = TlsServer::start(hello()).await;
    let mut stream = tls.server.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap_or_default();
    // At most an alert: a record of type 21.
    assert!(bytes.is_empty() || bytes.starts_with(&[21]), "{bytes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_has_10_seconds() {
    let tls = TlsServer::start(hello()).await;
    let mut stream = tls.server.connect().await;
    let start = tokio::time::Instant::now();
    assert_eq!(read_all(&mut stream).await, "");
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn http_2_is_spoken_where_tls_agreed_on_it() {
    let tls = TlsServer::start(hello()).await;
    let (mut send, connection) = tls.http2().await;
    tokio::spawn(connection);
    let response = send.send_request(get_root()).await.unwrap();
    assert_eq!((response.status().as_u16(), response.version()), (200, Version::HTTP_2));
}

#[tokio::test]
async fn http_2_is_not_spoken_without_tls() {
    let server = Server::start(hello(), Limits::default()).await;
    let answer = server.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!answer.contains("200"), "{answer}");
}

#[tokio::test]
async fn a_header_block_larger_than_64_kib_is_431_on_http_2_too() {
    let tls = TlsServer::start(hello()).await;
    let (mut send, connection) = tls.http2().await;
    tokio::spawn(connection);
    let mut request = get_root();
    for _ in 0..9 {
        request.headers_mut().append("long", "x".repeat(8 * 1024).parse().unwrap());
    }
    assert_eq!(send.send_request(request).await.unwrap().status(), 431);
}

#[tokio::test]
async fn a_stream_in_flight_is_answered_after_the_stop() {
    let (go_on, wait) = watch::channel(false);
    let runs = Arc::new(tokio::sync::Notify::new());
    let told = Arc::clone(&runs);
    let handler = async move || {
        told.notify_one();
        wait.clone().wait_for(|go_on| *go_on).await.unwrap();
    };
    let mut tls = TlsServer::start(Router::new().route("/", get(handler))).await;
    let (mut send, connection) = tls.http2().await;
    tokio::spawn(connection);
    let answer = tokio::spawn(send.send_request(get_root()));
    runs.notified().await;
    tls.server.stop();
    send.ready().await.unwrap();
    while TcpStream::connect(tls.server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.send_replace(true);
    assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    tls.server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_http_2_connection_without_requests_ends() {
    let tls = TlsServer::start(hello()).await;
    let (mut send, connection) = tls.http2().await;
    let connection = tokio::spawn(connection);
    let start = tokio::time::Instant::now();
    send.send_request(get_root()).await.unwrap();
    connection.await.unwrap().unwrap();
    let idle = Duration::from_secs(75);
    assert!((idle..=2 * idle + Duration::from_secs(1)).contains(&start.elapsed()), "{:?}", start.elapsed());
}
