//! `/account/security/totp` and `/account/security/recovery-codes`: codes of an app, and what helps when the phone is gone.

use std::sync::Arc;

use askama::Template;
use axum::{body::Body, extract::State, response::Response};
use domain::{directory::permission::Permission, error::Refusal, secret::Secret};
use http::StatusCode;

use super::{
    CODES, done_page,
    refused::{refused, with_factor},
};
use crate::{
    admin::{
        Means,
        second_factors::{self, FactorError, TotpOffer},
    },
    app::App,
    web::{
        frame::{Frame, Place},
        qr::{self, Qr},
        respond::{self, PageError},
        webadmin::Visitor,
        wrong::Wrong,
    },
    words::filters,
};

#[derive(Debug, Template)]
#[template(path = "portal/security/totp.html")]
struct Setup {
    frame: Frame,
    csrf: String,
    offer: Option<Shown>,
    wrong: Option<Wrong>,
}

/// A seed, to be looked at, typed or clicked.
struct Shown {
    qr: Option<Qr>,
    seed: String,
    url: String,
    sealed: String,
}

/// Codes that are shown this once.
#[derive(Template)]
#[template(path = "portal/security/codes.html")]
struct Codes {
    frame: Frame,
    fresh: Vec<String>,
    is_new_app: bool,
}

pub async fn set_up(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.require(Permission::AccountPasswordUpdate)?;
    match second_factors::offer_totp(Means::of(&app), &app.second_factors, &visitor.actor) {
        Ok(offer) => Ok(setup_page(&app, &visitor, Some(offer), None)),
        // The page says so itself, and leads to it.
        Err(FactorError::SignInAgain) => Ok(setup_page(&app, &visitor, None, None)),
        Err(error) => Err(error.into()),
    }
}

pub async fn confirm(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, CODES, body).await?;
    let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default());
    let (sealed, code) = (text("offer")?, text("totp")?);
    let (means, factors, actor) = (Means::of(&app), &app.second_factors, &visitor.actor);
    match second_factors::confirm_totp(means, factors, actor, sealed, code.trim()).await {
        Ok(codes) => Ok(codes_page(&app, &visitor, &codes, true)),
        Err(error @ FactorError::WrongCode) => {
            let offer = second_factors::show_again(means, factors, actor, sealed)?;
            Ok(setup_page(&app, &visitor, Some(offer), Some(with_factor(error)?)))
        }
        Err(error) => refused(&app, &visitor, error).await,
    }
}

pub async fn remove(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, CODES, body).await?;
    match second_factors::remove_totp(Means::of(&app), &visitor.actor).await {
        Ok(()) => Ok(done_page(&app, "no-codes")),
        Err(error) => refused(&app, &visitor, error).await,
    }
}

pub async fn new_codes(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Body,
) -> Result<Response, PageError> {
    visitor.sent(&app, CODES, body).await?;
    match second_factors::new_recovery_codes(Means::of(&app), &visitor.actor).await {
        Ok(codes) => Ok(codes_page(&app, &visitor, &codes, false)),
        Err(error) => refused(&app, &visitor, error).await,
    }
}

fn setup_page(app: &App, visitor: &Visitor, offer: Option<TotpOffer>, wrong: Option<Wrong>) -> Response {
    let status = if wrong.is_some() { Wrong::STATUS } else { StatusCode::OK };
    let page = Setup {
        frame: Frame::of(app, visitor, Place::Security),
        csrf: visitor.csrf(app, CODES),
        offer: offer.map(Shown::of),
        wrong,
    };
    respond::page(status, &page)
}

fn codes_page(app: &App, visitor: &Visitor, codes: &[Secret], is_new_app: bool) -> Response {
    let page = Codes {
        frame: Frame::of(app, visitor, Place::Security),
        fresh: codes.iter().map(|code| code.expose().to_owned()).collect(),
        is_new_app,
    };
    respond::page(StatusCode::OK, &page)
}

impl Shown {
    fn of(offer: TotpOffer) -> Self {
        let letters: Vec<char> = offer.seed.expose().chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Self {
            qr: qr::of(offer.url.expose()),
            seed: groups.join(" "),
            url: offer.url.expose().to_owned(),
            sealed: offer.sealed,
        }
    }
}

/// It holds a secret.
impl std::fmt::Debug for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Shown(****)")
    }
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Codes(****)")
    }
}
