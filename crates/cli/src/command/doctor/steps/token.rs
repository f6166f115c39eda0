//! Asking for tokens with a code that was never given: the answer must be one that a client understands. RFC 6749 §5.2.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Registered, Stopped, Visit, error_of, fails};
use crate::command::doctor::{kinds::Auth, probe::Sent};

/// No server has issued it.
const NOBODY: &str = "wayleave-doctor-never-registered-this";

pub(super) fn play(visit: &mut Visit<'_>) -> Result<(), Stopped> {
    let endpoint = visit.text("token_endpoint").unwrap_or_default().to_owned();
    let client = visit.registered.clone();
    let answer = visit.send(request(&endpoint, visit.kind.redirect_uri, client.as_ref()))?;
    visit.may_read(&answer, "token")?;
    let object = answer.object().ok_or_else(|| fails(format!("status {} without JSON", answer.status)))?;
    let error = object.get("error").and_then(serde_json::Value::as_str).unwrap_or_default();
    match (&client, answer.status, error) {
        (_, 400, "invalid_grant") | (None, 401, "invalid_client") => Ok(()),
        (Some(_), ..) => {
            Err(fails(format!("a wrong code: {}; 400 invalid_grant was expected", error_of(&answer))))
        }
        (None, ..) => Err(fails(format!(
            "an unknown client: {}; 401 invalid_client was expected, after which clients register anew",
            error_of(&answer)
        ))),
    }
}

fn request(endpoint: &str, redirect_uri: &str, client: Option<&Registered>) -> Sent {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", "wayleave-doctor-never-got-this"),
        ("redirect_uri", redirect_uri),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let Some(client) = client else {
        fields.push(("client_id", NOBODY));
        return Sent::form(endpoint, &fields);
    };
    let secret = client.secret.as_deref().unwrap_or_default();
    match client.auth {
        Auth::Basic => {
            let pair = STANDARD.encode(format!("{}:{}", encoded(&client.client_id), encoded(secret)));
            Sent::form(endpoint, &fields).with("authorization", format!("Basic {pair}"))
        }
        Auth::Post => {
            fields.extend([("client_id", client.client_id.as_str()), ("client_secret", secret)]);
            Sent::form(endpoint, &fields)
        }
        Auth::None => {
            fields.push(("client_id", &client.client_id));
            Sent::form(endpoint, &fields)
        }
    }
}

/// As RFC 6749 §2.3.1 wants the halves of Basic.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
