//! Who is signed in in this browser, and the proof that a form came from a page of ours.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    directory::{Account, Session, SignInMethod},
    secret::{Secret, TokenKind},
    time::Timestamp,
};
use http::{HeaderMap, HeaderValue, header};
use store::{Statement, StoreError, sessions};

use super::{page::Problem, respond::PageError};
use crate::{app::App, chance, wire::cookie, words};

/// A session ends after this, however much it is used.
pub const LIFE: Duration = Duration::from_hours(7 * 24);

/// The session of the browser, if it is good at `now`. Pages are said in the language of its account from then on.
pub async fn current(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let Some(text) = cookie::read(headers, &app.config.issuer, cookie::SESSION) else {
        return Ok(None);
    };
    let Some(id) = TokenKind::Session.row(text) else {
        return Ok(None);
    };
    let session = sessions::by_id(&app.store, &id).await?;
    let session =
        session.filter(|session| app.hash_key.matches(text, &session.secret_hash) && session.is_usable(now));
    if let Some(session) = &session {
        words::prefer_of_account(&session.account);
    }
    Ok(session)
}

/// A new session for somebody who just proved to be `account`: what to commit and the cookie to set.
pub fn begin(
    app: &App,
    account: Account,
    method: SignInMethod,
    now: Timestamp,
) -> (Session, Statement, Option<HeaderValue>) {
    let (id, secret) = app.chance.credential(TokenKind::Session, now);
    let session = Session {
        id,
        secret_hash: app.hash_key.hash(secret.expose()),
        account,
        method,
        authenticated_at: now,
        expires_at: now.plus(LIFE),
        last_seen_at: None,
    };
    let statement = sessions::insert(&session, now);
    let cookie = cookie::set(&app.config.issuer, cookie::SESSION, secret.expose(), Some(LIFE.as_secs()));
    (session, statement, cookie)
}

/// The value that ties a login page to a browser that has no session yet, and the cookie to set if it had none.
pub fn browser(app: &App, headers: &HeaderMap) -> (Secret, Option<HeaderValue>) {
    if let Some(value) =
        cookie::read(headers, &app.config.issuer, cookie::BROWSER).filter(|value| value.len() == 43)
    {
        return (Secret::new(value), None);
    }
    let value = URL_SAFE_NO_PAD.encode(chance::bytes::<32>());
    let cookie = cookie::set(&app.config.issuer, cookie::BROWSER, &value, None);
    (Secret::new(value), cookie)
}

/// The token that a form carries to show that it was made for `whom` (a browser or a session) and for `form`.
pub fn csrf(app: &App, form: &str, whom: &str) -> String {
    URL_SAFE_NO_PAD.encode(app.hash_key.derive(&format!("form {form}"), whom))
}

/// Refuses a form that did not come from a page of ours in this very browser.
pub fn check_form(
    app: &App,
    headers: &HeaderMap,
    presented: Option<&str>,
    expected: &str,
) -> Result<(), PageError> {
    let is_right = presented.is_some_and(|token| Secret::new(token).equals(expected));
    if is_right && is_from_here(app, headers) { Ok(()) } else { Err(Problem::ForeignForm.into()) }
}

/// Browsers say where a form comes from: in `Sec-Fetch-Site` where they know it, in `Origin` always.
fn is_from_here(app: &App, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    headers
        .get(header::ORIGIN)
        .is_none_or(|origin| origin.as_bytes() == app.config.issuer.origin().as_bytes())
}
