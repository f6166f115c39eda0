//! What the token endpoint answers, and how it is kept.

use std::time::Duration;

use domain::{client::management::WEBADMIN, id::Id, secret::Secret, time::Timestamp};
use serde_json::Value;
use store::visits::Tokens;

use super::{
    departure::{State, callback_uri, discover},
    itself::{Itself, OnBehalf, Refused},
};
use crate::app::App;

/// A token that ends this soon is renewed before it is used.
const EARLY: Duration = Duration::from_secs(20);

/// Tokens as they came.
#[derive(Debug)]
pub(super) struct Fresh {
    access_token: Secret,
    refresh_token: Option<Secret>,
    pub id_token: Option<String>,
    access_expires_at: Timestamp,
}

/// RFC 6749 §4.1.3, RFC 7636 §4.5.
pub(super) async fn redeem(
    app: &App,
    itself: &Itself,
    code: &str,
    state: &State,
    (caller, now): (&OnBehalf, Timestamp),
) -> Result<Fresh, Refused> {
    let callback = callback_uri(app, state.part);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", callback.as_str()),
        ("client_id", WEBADMIN),
        ("code_verifier", state.code_verifier.as_str()),
    ];
    request(app, itself, &form, caller, now).await
}

/// RFC 6749 §6.
pub(super) async fn refresh(
    app: &App,
    itself: &Itself,
    refresh_token: &str,
    (caller, now): (&OnBehalf, Timestamp),
) -> Result<Fresh, Refused> {
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", WEBADMIN)];
    request(app, itself, &form, caller, now).await
}

async fn request(
    app: &App,
    itself: &Itself,
    form: &[(&str, &str)],
    caller: &OnBehalf,
    now: Timestamp,
) -> Result<Fresh, Refused> {
    let endpoint = discover(app, itself, caller).await?.token;
    let answer = itself.post(&endpoint, form, caller).await?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let life = answer.get("expires_in").and_then(Value::as_u64).unwrap_or(0);
    let access_token = text("access_token").ok_or_else(|| Refused {
        error: "server_error".to_owned(),
        description: "the token endpoint gave no token".to_owned(),
    })?;
    Ok(Fresh {
        access_token: Secret::new(access_token),
        refresh_token: text("refresh_token").map(Secret::new),
        id_token: text("id_token").map(str::to_owned),
        access_expires_at: now.plus(Duration::from_secs(life)),
    })
}

impl Fresh {
    pub const fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// As the visit `id` keeps them.
    pub fn sealed(&self, app: &App, id: &Id) -> Tokens {
        let seal =
            |kind: &str, token: &Secret| app.key_sealer.seal(&purpose(kind, id), token.expose().as_bytes());
        Tokens {
            access_token: seal("access", &self.access_token),
            refresh_token: self.refresh_token.as_ref().map(|token| seal("refresh", token)),
            access_expires_at: self.access_expires_at,
        }
    }
}

/// The access token of the visit `id`, unless it is about to end.
pub(super) fn access_token(app: &App, id: &Id, tokens: &Tokens, now: Timestamp) -> Option<String> {
    let is_good = now.plus(EARLY) < tokens.access_expires_at;
    is_good.then(|| open(app, "access", id, &tokens.access_token)).flatten()
}

pub(super) fn refresh_token(app: &App, id: &Id, tokens: &Tokens) -> Option<String> {
    open(app, "refresh", id, tokens.refresh_token.as_deref()?)
}

fn open(app: &App, kind: &str, id: &Id, sealed: &str) -> Option<String> {
    String::from_utf8(app.key_sealer.open(&purpose(kind, id), sealed)?).ok()
}

fn purpose(kind: &str, id: &Id) -> String {
    format!("{kind} token of visit {id}")
}
