//! Away to the authorization endpoint: everything that must come back unchanged is sealed into `state`. RFC 6749 §4.1.1, RFC 7636 §4.3.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::management::{MANAGE, WEBADMIN},
    time::Timestamp,
};
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Part, STATE_SEAL,
    itself::{Itself, OnBehalf, Refused},
};
use crate::{
    app::App,
    chance,
    web::{respond, session},
};

/// A person may take so long to sign in.
const LIFE: Duration = Duration::from_mins(30);

/// The endpoints of the authorization server, as it says itself. OpenID Connect Discovery §4.
#[derive(Debug)]
pub(super) struct Endpoints {
    pub authorization: String,
    pub token: String,
}

/// What comes back in `state`, if it was this server that sent it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// The value of the cookie that ties it to one browser.
    pub browser: String,
    pub part: Part,
    pub code_verifier: String,
    pub nonce: String,
    /// The path to go on at, below the issuer.
    pub back: String,
    /// The second attempt already.
    pub is_again: bool,
    pub expires_at: Timestamp,
}

/// Where somebody wants to go, and what that takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    /// A path below the issuer, with its query.
    pub back: &'a str,
    /// Whoever is signed in must prove it once more.
    pub is_fresh_login: bool,
    pub is_again: bool,
}

pub(super) async fn discover(app: &App, itself: &Itself, caller: &OnBehalf) -> Result<Endpoints, Refused> {
    let issuer = app.issuer();
    let metadata = itself.get(&format!("{issuer}/.well-known/openid-configuration"), caller).await?;
    let text = |name: &str| metadata.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text("issuer") != issuer {
        return Err(Refused {
            error: "server_error".to_owned(),
            description: "the metadata are of another issuer".to_owned(),
        });
    }
    Ok(Endpoints { authorization: text("authorization_endpoint"), token: text("token_endpoint") })
}

/// Sends the browser to the authorization endpoint.
pub(super) async fn depart(
    app: &App,
    itself: &Itself,
    (headers, caller): (&HeaderMap, &OnBehalf),
    wish: Wish<'_>,
    now: Timestamp,
) -> Result<Response, Refused> {
    let endpoints = discover(app, itself, caller).await?;
    let part = Part::of(wish.back);
    let (browser, cookie) = session::browser(app, headers);
    let state = State {
        browser: browser.expose().to_owned(),
        part,
        code_verifier: URL_SAFE_NO_PAD.encode(chance::bytes::<32>()),
        nonce: URL_SAFE_NO_PAD.encode(chance::bytes::<16>()),
        back: wish.back.to_owned(),
        is_again: wish.is_again,
        expires_at: now.plus(LIFE),
    };
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, state.code_verifier.as_bytes()));
    let sealed = app.browser_sealer.seal(STATE_SEAL, &serde_json::to_vec(&state).unwrap_or_default());
    let scope = format!("openid profile {MANAGE}");
    let callback = callback_uri(app, part);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", WEBADMIN),
        ("redirect_uri", &callback),
        ("scope", &scope),
        ("state", &sealed),
        ("nonce", &state.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    if wish.is_fresh_login {
        query.append_pair("prompt", "login");
    }
    let mut response = respond::see_other(&format!("{}?{}", endpoints.authorization, query.finish()));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(super) fn callback_uri(app: &App, part: Part) -> String {
    format!("{}{}", app.issuer(), part.callback())
}

pub(super) fn open_state(app: &App, sealed: &str, now: Timestamp) -> Option<State> {
    let state: State = serde_json::from_slice(&app.browser_sealer.open(STATE_SEAL, sealed)?).ok()?;
    (now < state.expires_at).then_some(state)
}
