//! The answer to an authorization request: always with `iss`, and with the `state` exactly as it was sent. RFC 6749 §4.1.2, RFC 9207 §2.

use super::request::{ReplyTo, ResponseMode};
use crate::{error::Refusal, redirect_uri::RedirectUri, secret::Secret};

/// The parameters of an answer and the validated URI they go to: the only input of the function that redirects.
#[derive(Clone, Debug)]
pub struct AuthorizationResponse {
    pub redirect_uri: RedirectUri,
    pub response_mode: ResponseMode,
    pub parameters: Vec<(&'static str, String)>,
}

impl AuthorizationResponse {
    pub fn code(reply_to: ReplyTo, code: &Secret, issuer: &str) -> Self {
        Self::new(reply_to, vec![("code", code.expose().to_owned())], issuer)
    }

    pub fn error(reply_to: ReplyTo, refusal: &Refusal, issuer: &str) -> Self {
        let parameters = vec![
            ("error", refusal.code().as_str().to_owned()),
            ("error_description", refusal.description().to_owned()),
        ];
        Self::new(reply_to, parameters, issuer)
    }

    fn new(reply_to: ReplyTo, mut parameters: Vec<(&'static str, String)>, issuer: &str) -> Self {
        parameters.extend(reply_to.state.map(|state| ("state", state)));
        parameters.push(("iss", issuer.to_owned()));
        Self { redirect_uri: reply_to.redirect_uri, response_mode: reply_to.response_mode, parameters }
    }

    /// The URI with the parameters in its query or fragment; whatever query was registered is kept. RFC 6749 §3.1.2.
    pub fn location(&self) -> String {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
        let uri = self.redirect_uri.as_str();
        let separator = match self.response_mode {
            ResponseMode::Fragment => '#',
            ResponseMode::Query | ResponseMode::FormPost if uri.contains('?') => '&',
            ResponseMode::Query | ResponseMode::FormPost => '?',
        };
        format!("{uri}{separator}{encoded}")
    }
}
