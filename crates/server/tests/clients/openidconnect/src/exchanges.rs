//! What was said on the wire, kept until it is known whether anybody has to read it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use oauth2::http::{HeaderMap, Response, StatusCode};
use oauth2::{HttpRequest, HttpResponse};
use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(30);
const HIDDEN: &str = "[hidden]";
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "set-cookie"];
const SECRET_MEMBERS: [&str; 10] = [
    "access_token",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "id_token",
    "password",
    "refresh_token",
    "registration_access_token",
    "token",
];

#[derive(Clone, Default)]
pub struct Exchanges(Arc<Mutex<Vec<Exchange>>>);

struct Exchange {
    request: String,
    sent: (HeaderMap, Vec<u8>),
    received: Option<(StatusCode, HeaderMap, Vec<u8>)>,
}

impl Exchanges {
    /// Sends `request` without following redirects, and remembers what went and came.
    pub fn send(&self, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
        let place = self.asked(&request);
        let client = reqwest::blocking::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .build()?;
        let answer = client.execute(request.try_into()?)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = Response::new(answer.bytes()?.to_vec());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        self.answered(place, &response);
        Ok(response)
    }

    /// Remembers that `request` goes out; answers its place, for the answer to come.
    pub fn asked(&self, request: &HttpRequest) -> usize {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(Exchange {
            request: format!("{} {}", request.method(), request.uri()),
            sent: (request.headers().clone(), request.body().clone()),
            received: None,
        });
        kept.len() - 1
    }

    /// Remembers `response` as the answer to what was asked at `place`.
    pub fn answered(&self, place: usize, response: &HttpResponse) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(exchange) = kept.get_mut(place) {
            let received = (response.status(), response.headers().clone(), response.body().clone());
            exchange.received = Some(received);
        }
    }

    /// Prints every exchange, without any secret, to stderr.
    pub fn show(&self) {
        for exchange in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            eprintln!("\n> {}", exchange.request);
            show_message('>', &exchange.sent.0, &exchange.sent.1);
            match &exchange.received {
                Some((status, headers, body)) => {
                    eprintln!("< {status}");
                    show_message('<', headers, body);
                }
                None => eprintln!("< (no response)"),
            }
        }
    }
}

fn show_message(mark: char, headers: &HeaderMap, body: &[u8]) {
    for (name, value) in headers {
        let shown = if SECRET_HEADERS.contains(&name.as_str()) {
            HIDDEN.into()
        } else {
            value.as_bytes().escape_ascii().to_string()
        };
        eprintln!("{mark} {name}: {shown}");
    }
    if !body.is_empty() {
        eprintln!("{mark} {}", without_secrets(&String::from_utf8_lossy(body)));
    }
}

fn without_secrets(text: &str) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        hide(&mut value);
        return value.to_string();
    }
    let pairs = text.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SECRET_MEMBERS.contains(&name) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if SECRET_MEMBERS.contains(&name.as_str()) {
                    *member = HIDDEN.into();
                } else {
                    hide(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
