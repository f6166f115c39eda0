//! What the server publishes about itself. RFC 8414 §3.

use serde_json::Value;

use crate::{
    failure::Failure,
    remote::{http::Http, refusal},
};

#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) revocation_endpoint: Option<String>,
}

impl Metadata {
    /// Asks the server that was named. Its issuer must be that very URL, or the answers of another server could pass for its own
    /// (RFC 8414 §3.3, RFC 9207), and all its endpoints must be its own.
    pub(super) fn discover(http: &Http) -> Result<Self, Failure> {
        let answer = http.get(&http.url().below("/.well-known/openid-configuration"), None)?;
        let document = match answer.json() {
            Some(document) if answer.is_success() => document,
            _ => return Err(refusal::of_answer(&answer)),
        };
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        let own = |name: &str| text(name).filter(|endpoint| http.url().owns(endpoint));
        let required = |name: &str| {
            own(name).ok_or_else(|| Failure::refused(name, "the server publishes none of its own"))
        };
        let issuer = text("issuer").unwrap_or_default();
        if issuer.trim_end_matches('/') != http.url().as_str() {
            return Err(Failure::unusable(
                "--url",
                format!("the server there calls itself {issuer}; use that"),
            ));
        }
        Ok(Self {
            issuer,
            authorization_endpoint: required("authorization_endpoint")?,
            token_endpoint: required("token_endpoint")?,
            revocation_endpoint: own("revocation_endpoint"),
        })
    }
}
