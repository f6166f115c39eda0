//! `GET /metrics` in the Prometheus text format, for listed networks or an API key with `metrics-get`.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    directory::permission::Permission,
    error::{ErrorCode, Refusal},
};
use http::{HeaderMap, header};

use crate::{
    app::App,
    clock,
    telemetry::metrics::CONTENT_TYPE,
    wire::{
        Failure,
        extract::{Peer, bearer},
    },
};

pub async fn get(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !app.config.metrics_allow.iter().any(|net| net.contains(&from)) {
        let token = bearer::token(&headers)?.ok_or_else(|| {
            Failure::Unauthenticated(Refusal::new(
                ErrorCode::InvalidToken,
                "send an API key that holds metrics-get as a bearer token",
            ))
        })?;
        if !bearer::caller(&app, token, from, clock::now()).await?.holds(Permission::MetricsGet) {
            return Err(Failure::new(
                ErrorCode::InsufficientScope,
                "the credential lacks the permission metrics-get",
            ));
        }
    }
    let headers = [(header::CONTENT_TYPE, CONTENT_TYPE)];
    Ok((headers, app.metrics.render()).into_response())
}
