//! Back from the authorization endpoint: a code becomes tokens, and the tokens a visit. RFC 6749 §4.1.2, RFC 9207 §2.4.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension,
    extract::{RawQuery, Request},
    response::Response,
};
use domain::{
    client::management::MANAGE,
    error::Refusal,
    id::Id,
    jose::claims,
    parameters::Parameters,
    secret::{Secret, TokenKind},
    time::Timestamp,
};
use http::{HeaderMap, header};
use store::{
    Batch,
    visits::{self, Visit},
};

use super::{
    Part,
    departure::{State, Wish, depart, open_state},
    itself::{Itself, OnBehalf, Refused},
    tokens::{Fresh, redeem},
    visitor,
};
use crate::{
    admin::actor::{Actor, Credential, Who},
    app::App,
    clock,
    web::{
        flow::id_token_hint,
        page::{Foreign, Problem},
        respond::{self, PageError},
        session,
    },
    wire::{
        cookie,
        extract::{Peer, actor::NoActor},
    },
};

/// `/admin/oauth/callback` and `/account/oauth/callback`.
pub async fn callback(
    axum::extract::State(app): axum::extract::State<Arc<App>>,
    Extension(itself): Extension<Itself>,
    Peer(from): Peer,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, PageError> {
    let now = clock::now();
    let (parts, _) = request.into_parts();
    let caller = OnBehalf::of(&parts);
    let headers = &parts.headers;
    let answer = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let one = |name| answer.one(name).map_err(Refusal::from);
    let state =
        one("state")?.and_then(|sealed| open_state(&app, sealed, now)).ok_or(Problem::InteractionExpired)?;
    let is_same_browser =
        cookie::read(headers, &app.config.issuer, cookie::BROWSER) == Some(state.browser.as_str());
    let is_ours = one("iss")? == Some(app.issuer()) && Part::of(parts.uri.path()) == state.part;
    if !is_same_browser || !is_ours {
        return again(&app, &itself, (headers, &caller), &state, now).await;
    }
    if let Some(error) = one("error")? {
        let description = one("error_description")?.unwrap_or_default();
        return Err(refused(Refused { error: error.to_owned(), description: description.to_owned() }));
    }
    let code = one("code")?.ok_or(Problem::InteractionExpired)?;
    let Some(session) = session::current(&app, headers, now).await? else {
        return again(&app, &itself, (headers, &caller), &state, now).await;
    };
    let fresh = redeem(&app, &itself, code, &state, (&caller, now)).await.map_err(refused)?;
    if !is_of(&app, &fresh, &state, session.account.id.as_str()) {
        return Err(Problem::InteractionExpired.into());
    }
    let grant_id = granted(&app, fresh.access_token(), from, now).await?;
    let (id, secret) = app.chance.credential(TokenKind::Visit, now);
    let visit = Visit {
        tokens: fresh.sealed(&app, &id),
        secret_hash: app.hash_key.hash(secret.expose()),
        session_id: session.id,
        grant_id,
        version: 1,
        id,
    };
    let mut batch = Batch::new();
    batch.push(visits::insert(&visit, now));
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Problem::InteractionExpired.into());
    }
    let mut response = respond::see_other(&format!("{}{}", app.config.issuer.path(), state.back));
    if let Some(cookie) = cookie::set(&app.config.issuer, cookie::VISIT, secret.expose(), None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whether the ID token answers this request, and is of whoever is signed in in this browser. OpenID Connect Core §3.1.3.7.
fn is_of(app: &App, fresh: &Fresh, state: &State, account_id: &str) -> bool {
    let verified = fresh.id_token.as_deref().and_then(|token| id_token_hint::verify(app, token));
    let is = |name, expected: &str| {
        verified.as_ref().is_some_and(|token| claims::text(token, name).is_ok_and(|value| value == expected))
    };
    is("nonce", &state.nonce) && is("sub", account_id)
}

/// The grant behind the access token, which must be good for what these pages are for: else they would ask for another one for ever.
async fn granted(app: &App, token: &Secret, from: IpAddr, now: Timestamp) -> Result<Id, PageError> {
    match visitor::actor(app, token.expose(), from, now).await {
        Ok(Actor {
            who: Who::Account { credential: Credential::AccessToken { grant_id, .. }, .. }, ..
        }) => Ok(grant_id),
        Err(NoActor::Store(error)) => Err(error.into()),
        Ok(_) | Err(_) => Err(refused(Refused {
            error: "insufficient_scope".to_owned(),
            description: format!(
                "the access token does not carry {MANAGE}: the client must be an administrator's, and its scope, \
                                  if it has one, must name it"
            ),
        })),
    }
}

/// The answer came to another browser, or under another name of this server than the request left from: once more from where it is now.
async fn again(
    app: &App,
    itself: &Itself,
    who: (&HeaderMap, &OnBehalf),
    state: &State,
    now: Timestamp,
) -> Result<Response, PageError> {
    if state.is_again {
        return Err(Problem::InteractionExpired.into());
    }
    let wish = Wish { back: &state.back, is_fresh_login: false, is_again: true };
    depart(app, itself, who, wish, now).await.map_err(refused)
}

pub(super) fn refused(refused: Refused) -> PageError {
    tracing::info!(error = refused.error, description = refused.description, "the console was refused");
    match refused.error.as_str() {
        "access_denied" => Problem::ConsoleDenied.into(),
        "temporarily_unavailable" => Problem::Unavailable.into(),
        _ => Problem::ConsoleRefused {
            error: Foreign::from(refused.error),
            description: Foreign::from(refused.description),
        }
        .into(),
    }
}
