//! `POST /register`: a client registers itself. RFC 7591 §3, OpenID Connect Registration §3.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use http::HeaderMap;

use crate::{
    app::App,
    clock,
    journal::Occasion,
    registration,
    wire::{
        Failure,
        extract::{Peer, bearer, bearer::Caller},
    },
};

/// Admits, parses, issues.
pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let occasion = Occasion { from, now: clock::now() };
    let caller = caller(&app, &headers, occasion)
        .await
        .inspect_err(|failure| app.tallies.registration_refused(None, failure, occasion.now))?;
    let outcome = registration::attempt(&app, &headers, body, caller.as_ref(), occasion).await;
    if let Err(failure) = &outcome {
        let tenant = caller.as_ref().and_then(|caller| caller.account().member_tenant_id.as_ref());
        app.tallies.registration_refused(tenant, failure, occasion.now);
    }
    outcome
}

async fn caller(app: &App, headers: &HeaderMap, occasion: Occasion) -> Result<Option<Caller>, Failure> {
    match bearer::token(headers)? {
        Some(token) => bearer::caller(app, token, occasion.from, occasion.now).await.map(Some),
        None => Ok(None),
    }
}
