//! The net below the rule that no secret enters the journal.

use serde_json::Value;

use crate::{id::Id, secret::TokenKind};

/// Shown in place of a secret that is set.
const VEIL: &str = "****";

/// Members that hold secrets, whatever their object is.
const SECRET_MEMBERS: &[&str] =
    &["secret", "clientSecret", "client_secret", "currentSecret", "password", "otpAuth", "secretHash"];

const CREDENTIALS: [TokenKind; 7] = [
    TokenKind::RefreshToken,
    TokenKind::AuthorizationCode,
    TokenKind::DeviceCode,
    TokenKind::RegistrationAccessToken,
    TokenKind::ApiKey,
    TokenKind::ClientSecret,
    TokenKind::Session,
];

/// `value` with every member that holds a secret, and every text that contains one of our credentials, replaced by `****`.
///
/// Whoever tells of a change leaves secrets out; this catches what was forgotten.
pub fn veiled(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| {
                    let hides = SECRET_MEMBERS.contains(&name.as_str()) && !value.is_null();
                    let value = if hides { Value::from(VEIL) } else { veiled(value) };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(veiled).collect()),
        Value::String(text) if holds_credential(&text) => Value::from(VEIL),
        open @ (Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_)) => open,
    }
}

/// Whether a prefix of ours stands somewhere before what can only be the id of its row.
fn holds_credential(text: &str) -> bool {
    text.contains("wl")
        && CREDENTIALS.iter().any(|kind| {
            text.split(kind.prefix())
                .skip(1)
                .any(|rest| rest.len() > Id::LEN && rest.get(..Id::LEN).and_then(Id::parse).is_some())
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn members_that_hold_secrets_are_veiled_at_any_depth() {
        let value = json!({ "a": [{ "secret": "x" }], "password": "y", "otpAuth": null });
        assert_eq!(
            veiled(value),
            json!({ "a": [{ "secret": "****" }], "password": "****", "otpAuth": null })
        );
    }

    #[test]
    fn a_credential_of_ours_is_veiled_wherever_it_stands() {
        let id = Id::new(Timestamp::from_millis(1), 0, [7; 8]);
        for kind in CREDENTIALS {
            let secret = kind.compose(&id, &[3; 32]);
            let text = format!("https://a.example/?t={}", secret.expose());
            assert_eq!(veiled(json!([text])), json!(["****"]));
        }
    }

    #[test]
    fn names_and_addresses_stay_as_they_are() {
        let value = json!({ "clientId": "wla_0123456789abcdefghijklmnop", "redirectUris": ["https://a.example/wlk_"] });
        assert_eq!(veiled(value.clone()), value);
    }
}
