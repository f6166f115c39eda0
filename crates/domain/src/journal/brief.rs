//! Long texts are not kept: an image in a `data:` URL tells nobody anything that its digest does not.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// The longest text that is kept as it is, in octets.
const LONGEST: usize = 2_048;

/// So much of a longer one is kept.
const BEGIN: usize = 64;

/// `value` with every longer text replaced by how it begins, how long it is, and its SHA-256 in base64url.
pub fn brief(value: Value) -> Value {
    match value {
        Value::String(text) if text.len() > LONGEST => {
            let begin: String = text.chars().take(BEGIN).collect();
            let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()));
            format!("{begin}… ({} octets, SHA-256 {hash})", text.len()).into()
        }
        Value::Array(items) => Value::Array(items.into_iter().map(brief).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, brief(value))).collect())
        }
        short @ (Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_)) => short,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_text_is_kept_as_its_digest_at_any_depth() {
        let logo = format!("data:image/png;base64,{}", "A".repeat(60_000));
        let kept = brief(json!({ "metadata": [{ "logo_uri": logo, "name": "x".repeat(LONGEST) }] }));
        let text = kept["metadata"][0]["logo_uri"].as_str().unwrap();
        assert!(text.starts_with("data:image/png;base64,AAA") && text.contains("(60022 octets, SHA-256 "));
        assert!(text.len() < 200 && kept["metadata"][0]["name"] == json!("x".repeat(LONGEST)));
    }

    #[test]
    fn two_long_texts_are_told_apart() {
        let long = |last: &str| json!(format!("{}{last}", "A".repeat(9_000)));
        assert_ne!(brief(long("a")), brief(long("b")));
    }
}
