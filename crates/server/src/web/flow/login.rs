//! `/login`: a person types a name and a password.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{
    directory::{
        Account, SignInMethod,
        second_factor::{Needs, after_password},
    },
    parameters::Parameters,
    secret::Secret,
    time::Timestamp,
};
use http::{HeaderMap, StatusCode, header};
use store::{accounts, totp};

use super::{
    begin::{Proof, begin},
    describe,
    interaction::one,
    passkey,
    proceed::{self, Onward, standing_of},
    second_step::{self, Half},
    sent_form::sent_form,
};
use crate::{
    app::App,
    clock,
    journal::{self, Occasion},
    password::Attempt,
    web::{
        page::{Foreign, Login, Problem, SignInRefused},
        respond::{self, PageError},
        session,
    },
    wire::extract::Peer,
};

/// What its form is called: that of the passkey on the same page too.
pub(super) const FORM: &str = "login";

/// Sign in of one's own accord.
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let (browser, cookie) = session::browser(&app, &headers);
    let mut response = respond::sign_in_page(StatusCode::OK, &form(&app, browser.expose(), clock::now()));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page for this browser, as it is when nobody typed anything and no app asks.
pub(super) fn form(app: &App, browser: &str, now: Timestamp) -> Login {
    Login {
        csrf: session::csrf(app, FORM, browser),
        interaction: None,
        app: None,
        username: Foreign::default(),
        passkey: passkey::question(app, browser, now),
        refused: None,
    }
}

/// The password is right: a session begins, and the request that led here goes on; or a second step comes first.
pub async fn submit(
    State(app): State<Arc<App>>,
    Peer(source): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let (form, browser) = sent_form(&app, &headers, body, FORM).await?;
    let sealed_request = one(&form, "interaction")?;
    let onward = sealed_request.map(|sealed| proceed::unseal(&app, sealed, now)).transpose()?;
    let occasion = Occasion { from: source, now };
    let (account, password_hash) = match authenticate(&app, &form, occasion).await? {
        SignIn::Accepted(account, password_hash) => (account, password_hash),
        SignIn::Refused(account) => {
            app.metrics.sign_in("refused");
            journal::sign_in_refused(&app, account.as_ref(), occasion);
            let username = Foreign::from(one(&form, "username")?.unwrap_or_default());
            let again_with = Again { onward, sealed_request, username, why: SignInRefused::Password };
            return again(&app, again_with, &headers, now).await;
        }
    };
    match after_password(totp::is_set(&app.store, &account.id).await?) {
        Needs::Nothing => {
            let proof = Proof { account, method: SignInMethod::Password, uses: Vec::new() };
            begin(&app, proof, onward, &headers, occasion).await
        }
        Needs::Code => {
            let half = Half { account, password_hash, onward };
            second_step::ask(&app, half, browser, &headers, now).await
        }
    }
}

enum SignIn {
    /// With the hash that the password matched.
    Accepted(Account, Option<String>),
    /// Whose name was typed, if it is anybody's.
    Refused(Option<Account>),
}

/// The account, if name and password are right and it may sign in. Every no costs the same work.
async fn authenticate(app: &App, form: &Parameters, occasion: Occasion) -> Result<SignIn, PageError> {
    let name = one(form, "username")?.and_then(Account::canonical_name);
    let password = Secret::new(one(form, "password")?.unwrap_or_default());
    let row = match &name {
        Some(name) => accounts::by_name(&app.store, name).await?,
        None => None,
    };
    let (account, stored) = row.map_or((None, None), |(account, hash)| (Some(account), hash));
    let attempt = Attempt { name: name.as_deref(), source: occasion.from, now: occasion.now };
    let verified = app.passwords.verify(password, stored.clone(), &attempt);
    let is_right = verified.await.map_err(Problem::from)?;
    let sign_in = match account {
        Some(account) if is_right && account.is_usable() => SignIn::Accepted(account, stored),
        other => SignIn::Refused(other),
    };
    let account = match &sign_in {
        SignIn::Accepted(account, _) => Some(account.name.as_str()),
        SignIn::Refused(_) => None,
    };
    tracing::info!(account, "password");
    Ok(sign_in)
}

/// What stands on the page that comes once more.
pub(super) struct Again<'a> {
    pub(super) onward: Option<Onward>,
    pub(super) sealed_request: Option<&'a str>,
    pub(super) username: Foreign,
    pub(super) why: SignInRefused,
}

/// The same page once more. Whether the name exists, the password was wrong or the account is disabled is not said.
pub(super) async fn again(
    app: &App,
    again: Again<'_>,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, PageError> {
    let (browser, _) = session::browser(app, headers);
    let view = match again.onward.as_ref().and_then(Onward::request) {
        Some(request) => {
            let session = session::current(app, headers, now).await?;
            let standing = standing_of(app, request, session.as_ref(), now).await?;
            Some(describe::app(app, &standing, &request.redirect_uri))
        }
        None => None,
    };
    let page = Login {
        interaction: again.sealed_request.map(str::to_owned),
        app: view,
        username: again.username,
        refused: Some(again.why),
        ..form(app, browser.expose(), now)
    };
    Ok(respond::sign_in_page(StatusCode::FORBIDDEN, &page))
}
