//! One question and one answer, over a connection of their own. RFC 9110 §9.3.1.

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinSet,
};
use url::{Position, Url};

use super::{EgressError, Fetched};

/// The longest head of an answer, and its most fields.
const MAX_HEAD: usize = 16 * 1024;
const MAX_FIELDS: usize = 64;

const USER_AGENT: &str = concat!("wayleave/", env!("CARGO_PKG_VERSION"));

/// Asks for `url`, and reads at most `max_bytes` of what comes with status 200.
pub(super) async fn get<S>(stream: S, url: &Url, max_bytes: usize) -> Result<Fetched, EgressError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_FIELDS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| EgressError::Protocol)?;
    // Ends with this function, whatever happens.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request(url)?).await.map_err(|_| EgressError::Protocol)?;
    let (head, body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(EgressError::Status(head.status));
    }
    if head.headers.get_all(header::CONTENT_ENCODING).iter().any(|encoding| encoding != "identity") {
        return Err(EgressError::Packed);
    }
    let announced =
        head.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > max_bytes) {
        return Err(EgressError::TooLong);
    }
    let body = Limited::new(body, max_bytes).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { EgressError::TooLong } else { EgressError::Protocol }
    })?;
    Ok(Fetched { headers: head.headers, body: body.to_bytes() })
}

fn request(url: &Url) -> Result<Request<Empty<Bytes>>, EgressError> {
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host = HeaderValue::try_from(host).map_err(|_| EgressError::Url)?;
    Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(header::HOST, host)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "application/json, application/*+json")
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| EgressError::Url)
}
