//! `GET /metrics` in the Prometheus text format, for listed networks or an API key with `metrics-get`.

use std::sync::Arc;

use axum::{
    Extension,
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
        extract::{Peer, bearer, peer::PeerAddress},
    },
};

pub async fn get(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    Extension(PeerAddress(peer)): Extension<PeerAddress>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let is_known = !comes_through_a_proxy(&headers) || from != peer.ip().to_canonical();
    if !(is_known && app.config.metrics_allow.iter().any(|net| net.contains(&from))) {
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

/// Whether the request says that somebody sent it on. Then the address of the connection is that of a proxy, often one on this very host,
/// and says nothing of the sender, unless the proxy is listed and named another.
fn comes_through_a_proxy(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name))
}
