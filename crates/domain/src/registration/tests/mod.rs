//! Whole registrations, as they come from outside.

mod approval;
mod bodies;
mod bounds;
mod documents;
mod payloads;
mod properties;
mod r15_r37_redirect_uris;
mod r38_r54_rights_and_keys;
mod r55_r75_names_and_the_rest;
mod replacements;
mod responses;
mod statements;
mod statements_later;

use serde_json::{Value, json};
use url::Url;

use super::{Policy, RawRegistration, Registration, parse};
use crate::{
    client::Door,
    error::{ErrorCode, Refusal},
    settings::OidcProvider,
};

/// Hands a policy with defaults to `act`.
fn with_policy<T>(act: impl FnOnce(&Policy<'_>) -> T) -> T {
    act(&Policy {
        settings: &OidcProvider::default(),
        issuer: &Url::parse("https://login.example.org").unwrap(),
        bounds: &[],
    })
}

fn register_bytes(body: &[u8], door: Door) -> Result<Registration, Refusal> {
    with_policy(|policy| parse(&RawRegistration::read(body)?, policy, door))
}

fn register(body: &Value) -> Result<Registration, Refusal> {
    register_bytes(body.to_string().as_bytes(), Door::Anonymous)
}

/// A web client with `members` added or replaced.
fn web(members: &Value) -> Value {
    let mut body = json!({"redirect_uris": ["https://c.example/cb"]});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// What was registered, as the client reads it.
fn echo(body: &Value) -> Value {
    let registration = register(body).unwrap_or_else(|refusal| panic!("{body}: {}", refusal.description()));
    Value::from(registration.metadata().members())
}

#[track_caller]
fn assert_refused(body: &Value, code: ErrorCode) {
    match register(body) {
        Ok(_) => panic!("accepted: {body:.300}"),
        Err(refusal) => assert_eq!(refusal.code(), code, "{body:.300}: {}", refusal.description()),
    }
}

/// `invalid_client_metadata` for each of these additions to a web client.
#[track_caller]
fn assert_bad_metadata(additions: &[Value]) {
    for members in additions {
        assert_refused(&web(members), ErrorCode::InvalidClientMetadata);
    }
}

/// `invalid_redirect_uri` for each of these as the only redirect URI.
#[track_caller]
fn assert_bad_uris(uris: &[&str]) {
    for uri in uris {
        assert_refused(&json!({"redirect_uris": [uri]}), ErrorCode::InvalidRedirectUri);
    }
}
