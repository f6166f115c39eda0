//! `Authorization: Bearer` for our own endpoints: an API key, or an access token of this server. RFC 6750 §2.1.

use std::{net::IpAddr, sync::Arc};

use domain::{
    client::ClientId,
    directory::{Account, KeyKind, PermissionSet, permission::Permission},
    error::{ErrorCode, Refusal},
    grant::Grant,
    id::Id,
    jose,
    journal::{ActorRef, CredentialKind},
    secret::TokenKind,
    time::Timestamp,
};
use http::{HeaderMap, header};
use serde_json::{Map, Value};
use store::{access_tokens, account_keys};

use crate::{
    app::App,
    journal::{self, Occasion},
    wire::Failure,
};

/// Who presents a good credential.
#[derive(Debug)]
pub enum Caller {
    ApiKey { id: Id, account: Box<Account>, permissions: PermissionSet },
    AccessToken { grant: Box<Grant> },
}

impl Caller {
    pub fn account(&self) -> &Account {
        match self {
            Self::ApiKey { account, .. } => account,
            Self::AccessToken { grant, .. } => &grant.account,
        }
    }

    /// How the journal names whoever it is.
    pub fn reference(&self) -> ActorRef {
        let account_id = Some(self.account().id.clone());
        match self {
            Self::ApiKey { id, .. } => ActorRef {
                account_id,
                credential_kind: Some(CredentialKind::ApiKey),
                credential_id: Some(id.clone()),
                client_id: None,
            },
            Self::AccessToken { grant } => ActorRef {
                account_id,
                credential_kind: Some(CredentialKind::AccessToken),
                credential_id: Some(grant.id.clone()),
                client_id: Some(grant.client_id.clone()),
            },
        }
    }

    /// What the credential may do. An access token acts for a person, but the person was asked only for what the consent page said:
    /// of the account's permissions it carries the one to register clients, which the mission gives it, and nothing else.
    pub fn holds(&self, permission: Permission) -> bool {
        match self {
            Self::ApiKey { permissions, .. } => permissions.contains(permission),
            Self::AccessToken { grant, .. } => {
                matches!(permission, Permission::Authenticate | Permission::OauthClientRegistration)
                    && grant.account.holds(permission)
            }
        }
    }
}

/// The bearer credential of the request, `None` when there is no `Authorization` header.
pub fn token(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let mut values = headers.get_all(header::AUTHORIZATION).into_iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let malformed = || {
        Failure::new(ErrorCode::InvalidRequest, "there must be one Authorization header, Bearer and a token")
    };
    if values.next().is_some() {
        return Err(malformed());
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(invalid)?;
    let is_token = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !scheme.eq_ignore_ascii_case("bearer") || !is_token(token) {
        return Err(invalid());
    }
    Ok(Some(token))
}

/// Whoever the credential belongs to, if it is good at `now` for a peer at `from`.
pub async fn caller(app: &App, token: &str, from: IpAddr, now: Timestamp) -> Result<Caller, Failure> {
    match TokenKind::ApiKey.row(token) {
        Some(id) => api_key(app, token, &id, from, now).await,
        None => access_token(app, token, now).await,
    }
}

async fn api_key(app: &App, token: &str, id: &Id, from: IpAddr, now: Timestamp) -> Result<Caller, Failure> {
    let (key, account) = account_keys::by_id(&app.store, KeyKind::ApiKey, id).await?.ok_or_else(invalid)?;
    let refuse = |why| {
        journal::wrong_api_key(app, (&key, &account), why, Occasion { from, now });
        Err(invalid())
    };
    if !app.hash_key.matches(token, &key.secret_hash) {
        return refuse("a wrong secret");
    }
    let permissions = key.effective_permissions(&account);
    if key.is_usable(now, from) && account.is_usable() && permissions.contains(Permission::Authenticate) {
        Ok(Caller::ApiKey { id: key.id, account: Box::new(account), permissions })
    } else {
        refuse("its end, its address or its account does not let it in")
    }
}

/// An access token for this server itself, of a grant that still stands and a client that may still be served.
async fn access_token(app: &App, token: &str, now: Timestamp) -> Result<Caller, Failure> {
    let (claims, grant) = live_access_token(app, token, now).await?.ok_or_else(invalid)?;
    let grant = grant.ok_or_else(invalid)?;
    if is_for_us(app, &claims) { Ok(Caller::AccessToken { grant: Box::new(grant) }) } else { Err(invalid()) }
}

/// Whether an access token names this server in its audience: one for another resource server is worth nothing here. RFC 9068 §4.
pub fn is_for_us(app: &App, claims: &Map<String, Value>) -> bool {
    let is_ours = |audience: &&str| audience.trim_end_matches('/') == app.issuer();
    jose::claims::audiences(claims).is_ok_and(|audiences| audiences.iter().any(is_ours))
}

/// The claims of an access token that is good at `now`, with its grant if a person is behind it; `None` when it is not good, for
/// whatever reason: signature, expiry, revocation, grant, account, client.
pub async fn live_access_token(
    app: &App,
    token: &str,
    now: Timestamp,
) -> Result<Option<(Arc<Map<String, Value>>, Option<Grant>)>, Failure> {
    let Ok(claims) = app.live().keys.access_token_claims(token, now) else {
        return Ok(None);
    };
    let text = |name| claims.get(name).and_then(Value::as_str);
    let (Some(jti), Some(client_id), true) =
        (text("jti"), text("client_id"), text("iss") == Some(app.issuer()))
    else {
        return Ok(None);
    };
    let client_id = ClientId::from_stored(client_id.to_owned());
    let grant_id = match claims.get("grant_id").map(|id| id.as_str().and_then(Id::parse)) {
        // It names something that is no grant, which is not the same as naming none.
        Some(None) => return Ok(None),
        named => named.flatten(),
    };
    let backing = access_tokens::backing(&app.store, jti, &client_id, grant_id.as_ref()).await?;
    if backing.is_revoked || backing.client.as_ref().is_some_and(|client| !client.is_usable(now)) {
        return Ok(None);
    }
    let serves = |grant: &Grant| backing.client.as_ref().is_none_or(|client| client.serves(&grant.account));
    Ok(match grant_id {
        Some(_) => backing
            .grant
            .filter(|grant| grant.stands(now).is_ok() && serves(grant))
            .map(|grant| (claims, Some(grant))),
        // No person behind it: it lives as long as its client.
        None => backing.client.map(|_| (claims, None)),
    })
}

/// One text for every bad credential.
pub fn invalid() -> Failure {
    Refusal::new(
        ErrorCode::InvalidToken,
        "the bearer token is malformed, expired, revoked or not for this server",
    )
    .into()
}
