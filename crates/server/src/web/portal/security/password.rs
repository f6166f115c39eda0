//! `/account/security/password`: another password, by whoever knows the present one.

use std::sync::Arc;

use askama::Template;
use axum::{body::Body, extract::State, response::Response};
use domain::{error::Refusal, secret::Secret};
use http::{StatusCode, header};

use super::{
    Told, page,
    refused::{sign_in_again, with_password},
    strength,
};
use crate::{
    admin::{
        Means,
        account_password::{self, PasswordError},
    },
    app::App,
    journal::{self, Occasion},
    web::{
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::wrong,
    },
    wire::cookie,
    words::{filters, said},
};

pub(super) const FORM: &str = "password";

/// Said to whoever is signed in nowhere any more.
#[derive(Debug, Template)]
#[template(path = "portal/security/changed.html")]
struct Changed {}

pub async fn change(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let typed = |name| Ok::<_, Refusal>(Secret::new(sent.one(name)?.unwrap_or_default()));
    let (current, new) = (typed("current_password")?, typed("new_password")?);
    if !visitor.is_recent() {
        return Ok(sign_in_again(&app));
    }
    let strength = strength::measured(&visitor, &new).await?;
    if !strength.is_enough() {
        let why = said("This password is too easy to guess. Nothing was changed.");
        let told = Told { wrong: Some(wrong("new_password", why)), strength: Some(strength), done: None };
        return page(&app, &visitor, told).await;
    }
    let means = Means::of(&app);
    match account_password::change(means, &app.passwords, &visitor.actor, &current, &new).await {
        Ok(()) => Ok(changed(&app)),
        Err(error) => {
            if matches!(error, PasswordError::WrongPassword) {
                let occasion = Occasion { from: visitor.from, now: visitor.now };
                journal::sign_in_refused(&app, Some(visitor.account()), occasion);
            }
            let told = Told { wrong: Some(with_password(error)?), ..Told::default() };
            page(&app, &visitor, told).await
        }
    }
}

/// Everything that the old password began is over, this browser's session too.
fn changed(app: &App) -> Response {
    let mut response = respond::page(StatusCode::OK, &Changed {});
    for name in [cookie::SESSION, cookie::VISIT] {
        if let Some(cookie) = cookie::clear(&app.config.issuer, name) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}
