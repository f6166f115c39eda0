//! `/account/sessions`: where the account is signed in.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{directory::SignInMethod, error::Refusal, id::Id, parameters::Parameters, time::Timestamp};
use http::{StatusCode, header};
use store::sessions::Sighting;

use super::device::Device;
use crate::{
    admin::{
        Means,
        sessions::{self, SessionError, Which},
    },
    app::App,
    web::{
        frame::{Frame, Place},
        page::{Foreign, Problem},
        respond::{self, PageError},
        webadmin::Visitor,
    },
    wire::cookie,
    words::{Said, filters, said},
};

const FORM: &str = "sessions";

#[derive(Debug, Template)]
#[template(path = "portal/sessions.html")]
struct Sessions {
    frame: Frame,
    csrf: String,
    rows: Vec<Row>,
    is_done: bool,
    now: Timestamp,
}

#[derive(Debug)]
struct Row {
    id: Id,
    device: Device,
    from: Option<Foreign>,
    method: Said,
    created_at: Timestamp,
    last_seen_at: Option<Timestamp>,
    expires_at: Timestamp,
    /// It is the one that this page is shown in.
    is_this: bool,
}

pub async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let asked = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let found = sessions::own(&app.store, &visitor.actor, visitor.now).await?;
    let page = Sessions {
        frame: Frame::of(&app, &visitor, Place::Sessions),
        csrf: visitor.csrf(&app, FORM),
        rows: found.into_iter().map(|session| Row::of(session, &visitor.session.id)).collect(),
        is_done: asked.one("done").map_err(Refusal::from)?.is_some(),
        now: visitor.now,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

pub async fn end(State(app): State<Arc<App>>, visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let named = sent.one("session").map_err(Refusal::from)?;
    let named = named.map(|text| Id::parse(text).ok_or(Problem::NotFound)).transpose()?;
    let this = &visitor.session.id;
    let which = match (sent.required("end").map_err(Refusal::from)?, &named) {
        ("one", Some(id)) => Which::One(id),
        ("others", _) => Which::AllBut(this),
        ("all", _) => Which::All,
        _ => return Err(Problem::BadRequest { detail: "there is no such action".to_owned() }.into()),
    };
    sessions::end(Means::of(&app), &visitor.actor, which).await?;
    let ends_this = match which {
        Which::One(id) => id == this,
        Which::AllBut(_) => false,
        Which::All => true,
    };
    Ok(if ends_this { signed_out(&app) } else { done(&app) })
}

fn done(app: &App) -> Response {
    respond::see_other(&format!("{}{}?done=1", app.config.issuer.path(), Place::Sessions.path()))
}

/// Nobody is signed in in this browser any more: to the page that says so.
fn signed_out(app: &App) -> Response {
    let issuer = &app.config.issuer;
    let mut response = respond::see_other(&format!("{}{}", issuer.path(), domain::discovery::path::LOGOUT));
    for name in [cookie::SESSION, cookie::VISIT] {
        if let Some(cookie) = cookie::clear(issuer, name) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

impl Row {
    fn of(session: Sighting, this: &Id) -> Self {
        Self {
            is_this: session.id == *this,
            id: session.id,
            device: Device::of(session.user_agent.as_deref()),
            from: session.from.map(Foreign::from),
            method: method(session.method),
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        }
    }
}

const fn method(method: SignInMethod) -> Said {
    match method {
        SignInMethod::Password => said("with the password"),
        SignInMethod::PasswordAndTotp => said("with the password and a code"),
        SignInMethod::PasswordAndRecoveryCode => said("with the password and a recovery code"),
        SignInMethod::Passkey => said("with a passkey"),
    }
}

impl From<SessionError> for PageError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Forbidden(_) | SessionError::NoAccount => Problem::NotPermitted.into(),
            SessionError::Unknown => Problem::NotFound.into(),
            SessionError::Store(error) => error.into(),
        }
    }
}
