//! `/device/{id}`: a person allows a device what it asked for, or does not, or says that they never asked. RFC 8628 §3.3, §5.4.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use domain::{
    client::standing::Standing,
    device::{self, DeviceRequest, State as Stage, UserCode, request::Allowed},
    directory::Session,
    id::Id,
    parameters::Parameters,
    time::Timestamp,
};
use http::{HeaderMap, StatusCode};
use store::{Batch, Statement, clients, device_requests, grants};

use super::{
    consent::{self, Asked},
    device::{question, sign_in, standing},
    interaction::one,
};
use crate::{
    app::App,
    clock,
    journal::{self, Decided, Occasion},
    web::{
        page::{DeviceDone, DeviceOutcome, Problem},
        respond::{self, PageError},
        session,
    },
    wire::extract::{Peer, body as read_body},
};

/// A form about a device, come back from the browser of the person whom it was made for.
struct Posted {
    fields: Parameters,
    /// Which version of the client the page showed.
    version: i64,
    request: DeviceRequest,
    session: Session,
    occasion: Occasion,
}

/// The one decision. Whoever allowed a client that has changed since the page was made is shown the page again.
pub async fn decide(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let Posted { fields, version, request, session, occasion } =
        posted(&app, from, path, &headers, body).await?;
    let now = occasion.now;
    let code = one(&fields, "user_code")?.and_then(UserCode::parse).ok_or(Problem::ForeignForm)?;
    match one(&fields, "decision")? {
        Some("allow") => {
            let standing = standing(&app, &request, &session, now).await?;
            if !device::is_recent_for(&session, standing.registered(), &request, now) {
                return Ok(sign_in(&app, Some(&session), Some(&code), &headers, now));
            }
            if version != standing.version() {
                return question(&app, &standing, (&request, &code), &session, now).await;
            }
            allow(&app, &standing, &request, &session, occasion).await
        }
        Some("deny") => {
            let client = clients::known(&app.store, &request.client_id).await?;
            let decided = Decided { client: client.client(), ..about(&session, &request) };
            let event = journal::consented(&app, decided, occasion);
            refuse(&app, &request, event, DeviceOutcome::Denied, now).await
        }
        Some("report") => {
            let client = clients::known(&app.store, &request.client_id).await?;
            let event = journal::device_reported(&app, &session, &request, client.client(), occasion);
            tracing::warn!(client_id = request.client_id.as_str(), from = %request.from, "a device was reported");
            refuse(&app, &request, event, DeviceOutcome::Reported, now).await
        }
        Some("other") => Ok(sign_in(&app, None, Some(&code), &headers, now)),
        _ => {
            let detail = "decision must be allow, deny, report or other".to_owned();
            Err(Problem::BadRequest { detail }.into())
        }
    }
}

/// The token that the page about this device and this version of its client carries in the browser of this session, and nowhere else.
pub(super) fn csrf(app: &App, id: &Id, version: i64, session: &Session) -> String {
    let form = format!("device {id} {version}");
    format!("{version}.{}", session::csrf(app, &form, session.id.as_str()))
}

/// Reads the form and checks that it is one of ours, before anything is said of what it is about.
async fn posted(
    app: &App,
    from: IpAddr,
    path: Result<Path<String>, PathRejection>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Posted, PageError> {
    let now = clock::now();
    let fields = read_body::form(headers, body).await?;
    let session = session::current(app, headers, now).await?.ok_or(Problem::ForeignForm)?;
    let id = path.ok().and_then(|Path(text)| Id::parse(&text)).ok_or(Problem::ForeignForm)?;
    let token = one(&fields, "csrf")?;
    let version =
        token.and_then(|token| token.split_once('.')?.0.parse().ok()).ok_or(Problem::ForeignForm)?;
    session::check_form(app, headers, token, &csrf(app, &id, version, &session))?;
    let request = device_requests::by_id(&app.store, &id).await?.map(|(request, _)| request);
    let is_open = |request: &DeviceRequest| match request.state {
        Stage::Pending => now < request.expires_at,
        Stage::Denied | Stage::Allowed(_) | Stage::Over => false,
    };
    let request = request.filter(is_open).ok_or(Problem::InteractionExpired)?;
    Ok(Posted { fields, version, request, session, occasion: Occasion { from, now } })
}

/// Yes: a grant that the device comes for, in one batch with the decision. The row lets one of all decisions be it.
async fn allow(
    app: &App,
    standing: &Standing,
    request: &DeviceRequest,
    session: &Session,
    occasion: Occasion,
) -> Result<Response, PageError> {
    let now = occasion.now;
    let asked = Asked { scope: &request.scope, resources: &request.resources, claims: None };
    let metadata = standing.registered().map(|client| &client.metadata);
    let wanted = metadata.map(|metadata| metadata.default_acr_values.as_slice()).unwrap_or_default();
    let allowed = Allowed {
        grant: consent::new_grant(app, standing, &asked, session, now),
        method: session.method,
        acr: (!wanted.is_empty()).then(|| session.method.acr_among(wanted).to_owned()),
        wants_auth_time: metadata.is_some_and(|metadata| {
            metadata.require_auth_time == Some(true) || metadata.default_max_age.is_some()
        }),
    };
    let mut batch = Batch::new();
    batch.push(device_requests::allow(request, &allowed, standing.version(), now));
    batch.push(grants::insert(&allowed.grant)?);
    let (client, grant) = (standing.registered(), Some(&allowed.grant));
    batch.push(journal::consented(app, Decided { client, grant, ..about(session, request) }, occasion));
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Problem::InteractionExpired.into());
    }
    tracing::info!(client_id = request.client_id.as_str(), account = session.account.name, "device allowed");
    Ok(done(DeviceOutcome::Allowed))
}

/// No, with the event that tells why.
async fn refuse(
    app: &App,
    request: &DeviceRequest,
    event: Statement,
    outcome: DeviceOutcome,
    now: Timestamp,
) -> Result<Response, PageError> {
    let mut batch = Batch::new();
    batch.push(device_requests::deny(&request.id, now));
    batch.push(event);
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Problem::InteractionExpired.into());
    }
    Ok(done(outcome))
}

fn about<'a>(session: &'a Session, request: &'a DeviceRequest) -> Decided<'a> {
    let DeviceRequest { client_id, scope, resources, .. } = request;
    Decided { session, client_id, scope, resources, client: None, grant: None }
}

fn done(outcome: DeviceOutcome) -> Response {
    respond::page(StatusCode::OK, &DeviceDone { outcome })
}
