//! `POST /introspect`: what a token is worth right now. RFC 7662.

use std::{net::IpAddr, sync::Arc};

use axum::{body::Body, extract::State, response::Response};
use domain::{
    client::{
        ClientId,
        standing::{Known, Standing},
    },
    directory::permission::Permission,
    discovery::path,
    error::{ErrorCode, Refusal},
    grant::Grant,
    id::Id,
    parameters::Parameters,
    secret::TokenKind,
    time::Timestamp,
    token::introspection,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};
use store::{clients, refresh_tokens};

use crate::{
    app::App,
    clock,
    journal::{self, Occasion},
    wire::{
        Failure, answer,
        extract::{Peer, bearer, body as read_body, client_auth},
    },
};

/// Who asks, and therefore what may be told.
enum Asker {
    /// An API key with `token-introspect`: any token, of the account's tenant alone if it belongs to one.
    Account { tenant: Option<Id> },
    /// A confidential client: its own tokens and those meant for it.
    Client(String),
}

pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let now = clock::now();
    let form = read_body::form(&headers, body).await?;
    let asker = asker(&app, &headers, &form, from, now).await?;
    let token = form.required("token").map_err(Refusal::from)?;
    let answer = match TokenKind::RefreshToken.row(token) {
        Some(_) => refresh_token(&app, token, &asker, now).await?,
        None => access_token(&app, token, &asker, now).await?,
    };
    Ok(answer::json(StatusCode::OK, &answer.unwrap_or_else(introspection::inactive)))
}

/// Nobody may fish for tokens without being known. RFC 7662 §2.1.
async fn asker(
    app: &App,
    headers: &HeaderMap,
    form: &Parameters,
    from: IpAddr,
    now: Timestamp,
) -> Result<Asker, Failure> {
    let is_bearer = headers.get(header::AUTHORIZATION).is_some_and(|value| {
        value.as_bytes().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
    });
    if is_bearer {
        let token = bearer::token(headers)?.ok_or_else(bearer::invalid)?;
        let caller = bearer::caller(app, token, from, now).await?;
        return if caller.holds(Permission::TokenIntrospect) {
            Ok(Asker::Account { tenant: caller.account().member_tenant_id.clone() })
        } else {
            journal::forbidden(app, &caller, Permission::TokenIntrospect, Occasion { from, now });
            Err(Failure::new(
                ErrorCode::InsufficientScope,
                "the credential lacks the permission token-introspect",
            ))
        };
    }
    let occasion = Occasion { from, now };
    let client = client_auth::authenticate(app, headers, form, path::INTROSPECT, occasion).await?;
    if client.is_confidential() {
        app.client_uses.note(&client, now);
        Ok(Asker::Client(client.client_id().as_str().to_owned()))
    } else {
        Err(Failure::new(ErrorCode::InvalidClient, "introspection is for confidential clients and API keys"))
    }
}

async fn access_token(
    app: &App,
    token: &str,
    asker: &Asker,
    now: Timestamp,
) -> Result<Option<Value>, Failure> {
    let Some((claims, grant)) = bearer::live_access_token(app, token, now).await? else {
        return Ok(None);
    };
    let may_see = match asker {
        Asker::Account { tenant: None } => true,
        Asker::Account { tenant: Some(tenant) } => match &grant {
            Some(grant) => grant.account.member_tenant_id.as_ref() == Some(tenant),
            None => is_client_of(app, &claims, tenant).await?,
        },
        Asker::Client(client_id) => introspection::may_see(&claims, client_id),
    };
    Ok(may_see.then(|| introspection::access_token(&claims, grant.as_ref().map(|grant| &grant.account))))
}

/// A refresh token is shown to its own client only: a resource server has no business with one.
async fn refresh_token(
    app: &App,
    token: &str,
    asker: &Asker,
    now: Timestamp,
) -> Result<Option<Value>, Failure> {
    let Some(id) = TokenKind::RefreshToken.row(token) else {
        return Ok(None);
    };
    let row = refresh_tokens::by_id(&app.store, &id).await?;
    let Some((row, _)) = row.filter(|(_, hash)| app.hash_key.matches(token, hash)) else {
        return Ok(None);
    };
    let is_live = row.used_at.is_none() && now < row.expires_at && row.grant.stands(now).is_ok();
    if !is_live || !is_served(app, &row.grant, now).await? {
        return Ok(None);
    }
    let may_see = match asker {
        Asker::Account { tenant: None } => true,
        Asker::Account { tenant } => row.grant.account.member_tenant_id == *tenant,
        Asker::Client(client_id) => row.grant.client_id.as_str() == client_id,
    };
    Ok(may_see.then(|| introspection::refresh_token(&row.grant, row.expires_at, app.issuer())))
}

/// Whether the token of a client that acts for itself is of a client of the tenant.
async fn is_client_of(app: &App, claims: &Map<String, Value>, tenant: &Id) -> Result<bool, Failure> {
    let client_id = claims.get("client_id").and_then(Value::as_str).and_then(ClientId::parse);
    let Some(client_id) = client_id else { return Ok(false) };
    let known = clients::known(&app.store, &client_id).await?;
    Ok(matches!(known, Known::Client(client) if client.member_tenant_id.as_ref() == Some(tenant)))
}

/// Whether the client could still use what the grant gave it: a disabled one could not, nor one that would have to register now.
async fn is_served(app: &App, grant: &Grant, now: Timestamp) -> Result<bool, Failure> {
    let known = clients::known(&app.store, &grant.client_id).await?;
    Ok(Standing::decide(&grant.client_id, known, &app.live().settings, Some(&grant.account), now).is_ok())
}
