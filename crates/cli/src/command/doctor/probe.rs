//! One request and what came of it, kept so that it can be shown.

use std::time::Duration;

use serde_json::Value;
use ureq::{
    Agent,
    http::{Request, Response},
};

use crate::{failure::Failure, remote::http};

/// The patience of hosted clients with discovery, registration and the token endpoint.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read.
const MAX_BODY: u64 = 1024 * 1024;

/// Sends requests to whatever a server's metadata name, with no credential but what a request carries, and remembers each.
#[derive(Debug)]
pub(super) struct Prober {
    agent: Agent,
    exchanges: Vec<Exchange>,
}

/// What was sent and what came back.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) sent: Sent,
    /// An answer, or why there is none.
    pub(super) answer: Result<Answer, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Prober {
    pub(super) fn new() -> Result<Self, Failure> {
        let config = http::configuration().timeout_global(Some(PATIENCE)).tls_config(http::tls()?).build();
        Ok(Self { agent: config.new_agent(), exchanges: Vec::new() })
    }

    /// Sends it, or answers what it got the last time: the doctor changes nothing between two equal requests.
    pub(super) fn send(&mut self, sent: Sent) -> Exchange {
        if let Some(known) = self.exchanges.iter().find(|exchange| exchange.sent == sent) {
            return known.clone();
        }
        let answer = self.answer(&sent);
        let exchange = Exchange { sent, answer };
        self.exchanges.push(exchange.clone());
        exchange
    }

    fn answer(&self, sent: &Sent) -> Result<Answer, String> {
        let mut request = Request::builder().method(sent.method).uri(&sent.url);
        for (name, value) in &sent.headers {
            request = request.header(*name, value);
        }
        let outcome = if sent.body.is_empty() {
            request.body(()).map_err(|error| error.to_string()).map(|request| self.agent.run(request))
        } else {
            let request = request.body(sent.body.clone()).map_err(|error| error.to_string());
            request.map(|request| self.agent.run(request))
        };
        let mut response = outcome?.map_err(|error| why(&error))?;
        let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec();
        let body = body.map_err(|error| why(&error))?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: headers(&response),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

fn headers<T>(response: &Response<T>) -> Vec<(String, String)> {
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn why(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("no answer within {} s", PATIENCE.as_secs()),
        other => format!("no answer: {other}"),
    }
}

impl Sent {
    pub(super) fn get(url: impl Into<String>) -> Self {
        Self { method: "GET", url: url.into(), headers: Vec::new(), body: String::new() }
            .with("accept", "application/json")
    }

    pub(super) fn json(url: impl Into<String>, body: &Value) -> Self {
        Self { method: "POST", url: url.into(), headers: Vec::new(), body: body.to_string() }
            .with("accept", "application/json")
            .with("content-type", "application/json")
    }

    pub(super) fn form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { method: "POST", url: url.into(), headers: Vec::new(), body }
            .with("accept", "application/json")
            .with("content-type", "application/x-www-form-urlencoded")
    }

    pub(super) fn delete(url: impl Into<String>) -> Self {
        Self { method: "DELETE", url: url.into(), headers: Vec::new(), body: String::new() }
    }

    /// What a browser asks before a page of another origin may send `method` with these headers. Fetch §3.2.2.
    pub(super) fn preflight(url: impl Into<String>, method: &str, wanted: &str) -> Self {
        Self { method: "OPTIONS", url: url.into(), headers: Vec::new(), body: String::new() }
            .with("access-control-request-method", method)
            .with("access-control-request-headers", wanted)
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    pub(super) const fn is_redirect(&self) -> bool {
        matches!(self.status, 301..=303 | 307 | 308)
    }

    /// The body, if it is a JSON object.
    pub(super) fn object(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok().filter(Value::is_object)
    }
}
