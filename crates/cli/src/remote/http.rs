//! Requests to one server, over the one TLS stack of this program.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use ureq::{
    Agent, Body,
    config::ConfigBuilder,
    http::Response,
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider},
    typestate::AgentScope,
};
use zeroize::Zeroizing;

use super::url::ServerUrl;
use crate::failure::Failure;

/// The longest answer that is read.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// Within this an answer must have come as a whole.
const PATIENCE: Duration = Duration::from_mins(2);

/// A client of one server. It never follows a redirect, so that no credential goes anywhere else.
#[derive(Debug)]
pub(crate) struct Http {
    agent: Agent,
    url: ServerUrl,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) fn new(url: ServerUrl) -> Result<Self, Failure> {
        let mut config = configuration().timeout_global(Some(PATIENCE));
        if url.is_on_this_computer() {
            config = config.proxy(None);
        }
        if url.is_https() {
            config = config.tls_config(tls()?);
        }
        Ok(Self { agent: config.build().new_agent(), url })
    }

    pub(crate) const fn url(&self) -> &ServerUrl {
        &self.url
    }

    /// Reads `target`, a URL of this server.
    pub(crate) fn get(&self, target: &str, token: Option<&str>) -> Result<Answer, Failure> {
        let mut request = self.agent.get(target).header("Accept", "application/json");
        if let Some(token) = token {
            request = request.header("Authorization", bearer(token)?.as_str());
        }
        self.answer(request.call())
    }

    /// Sends JSON to `target`, a URL of this server.
    pub(crate) fn post_json(&self, target: &str, token: &str, body: &Value) -> Result<Answer, Failure> {
        self.post_text(target, token, &body.to_string())
    }

    /// Sends what calls itself JSON to `target`, a URL of this server, as it is.
    pub(crate) fn post_text(&self, target: &str, token: &str, body: &str) -> Result<Answer, Failure> {
        let request = self
            .agent
            .post(target)
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("Authorization", bearer(token)?.as_str());
        self.answer(request.send(body))
    }

    /// Sends a form to `target`, a URL of this server.
    pub(crate) fn post_form(&self, target: &str, fields: &[(&str, &str)]) -> Result<Answer, Failure> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let body = Zeroizing::new(form.finish());
        let request = self
            .agent
            .post(target)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded");
        self.answer(request.send(body.as_str()))
    }

    fn answer(&self, result: Result<Response<Body>, ureq::Error>) -> Result<Answer, Failure> {
        let mut response = result.map_err(|error| self.unreachable(&error))?;
        let location = response.headers().get("location");
        Ok(Answer {
            status: response.status().as_u16(),
            location: location.and_then(|value| value.to_str().ok()).map(str::to_owned),
            body: response
                .body_mut()
                .with_config()
                .limit(MAX_BODY)
                .read_to_vec()
                .map_err(|error| self.unreachable(&error))?,
        })
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let remedy = match error {
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
                "; a certificate of an authority of your own is trusted through SSL_CERT_FILE"
            }
            _ => "",
        };
        Failure::Unreachable(format!("{}: cannot be reached: {error}{remedy}", self.url.as_str()))
    }
}

impl Answer {
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// What all requests of this program have in common.
pub(crate) fn configuration() -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_connect(Some(Duration::from_secs(15)))
        .user_agent(concat!("wayleave/", env!("CARGO_PKG_VERSION")))
}

fn bearer(token: &str) -> Result<Zeroizing<String>, Failure> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failure::unusable(
            "--api-key",
            "must be one word, as it was shown when the key was made",
        ));
    }
    Ok(Zeroizing::new(format!("Bearer {token}")))
}

/// Trust what the operating system trusts.
pub(crate) fn tls() -> Result<TlsConfig, Failure> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        return Err(Failure::unusable(
            "SSL_CERT_FILE",
            "this system has no certificates to trust; install its ca-certificates or name a file with them",
        ));
    }
    let roots: Vec<_> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build())
}
