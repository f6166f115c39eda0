//! What whoever asks calls itself.

use http::{HeaderMap, header};

/// As far as anybody would read it.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(256).collect())
}
