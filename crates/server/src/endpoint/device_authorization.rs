//! `POST /device_authorization`: a device asks for a code that somebody types elsewhere. RFC 8628 §3.1, §3.2.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    client::auth::AuthenticatedClient,
    device::{DeviceRequest, INTERVAL, State as Stage, UserCode, request},
    discovery::path,
    error::{ErrorCode, Refusal},
    parameters::Parameters,
    secret::{Secret, TokenKind},
};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use store::{Batch, StoreError, device_requests, device_requests::Hashes};

use crate::{
    app::App,
    chance, clock,
    journal::Occasion,
    wire::{
        Failure, answer,
        extract::{Peer, body as read_body, client_auth, user_agent},
    },
};

/// Two requests draw the same code once in billions of times; several times in a row something else is wrong.
const DRAWS: usize = 4;

/// RFC 8628 §3.2; the times are in seconds.
#[derive(Serialize)]
struct DeviceAuthorizationResponse<'a> {
    device_code: &'a str,
    user_code: String,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let occasion = Occasion { from, now: clock::now() };
    let form = read_body::form(&headers, body).await?;
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(Failure::new(ErrorCode::InvalidRequest, "parameters belong in the body, not in the URL"));
    }
    is_anybody(&headers, &form)?;
    let client =
        client_auth::authenticate(&app, &headers, &form, path::DEVICE_AUTHORIZATION, occasion).await?;
    let asked = request::check(&form, &client, &app.live().settings)?;
    let (id, device_code) = app.chance.credential(TokenKind::DeviceCode, occasion.now);
    let is_verified = client.registered().is_some_and(|client| client.is_verified);
    let life = app.live().settings.user_code_life(is_verified);
    let request = DeviceRequest {
        id,
        client_id: client.client_id().clone(),
        scope: asked.scope,
        resources: asked.resources,
        from,
        user_agent: user_agent(&headers),
        created_at: occasion.now,
        expires_at: occasion.now.plus(life),
        interval: INTERVAL,
        polled_at: None,
        state: Stage::Pending,
    };
    let user_code = store(&app, &request, &device_code, &client).await?;
    tracing::info!(client_id = client.client_id().as_str(), "a device asks");
    let verification_uri = format!("{}{}", app.issuer().trim_end_matches('/'), path::DEVICE);
    Ok(answer::json(
        StatusCode::OK,
        &DeviceAuthorizationResponse {
            device_code: device_code.expose(),
            verification_uri_complete: format!("{verification_uri}?user_code={}", user_code.shown()),
            user_code: user_code.shown(),
            verification_uri: &verification_uri,
            expires_in: life.as_secs(),
            interval: INTERVAL.as_secs(),
        },
    ))
}

/// A request that names no client in any way lacks a parameter. RFC 8628 §3.1.
fn is_anybody(headers: &HeaderMap, form: &Parameters) -> Result<(), Refusal> {
    let names_a_client = headers.contains_key(header::AUTHORIZATION)
        || ["client_id", "client_assertion"].iter().any(|name| form.all(name).next().is_some());
    if names_a_client { Ok(()) } else { Err(Refusal::new(ErrorCode::InvalidRequest, "client_id is missing")) }
}

/// Stores the request under a code that no other has. Where too many wait already there is none. RFC 8628 §5.1.
async fn store(
    app: &App,
    request: &DeviceRequest,
    device_code: &Secret,
    client: &AuthenticatedClient,
) -> Result<UserCode, Failure> {
    let tenant_id = client.registered().and_then(|client| client.member_tenant_id.as_ref());
    let device_hash = app.hash_key.hash(device_code.expose());
    for _ in 0..DRAWS {
        let Some(user_code) = UserCode::draw(&chance::bytes::<32>()) else {
            continue;
        };
        let user_hash = app.hash_key.hash(&user_code.canonical());
        let hashes = Hashes { device_code: &device_hash, user_code: &user_hash };
        let mut batch = Batch::new();
        batch.push(device_requests::insert(request, hashes, tenant_id));
        if app.store.commit(batch).await?.is_committed() {
            return Ok(user_code);
        }
        if device_requests::is_full(&app.store, tenant_id, request.created_at).await? {
            let why = "too many devices are waiting to be allowed; try again in a few minutes";
            let refusal = Refusal::new(ErrorCode::SlowDown, why);
            return Err(Failure::At(StatusCode::TOO_MANY_REQUESTS, refusal));
        }
    }
    Err(Failure::Store(StoreError::Unavailable("no user code was free".to_owned())))
}
