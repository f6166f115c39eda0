//! The token endpoint, as a client sees it. RFC 6749 §4.1.3, §5, §6.

use serde_json::Value;
use zeroize::Zeroizing;

use super::{http::Http, refusal};
use crate::failure::Failure;

/// A token response. RFC 6749 §5.1.
pub(crate) struct Tokens {
    pub(crate) access_token: Zeroizing<String>,
    pub(crate) refresh_token: Option<Zeroizing<String>>,
    /// Seconds since 1970.
    pub(crate) expires_at: i64,
    pub(crate) scope: String,
}

/// Asks for tokens at `now`, in seconds since 1970. `None`: what was presented is good for nothing any more (`invalid_grant`).
pub(crate) fn request(
    http: &Http,
    endpoint: &str,
    fields: &[(&str, &str)],
    now: i64,
) -> Result<Option<Tokens>, Failure> {
    if !http.url().owns(endpoint) {
        return Err(Failure::refused(
            "token_endpoint",
            "is not at the origin of the server; nothing was sent there",
        ));
    }
    let answer = http.post_form(endpoint, fields)?;
    let body = answer.json().unwrap_or_default();
    if answer.is_success() {
        return tokens(&body, now).map(Some).ok_or_else(|| {
            Failure::refused("token_endpoint", "answered something that is no token response")
        });
    }
    if body.get("error").and_then(Value::as_str) == Some("invalid_grant") {
        return Ok(None);
    }
    Err(refusal::of_answer(&answer))
}

fn tokens(body: &Value, now: i64) -> Option<Tokens> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let secret = |name: &str| text(name).map(|text| Zeroizing::new(text.to_owned()));
    let life = body.get("expires_in").and_then(Value::as_i64).unwrap_or(60);
    Some(Tokens {
        access_token: secret("access_token")?,
        refresh_token: secret("refresh_token"),
        expires_at: now.saturating_add(life),
        scope: text("scope").unwrap_or_default().to_owned(),
    })
}
