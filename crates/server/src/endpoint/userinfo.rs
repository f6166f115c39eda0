//! `GET` and `POST /userinfo`: who the token's person is. OpenID Connect Core §5.3.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{
    error::{ErrorCode, Refusal},
    scope::Scope,
    token::claims,
};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::{
    app::App,
    clock,
    wire::{
        Failure, answer,
        extract::{bearer, body as read_body},
    },
};

pub async fn handle(
    State(app): State<Arc<App>>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    // Only a form may carry the token (RFC 6750 §2.2); what else a client sends along says nothing here.
    let in_body = if method == Method::POST && read_body::is_form(&headers) {
        read_body::form(&headers, body).await?.one("access_token").map_err(Refusal::from)?.map(str::to_owned)
    } else {
        None
    };
    let token = match (bearer::token(&headers)?, in_body) {
        (Some(_), Some(_)) => {
            return Err(Failure::new(ErrorCode::InvalidRequest, "send the access token in one place only"));
        }
        (Some(token), None) => token.to_owned(),
        (None, Some(token)) => token,
        (None, None) => {
            return Err(Failure::Unauthenticated(Refusal::new(
                ErrorCode::InvalidToken,
                "send an access token as a bearer token",
            )));
        }
    };
    let now = clock::now();
    let (token, grant) = bearer::live_access_token(&app, &token, now).await?.ok_or_else(bearer::invalid)?;
    if !bearer::is_for_us(&app, &token) {
        return Err(bearer::invalid());
    }
    let grant = grant.ok_or_else(insufficient)?;
    let scope = token
        .get("scope")
        .and_then(Value::as_str)
        .and_then(|text| Scope::parse(text).ok())
        .unwrap_or_default();
    if !scope.contains("openid") {
        return Err(insufficient());
    }
    Ok(answer::json(StatusCode::OK, &claims::userinfo(&grant.account, &scope)))
}

fn insufficient() -> Failure {
    Failure::new(ErrorCode::InsufficientScope, "the access token needs the scope openid")
}
