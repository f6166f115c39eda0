//! `POST /register`: a client registers itself. RFC 7591 §3, OpenID Connect Registration §3.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use domain::error::ErrorCode;
use http::{HeaderMap, header};

use crate::{
    app::App,
    clock,
    journal::Occasion,
    registration::{self, Registrant},
    wire::{
        Failure,
        extract::{Peer, bearer},
    },
};

/// With a bearer credential or none.
pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    register(&app, bearer::token(&headers), &headers, body, Occasion { from, now: clock::now() }).await
}

/// With an initial access token in the address, for programs that are given the address to register at and can send no header.
pub async fn post_with_token(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let token = path.map_err(|_| bearer::invalid()).map(|Path(token)| token);
    let presented = match &token {
        Ok(_) if headers.contains_key(header::AUTHORIZATION) => Err(Failure::new(
            ErrorCode::InvalidRequest,
            "the address carries a token already; send no Authorization header",
        )),
        // Nothing but an initial access token may stand in an address.
        Ok(token) if token.starts_with(domain::secret::TokenKind::InitialAccessToken.prefix()) => {
            Ok(Some(token.as_str()))
        }
        Ok(_) | Err(_) => Err(bearer::invalid()),
    };
    register(&app, presented, &headers, body, Occasion { from, now: clock::now() }).await
}

async fn register(
    app: &App,
    presented: Result<Option<&str>, Failure>,
    headers: &HeaderMap,
    body: Body,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let registrant = match presented {
        Ok(presented) => Registrant::of(app, presented, occasion).await,
        Err(failure) => Err(failure),
    };
    let registrant =
        registrant.inspect_err(|failure| app.tallies.registration_refused(None, failure, occasion.now))?;
    registration::attempt(app, &registrant, headers, body, occasion).await
}
