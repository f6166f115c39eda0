//! This server as its own client sees it: the routes of the wire, called without a socket.

use axum::{Router, body::Body, response::Response};
use http::{HeaderValue, Method, Request, header, request::Parts};
use serde_json::Value;
use tower::ServiceExt;

use crate::{config::Issuer, wire::extract::PeerAddress};

/// Answers of our own endpoints are never longer, in bytes.
const LONGEST_ANSWER: usize = 256 * 1024;

/// The endpoints and the metadata, with everything that stands before them.
#[derive(Clone, Debug)]
pub struct Itself {
    wire: Router,
    origin: String,
    authority: String,
}

/// For whom a call is made: the endpoint sees their address.
#[derive(Clone, Debug, Default)]
pub struct OnBehalf {
    peer: Option<PeerAddress>,
    forwarded: Vec<HeaderValue>,
}

/// An endpoint said no, or nothing that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub error: String,
    pub description: String,
}

impl OnBehalf {
    pub fn of(parts: &Parts) -> Self {
        Self {
            peer: parts.extensions.get().copied(),
            forwarded: parts.headers.get_all("x-forwarded-for").iter().cloned().collect(),
        }
    }
}

impl Itself {
    /// `wire` has the routes under the paths that the metadata name.
    pub fn new(wire: Router, issuer: &Issuer) -> Self {
        let origin = issuer.origin();
        let authority = origin.split_once("://").map_or("", |(_, authority)| authority).to_owned();
        Self { wire, origin, authority }
    }

    pub async fn get(&self, url: &str, caller: &OnBehalf) -> Result<Value, Refused> {
        self.call(Method::GET, url, Body::empty(), caller).await
    }

    pub async fn post(&self, url: &str, form: &[(&str, &str)], caller: &OnBehalf) -> Result<Value, Refused> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.call(Method::POST, url, Body::from(body), caller).await
    }

    async fn call(&self, method: Method, url: &str, body: Body, caller: &OnBehalf) -> Result<Value, Refused> {
        let path =
            url.strip_prefix(&self.origin).ok_or_else(|| nonsense("an endpoint is not at this server"))?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.authority)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .map_err(|_| nonsense("a request could not be made"))?;
        for value in &caller.forwarded {
            request.headers_mut().append("x-forwarded-for", value.clone());
        }
        if let Some(peer) = caller.peer {
            request.extensions_mut().insert(peer);
        }
        let answer = self.wire.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        read(answer).await
    }
}

async fn read(answer: Response) -> Result<Value, Refused> {
    let is_success = answer.status().is_success();
    let body = axum::body::to_bytes(answer.into_body(), LONGEST_ANSWER)
        .await
        .map_err(|_| nonsense("an answer was too long"))?;
    let json: Value = serde_json::from_slice(&body).map_err(|_| nonsense("an answer was no JSON"))?;
    if is_success {
        return Ok(json);
    }
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Err(Refused { error: text("error"), description: text("error_description") })
}

fn nonsense(why: &str) -> Refused {
    Refused { error: "server_error".to_owned(), description: why.to_owned() }
}
