//! `POST /revoke`: a client gives a token back. RFC 7009.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{
    client::auth::AuthenticatedClient,
    discovery::path,
    error::{ErrorCode, Refusal},
    jose,
    secret::TokenKind,
    time::Timestamp,
};
use http::{HeaderMap, StatusCode};
use store::{Batch, access_tokens, grants, refresh_tokens};

use crate::{
    app::App,
    clock,
    journal::Occasion,
    wire::{
        Failure, answer,
        extract::{Peer, body as read_body, client_auth},
    },
};

/// 200 means: it is dead, durably, or it never lived. The hint is not needed, tokens tell what they are. RFC 7009 §2.2.
pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let now = clock::now();
    let form = read_body::form(&headers, body).await?;
    let occasion = Occasion { from, now };
    let client = client_auth::authenticate(&app, &headers, &form, path::REVOKE, occasion).await?;
    let token = form.required("token").map_err(Refusal::from)?;
    match TokenKind::RefreshToken.row(token) {
        Some(_) => revoke_refresh_token(&app, token, &client, now).await?,
        None => revoke_access_token(&app, token, &client, now).await?,
    }
    Ok(answer::empty(StatusCode::OK))
}

/// The refresh token's grant dies, and with it every token of it. RFC 7009 §2.1.
async fn revoke_refresh_token(
    app: &App,
    token: &str,
    client: &AuthenticatedClient,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(id) = TokenKind::RefreshToken.row(token) else {
        return Ok(());
    };
    let row = refresh_tokens::by_id(&app.store, &id).await?;
    let Some((row, _)) = row.filter(|(_, hash)| app.hash_key.matches(token, hash)) else {
        return Ok(());
    };
    check_owner(row.grant.client_id.as_str(), client)?;
    let mut batch = Batch::new();
    batch.push(grants::revoke(&row.grant.id, now));
    let _ = app.store.commit(batch).await?;
    Ok(())
}

/// The access token dies alone; its grant stays.
async fn revoke_access_token(
    app: &App,
    token: &str,
    client: &AuthenticatedClient,
    now: Timestamp,
) -> Result<(), Failure> {
    let Ok(claims) = app.live().keys.access_token_claims(token, now) else {
        return Ok(());
    };
    let text = |name| jose::claims::text(&claims, name);
    let (Ok(owner), Ok(jti), Ok(expires_at)) =
        (text("client_id"), text("jti"), jose::claims::moment(&claims, "exp"))
    else {
        return Ok(());
    };
    check_owner(owner, client)?;
    let mut batch = Batch::new();
    batch.push(access_tokens::revoke(jti, expires_at));
    let _ = app.store.commit(batch).await?;
    Ok(())
}

/// A token of another client is refused and stays alive. RFC 7009 §2.1.
fn check_owner(owner: &str, client: &AuthenticatedClient) -> Result<(), Refusal> {
    if owner == client.client_id().as_str() {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::InvalidGrant, "the token was issued to another client"))
}
