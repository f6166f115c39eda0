//! `/device`: a person types the code that a device shows. Signing in comes first, so that nobody guesses codes who has no account.
//! RFC 8628 §3.3.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::standing::Standing,
    device::{self, DeviceRequest, UserCode},
    directory::Session,
    discovery::path,
    error::Refusal,
    parameters::Parameters,
    time::Timestamp,
};
use http::{HeaderMap, Method, StatusCode};

use super::{
    consent, describe,
    device_decision::csrf,
    interaction::one,
    proceed::{self, Onward, is_unseen},
    user_code::{Found, find},
};
use crate::{
    app::App,
    clock,
    documents::Moment,
    journal::Occasion,
    taken_names,
    web::{
        page::{DeviceConsent, DeviceEntry, Foreign, Problem},
        qr,
        respond::{self, PageError},
        session,
    },
    wire::{
        answer,
        extract::{Peer, body as read_body},
    },
};

const FORM: &str = "device";

/// Asks for the code. One that the address brings stands in the field and goes nowhere by itself. RFC 8628 §3.3.1, §5.4.
pub async fn show(
    State(app): State<Arc<App>>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if is_unseen(&method, &headers) {
        return Ok(answer::empty(StatusCode::NO_CONTENT));
    }
    let now = clock::now();
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).map_err(Refusal::from)?;
    let code = parameters.all("user_code").next().and_then(UserCode::parse);
    match session::current(&app, &headers, now).await? {
        Some(session) if device::is_recent(&session, now) => {
            Ok(respond::page(StatusCode::OK, &entry(&app, &session, code.as_ref())))
        }
        before => Ok(sign_in(&app, before.as_ref(), code.as_ref(), &headers, now)),
    }
}

/// Takes the code and shows what it is for. Wrong codes and too many of them are answered in the same words.
pub async fn submit(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let form = read_body::form(&headers, body).await?;
    let session = session::current(&app, &headers, now).await?.ok_or(Problem::ForeignForm)?;
    let expected = session::csrf(&app, FORM, session.id.as_str());
    session::check_form(&app, &headers, one(&form, "csrf")?, &expected)?;
    let Some(code) = UserCode::parse(one(&form, "user_code")?.unwrap_or_default()) else {
        return Ok(wrong(&app, &session, None, StatusCode::FORBIDDEN));
    };
    let request = match find(&app, &session, &code, Occasion { from, now }).await? {
        Found::Request(request) => request,
        Found::Nothing => return Ok(wrong(&app, &session, Some(&code), StatusCode::FORBIDDEN)),
        Found::TooManyTries => {
            return Ok(wrong(&app, &session, Some(&code), StatusCode::TOO_MANY_REQUESTS));
        }
    };
    let standing = standing(&app, &request, &session, now).await?;
    if !device::is_recent_for(&session, standing.registered(), &request, now) {
        return Ok(sign_in(&app, Some(&session), Some(&code), &headers, now));
    }
    question(&app, &standing, (&request, &code), &session, now).await
}

/// The standing of the client that asks, for whoever is signed in; an error page where it may not be allowed anything.
pub(super) async fn standing(
    app: &App,
    request: &DeviceRequest,
    session: &Session,
    now: Timestamp,
) -> Result<Standing, PageError> {
    let standing = proceed::standing(app, &request.client_id, (Some(session), Moment::Decision), now).await?;
    if device::is_open_to(standing.registered(), &app.live().settings) {
        return Ok(standing);
    }
    let detail = "this client may not use the device grant".to_owned();
    Err(Problem::BadRequest { detail }.into())
}

/// The page that asks, about this version of the client and for nobody but this session.
pub(super) async fn question(
    app: &App,
    standing: &Standing,
    (request, code): (&DeviceRequest, &UserCode),
    session: &Session,
    now: Timestamp,
) -> Result<Response, PageError> {
    let page = DeviceConsent {
        request: request.id.to_string(),
        csrf: csrf(app, &request.id, standing.version(), session),
        user_code: code.shown(),
        app: describe::device(standing),
        name_warning: taken_names::warning(
            app,
            standing.registered(),
            session.account.member_tenant_id.as_ref(),
            now,
        )
        .await?,
        account: Foreign::from(session.account.name.as_str()),
        from: Foreign::from(request.from.to_string()),
        asked_at: request.created_at,
        user_agent: request.user_agent.as_deref().map(Foreign::from).filter(|text| !text.is_blank()),
        scopes: describe::scopes(&request.scope),
        resources: request.resources.iter().map(|resource| Foreign::from(resource.as_str())).collect(),
        links: describe::links(standing),
        lasting: consent::lasting(standing, &app.live().settings),
        first_seen: standing.registered().map(|client| client.created_at),
        now,
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Signs in and comes back here, with the code in the field.
pub(super) fn sign_in(
    app: &App,
    before: Option<&Session>,
    code: Option<&UserCode>,
    headers: &HeaderMap,
    now: Timestamp,
) -> Response {
    let username = before.map(|session| Foreign::from(session.account.name.as_str())).unwrap_or_default();
    let onward = Onward::Device { user_code: code.map(UserCode::shown) };
    proceed::sign_in(app, onward, (None, username), headers, now)
}

/// Where the code is typed, below the path of the issuer, with one that stands in the field already.
pub(super) fn address(base: &str, user_code: Option<&str>) -> String {
    match user_code {
        Some(code) => format!("{base}{}?user_code={code}", path::DEVICE),
        None => format!("{base}{}", path::DEVICE),
    }
}

fn entry(app: &App, session: &Session, code: Option<&UserCode>) -> DeviceEntry {
    let base = app.issuer().trim_end_matches('/');
    DeviceEntry {
        csrf: session::csrf(app, FORM, session.id.as_str()),
        account: Foreign::from(session.account.name.as_str()),
        user_code: code.map(UserCode::shown),
        qr: code.and_then(|code| qr::of(&address(base, Some(&code.shown())))),
        refused: false,
    }
}

fn wrong(app: &App, session: &Session, code: Option<&UserCode>, status: StatusCode) -> Response {
    let page = DeviceEntry { refused: true, qr: None, ..entry(app, session, code) };
    let mut response = respond::page(status, &page);
    if status == StatusCode::TOO_MANY_REQUESTS {
        let wait = device::TRIES_WINDOW.as_secs().to_string();
        if let Ok(wait) = wait.parse() {
            response.headers_mut().insert(http::header::RETRY_AFTER, wait);
        }
    }
    response
}
