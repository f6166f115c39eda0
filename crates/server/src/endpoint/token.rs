//! `POST /token`. RFC 6749 §3.2.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    discovery::path,
    error::{ErrorCode, Refusal},
    parameters::Parameters,
};
use http::HeaderMap;

use crate::{
    app::App,
    clock, grant,
    journal::Occasion,
    wire::{
        Failure,
        extract::{Peer, body as read_body, client_auth},
    },
};

/// The grants of this endpoint.
#[derive(Clone, Copy, Debug)]
enum GrantRequest {
    AuthorizationCode,
    RefreshToken,
    ClientCredentials,
    DeviceCode,
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
    let grant = grant_request(&form)?;
    let client = client_auth::authenticate(&app, &headers, &form, path::TOKEN, occasion).await?;
    let answer = match grant {
        GrantRequest::AuthorizationCode => {
            grant::authorization_code::redeem(&app, &client, &form, occasion).await
        }
        GrantRequest::RefreshToken => grant::refresh_token::refresh(&app, &client, &form, occasion).await,
        GrantRequest::ClientCredentials => {
            grant::client_credentials::issue(&app, &client, &form, occasion.now)
        }
        GrantRequest::DeviceCode => grant::device_code::poll(&app, &client, &form, occasion).await,
    }?;
    app.client_uses.note(&client, occasion.now);
    Ok(answer)
}

fn grant_request(form: &Parameters) -> Result<GrantRequest, Refusal> {
    match form.required("grant_type")? {
        "authorization_code" => Ok(GrantRequest::AuthorizationCode),
        "refresh_token" => Ok(GrantRequest::RefreshToken),
        "client_credentials" => Ok(GrantRequest::ClientCredentials),
        "urn:ietf:params:oauth:grant-type:device_code" => Ok(GrantRequest::DeviceCode),
        _ => Err(Refusal::new(
            ErrorCode::UnsupportedGrantType,
            "grant_type must be authorization_code, refresh_token, client_credentials or urn:ietf:params:oauth:grant-type:device_code",
        )),
    }
}
