//! `/login/second-step`: a code, after the right password. Until it is right there is no session.
//!
//! What waits is sealed into the page: who it is, with which password, for which request. It opens in the browser that typed the password, for
//! ten minutes, and once.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, extract::State, response::Response};
use domain::{
    directory::{Account, second_factor::STEP_LIFE},
    id::Id,
    secret::Secret,
    time::Timestamp,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use store::{Batch, accounts};

use super::{
    begin::{Proof, begin},
    describe,
    interaction::one,
    proceed::{Onward, standing_of},
    sent_form::sent_form,
};
use crate::{
    app::App,
    clock,
    journal::Occasion,
    second_factor::{self, NotProven, Opened, Purpose, Typed},
    web::{
        page::{Foreign, Problem, SecondStep},
        respond::{self, PageError},
        session,
    },
    wire::extract::Peer,
};

/// A sign-in whose password was right.
#[derive(Serialize, Deserialize)]
struct Waiting {
    account_id: Id,
    /// Which password that was: with another one it is right no more.
    password: String,
    onward: Option<Onward>,
}

/// Whose password was right, and what led there.
pub(super) struct Half {
    pub(super) account: Account,
    pub(super) password_hash: Option<String>,
    pub(super) onward: Option<Onward>,
}

/// Nobody comes here by an address: without a password there is no second step.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    respond::see_other(&format!("{}/login", app.config.issuer.path()))
}

/// The page that asks for the code.
pub(super) async fn ask(
    app: &App,
    half: Half,
    browser: &str,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, PageError> {
    let waiting = Waiting {
        account_id: half.account.id.clone(),
        password: fingerprint(app, half.password_hash.as_deref()),
        onward: half.onward,
    };
    let (id, until) = (app.chance.id(now), now.plus(STEP_LIFE));
    let step = app.second_factors.seals.seal(Purpose::SecondStep, browser, &waiting, id, until);
    let page = SecondStep {
        csrf: session::csrf(app, FORM, browser),
        step,
        app: None,
        account: Foreign::from(half.account.name.as_str()),
        refused: false,
    };
    answer(app, page, waiting.onward.as_ref(), StatusCode::OK, headers, now).await
}

/// The code is right: a session begins.
pub async fn submit(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let (form, browser) = sent_form(&app, &headers, body, FORM).await?;
    let step = one(&form, "step")?.unwrap_or_default();
    let (opened, account) = waiting(&app, browser, step, now).await?;
    let typed = match (one(&form, "totp")?, one(&form, "recovery_code")?) {
        (None, Some(code)) => Typed::RecoveryCode(code),
        (code, _) => Typed::Totp(code.unwrap_or_default()),
    };
    let occasion = Occasion { from, now };
    match second_factor::check(&app, &account, typed, occasion).await {
        Ok(proven) => {
            let mut uses = vec![opened.spend()];
            uses.extend(proven.uses);
            tracing::info!(account = account.name, method = proven.method.as_str(), "sign-in");
            let proof = Proof { account, method: proven.method, uses };
            begin(&app, proof, opened.content.onward, &headers, occasion).await
        }
        Err(NotProven::Wrong) => {
            app.metrics.sign_in("refused");
            let page = SecondStep {
                csrf: session::csrf(&app, FORM, browser),
                step: step.to_owned(),
                app: None,
                account: Foreign::from(account.name.as_str()),
                refused: true,
            };
            let onward = opened.content.onward.as_ref();
            answer(&app, page, onward, StatusCode::FORBIDDEN, &headers, now).await
        }
        Err(NotProven::TooManyTries) => {
            app.metrics.sign_in("refused");
            let mut batch = Batch::new();
            batch.push(opened.spend());
            let _ = app.store.commit(batch).await?;
            Err(Problem::TooManyRequests { retry_after: Duration::from_mins(1) }.into())
        }
        Err(NotProven::NotSet) => Err(Problem::InteractionExpired.into()),
        Err(NotProven::Store(error)) => Err(error.into()),
    }
}

/// What waits in this browser, and whose it is, as long as it may be gone on with.
async fn waiting(
    app: &App,
    browser: &str,
    step: &str,
    now: Timestamp,
) -> Result<(Opened<Waiting>, Account), PageError> {
    let ended = || PageError(Problem::InteractionExpired);
    let opened = app.second_factors.seals.open::<Waiting>(Purpose::SecondStep, browser, step, now);
    let opened = opened.ok_or_else(ended)?;
    if opened.is_spent(&app.store).await? {
        return Err(ended());
    }
    let id = &opened.content.account_id;
    let account = accounts::by_id(&app.store, id).await?.filter(Account::is_usable).ok_or_else(ended)?;
    let password = accounts::password_hash(&app.store, id).await?;
    let is_same = Secret::new(fingerprint(app, password.as_deref())).equals(&opened.content.password);
    if is_same { Ok((opened, account)) } else { Err(ended()) }
}

async fn answer(
    app: &App,
    page: SecondStep,
    onward: Option<&Onward>,
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, PageError> {
    let Some(request) = onward.and_then(Onward::request) else {
        return Ok(respond::page(status, &page));
    };
    let session = session::current(app, headers, now).await?;
    let standing = standing_of(app, request, session.as_ref(), now).await?;
    let page = SecondStep { app: Some(describe::app(app, &standing, &request.redirect_uri)), ..page };
    Ok(respond::page_towards_client(status, &page))
}

const FORM: &str = "second step";

fn fingerprint(app: &App, password_hash: Option<&str>) -> String {
    app.hash_key.hash(&format!("password {}", password_hash.unwrap_or_default())).as_str().to_owned()
}
