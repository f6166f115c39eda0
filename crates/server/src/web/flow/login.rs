//! `/login`: a person types a name and a password.

use std::{net::IpAddr, sync::Arc};

use axum::{body::Body, extract::State, response::Response};
use domain::{
    authorize::request::AuthorizationRequest, directory::Account, parameters::Parameters, secret::Secret,
    time::Timestamp,
};
use http::{HeaderMap, StatusCode, header};
use store::{Batch, accounts, interactions, sessions, visits};

use super::{
    describe,
    interaction::one,
    proceed::{self, standing_of},
};
use crate::{
    app::App,
    clock,
    journal::{self, Occasion},
    password::{Attempt, Busy},
    web::{
        page::{Foreign, Login, Problem},
        respond::{self, PageError},
        session,
    },
    wire::{
        cookie,
        extract::{Peer, body as read_body},
    },
};

/// Sign in of one's own accord.
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let (browser, cookie) = session::browser(&app, &headers);
    let page = Login {
        csrf: session::csrf(&app, "login", browser.expose()),
        interaction: None,
        app: None,
        username: Foreign::default(),
        refused: false,
    };
    let mut response = respond::page(StatusCode::OK, &page);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The password is right: a session begins, and the request that led here goes on.
pub async fn submit(
    State(app): State<Arc<App>>,
    Peer(source): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let form = read_body::form(&headers, body).await?;
    let browser = cookie::read(&headers, &app.config.issuer, cookie::BROWSER).ok_or(Problem::ForeignForm)?;
    session::check_form(&app, &headers, one(&form, "csrf")?, &session::csrf(&app, "login", browser))?;
    let request = one(&form, "interaction")?.map(|sealed| proceed::unseal(&app, sealed, now)).transpose()?;
    let occasion = Occasion { from: source, now };
    match authenticate(&app, &form, source).await? {
        SignIn::Accepted(account) => {
            app.metrics.sign_in("accepted");
            begin(&app, account, request, &headers, occasion).await
        }
        SignIn::Refused(account) => {
            app.metrics.sign_in("refused");
            journal::sign_in_refused(&app, account.as_ref(), occasion);
            again(&app, &form, request, &headers, now).await
        }
    }
}

enum SignIn {
    Accepted(Account),
    /// Whose name was typed, if it is anybody's.
    Refused(Option<Account>),
}

/// The account, if name and password are right and it may sign in. Every no costs the same work.
async fn authenticate(app: &App, form: &Parameters, source: IpAddr) -> Result<SignIn, PageError> {
    let name = one(form, "username")?.and_then(Account::canonical_name);
    let password = Secret::new(one(form, "password")?.unwrap_or_default());
    let row = match &name {
        Some(name) => accounts::by_name(&app.store, name).await?,
        None => None,
    };
    let (account, stored) = row.map_or((None, None), |(account, hash)| (Some(account), hash));
    let attempt = Attempt { name: name.as_deref(), source };
    let is_right = app.passwords.verify(password, stored, &attempt).await.map_err(|busy| match busy {
        Busy::Everybody => Problem::Unavailable,
        Busy::Source => Problem::TooManyRequests,
    })?;
    let sign_in = match account {
        Some(account) if is_right && account.is_usable() => SignIn::Accepted(account),
        other => SignIn::Refused(other),
    };
    let account = match &sign_in {
        SignIn::Accepted(account) => Some(account.name.as_str()),
        SignIn::Refused(_) => None,
    };
    tracing::info!(account, "sign-in");
    Ok(sign_in)
}

/// A new session in place of the old one, never the same. The request waits in a row of it from now on.
async fn begin(
    app: &App,
    account: Account,
    request: Option<AuthorizationRequest>,
    headers: &HeaderMap,
    occasion: Occasion,
) -> Result<Response, PageError> {
    let now = occasion.now;
    let before = session::current(app, headers, now).await?;
    let (session, insert, cookie) = session::begin(app, account, now);
    let mut batch = Batch::new();
    if let Some(before) = before {
        batch.push(visits::revoke_grants_of_session(&before.id, now));
        batch.push(sessions::delete(&before.id));
    }
    batch.push(insert);
    batch.push(journal::signed_in(app, &session, occasion));
    let next = match request {
        Some(request) => {
            let interaction = proceed::new_interaction(app, request, &session, true, now);
            batch.push(interactions::insert(&interaction, now)?);
            format!("{}/interaction/{}", app.config.issuer.path(), interaction.id)
        }
        None => format!("{}/", app.config.issuer.path()),
    };
    let _ = app.store.commit(batch).await?;
    let mut response = respond::see_other(&next);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The same page once more. Whether the name exists, the password was wrong or the account is disabled is not said.
async fn again(
    app: &App,
    form: &Parameters,
    request: Option<AuthorizationRequest>,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, PageError> {
    let (browser, _) = session::browser(app, headers);
    let username = Foreign::from(one(form, "username")?.unwrap_or_default());
    let csrf = session::csrf(app, "login", browser.expose());
    let Some(request) = request else {
        let page = Login { csrf, interaction: None, app: None, username, refused: true };
        return Ok(respond::page(StatusCode::FORBIDDEN, &page));
    };
    let session = session::current(app, headers, now).await?;
    let standing = standing_of(app, &request, session.as_ref(), now).await?;
    let page = Login {
        csrf,
        interaction: one(form, "interaction")?.map(str::to_owned),
        app: Some(describe::app(app, &standing, &request.redirect_uri)),
        username,
        refused: true,
    };
    Ok(respond::page_towards_client(StatusCode::FORBIDDEN, &page))
}
