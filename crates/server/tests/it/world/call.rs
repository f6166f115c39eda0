//! One request, written by hand, over a connection of its own.

use std::net::SocketAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Answer, Form, World};

/// A request that is still being written.
#[derive(Clone)]
#[must_use = "a request that is not sent does nothing"]
pub(crate) struct Call {
    address: SocketAddr,
    method: Method,
    /// Path and query.
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl World {
    pub(crate) fn get(&self, target: &str) -> Call {
        self.call(Method::GET, target)
    }

    pub(crate) fn post(&self, target: &str) -> Call {
        self.call(Method::POST, target)
    }

    /// Sends these bytes and answers everything that comes back until the server closes the connection.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let stream = TcpStream::connect(self.address()).await.expect("a connection");
        let (mut reader, mut writer) = stream.into_split();
        let mut answer = Vec::new();
        // The server may end the connection before it took everything; what it said of that counts.
        let _sent = tokio::join!(writer.write_all(bytes), reader.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request for a path of this server, or for a URL that begins with its origin.
    pub(crate) fn call(&self, method: Method, target: &str) -> Call {
        let issuer = self.issuer();
        let host = issuer.split('/').nth(2).expect("a host").to_owned();
        let (scheme, _) = issuer.split_once("//").expect("a scheme");
        let target = target.strip_prefix(&format!("{scheme}//{host}")).unwrap_or(target).to_owned();
        let call =
            Call { address: self.address(), method, target, headers: HeaderMap::new(), body: Bytes::new() };
        call.header("host", &host)
    }
}

impl Call {
    /// The same request to another node.
    pub(crate) fn to(mut self, node: SocketAddr) -> Self {
        self.address = node;
        self
    }

    /// The same request by another method.
    pub(crate) fn by_method(mut self, method: &Method) -> Self {
        self.method = method.clone();
        self
    }

    pub(crate) fn form(self, form: &Form) -> Self {
        self.body("application/x-www-form-urlencoded", form.encoded())
    }

    pub(crate) fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Both halves form-encoded first. RFC 6749 §2.3.1.
    pub(crate) fn basic(self, client_id: &str, secret: &str) -> Self {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let credentials = format!("{}:{}", encode(client_id), encode(secret));
        self.header("authorization", &format!("Basic {}", STANDARD.encode(credentials)))
    }

    /// With this header once.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = Self::pair(name, value);
        self.headers.insert(name, value);
        self
    }

    /// With this header once more.
    pub(crate) fn also_header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = Self::pair(name, value);
        self.headers.append(name, value);
        self
    }

    /// Sends it and waits for the whole answer. Redirects are answers.
    pub(crate) async fn send(self) -> Answer {
        let stream = TcpStream::connect(self.address).await.expect("a connection");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        tokio::spawn(connection);
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.target.parse().expect("a path and a query");
        *request.headers_mut() = self.headers;
        request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        let (head, body) = sender.send_request(request).await.expect("an answer").into_parts();
        let body = body.collect().await.expect("a whole answer").to_bytes();
        Answer::new(head.status.as_u16(), head.headers, body)
    }

    fn pair(name: &str, value: &str) -> (HeaderName, HeaderValue) {
        (name.parse().expect("a header name"), value.parse().expect("a header value"))
    }
}
