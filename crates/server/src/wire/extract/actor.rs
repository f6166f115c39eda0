//! Who administers: an account by its password, an API key, or an access token that was asked for the management of this server.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    client::{management::MANAGE, standing::Standing},
    directory::{Account, KeyKind, permission::Permission, second_factor::is_password_enough},
    error::ErrorCode,
    id::Id,
    scope::Scope,
    secret::{Secret, TokenKind},
    time::Timestamp,
};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use serde_json::Value;
use store::{StoreError, account_keys, accounts, clients, totp};

use super::{Peer, bearer};
use crate::{
    admin::actor::{Actor, Credential, Who},
    app::App,
    clock,
    journal::{self, Occasion},
    pace::TooOften,
    password::{Attempt, Busy},
    wire::{Failure, problem},
};

/// Why nobody is known to administer.
#[derive(Debug)]
pub enum NoActor {
    /// There is no credential, or a bad one.
    Unauthenticated {
        detail: &'static str,
        challenge: String,
    },
    /// The credential is good, and not for this.
    Forbidden {
        detail: &'static str,
        challenge: Option<String>,
    },
    Busy(Busy),
    Store(StoreError),
    Malformed(&'static str),
    /// Anything else that went wrong, which already knows what to say.
    Failed(Failure),
}

/// A route of administrators takes the actor as an argument; without one it answers why.
impl FromRequestParts<Arc<App>> for Actor {
    type Rejection = NoActor;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NoActor> {
        let Ok(Peer(from)) = Peer::from_request_parts(parts, app).await;
        actor(app, &parts.headers, from, clock::now()).await
    }
}

/// The actor behind the one `Authorization` header.
pub async fn actor(app: &App, headers: &HeaderMap, from: IpAddr, now: Timestamp) -> Result<Actor, NoActor> {
    let mut values = headers.get_all(header::AUTHORIZATION).into_iter();
    let Some(value) = values.next() else {
        return Err(unauthenticated(app, None, "send an API key or an access token as a bearer token"));
    };
    if values.next().is_some() {
        return Err(NoActor::Malformed("there is more than one Authorization header"));
    }
    let (scheme, credential) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(|| invalid(app))?;
    if scheme.eq_ignore_ascii_case("basic") {
        return by_password(app, credential, Occasion { from, now }).await;
    }
    let token = bearer::token(headers).ok().flatten().ok_or_else(|| invalid(app))?;
    match TokenKind::ApiKey.row(token) {
        Some(_) => by_api_key(app, token, from, now).await,
        None => by_access_token(app, token, from, now).await,
    }
}

/// `user:password` in base64, the password of the account or one of its app passwords. RFC 7617 §2. Every no sounds the same, and costs
/// the same work where people could have typed it.
async fn by_password(app: &App, credentials: &str, occasion: Occasion) -> Result<Actor, NoActor> {
    let decoded = STANDARD.decode(credentials.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (name, password) =
        decoded.as_deref().and_then(|text| text.split_once(':')).ok_or_else(|| invalid(app))?;
    let name = Account::canonical_name(name);
    if let Some(id) = TokenKind::AppPassword.row(password) {
        return by_app_password(app, &id, (name.as_deref(), password), occasion).await;
    }
    let row = match &name {
        Some(name) => accounts::by_name(&app.store, name).await?,
        None => None,
    };
    let (account, stored) = row.map_or((None, None), |(account, hash)| (Some(account), hash));
    let attempt = Attempt { name: name.as_deref(), source: occasion.from, now: occasion.now };
    let is_right = app.passwords.verify(Secret::new(password), stored, &attempt).await?;
    match account {
        Some(account)
            if is_right
                && account.is_usable()
                && is_password_enough(totp::is_set(&app.store, &account.id).await?) =>
        {
            app.metrics.sign_in("accepted");
            Ok(Actor::by_password(account, occasion.from, occasion.now))
        }
        other => {
            app.metrics.sign_in("refused");
            journal::sign_in_refused(app, other.as_ref(), occasion);
            Err(invalid(app))
        }
    }
}

async fn by_app_password(
    app: &App,
    id: &Id,
    (name, password): (Option<&str>, &str),
    occasion: Occasion,
) -> Result<Actor, NoActor> {
    let found = account_keys::by_id(&app.store, KeyKind::AppPassword, id).await?;
    let (key, account) = found.ok_or_else(|| invalid(app))?;
    let is_right = app.hash_key.matches(password, &key.secret_hash) && name == Some(&account.name);
    let actor = Actor::by_key(&key, account.clone(), occasion.from);
    let may = key.is_usable(occasion.now, occasion.from)
        && account.is_usable()
        && actor.permissions.contains(Permission::Authenticate);
    if is_right && may {
        return Ok(actor);
    }
    journal::sign_in_refused(app, Some(&account), occasion);
    Err(invalid(app))
}

async fn by_api_key(app: &App, token: &str, from: IpAddr, now: Timestamp) -> Result<Actor, NoActor> {
    let caller = bearer::caller(app, token, from, now).await.map_err(|failure| refused(app, failure))?;
    let bearer::Caller::ApiKey { id, account, permissions } = caller else {
        return Err(invalid(app));
    };
    let who = Who::Account { account, credential: Credential::ApiKey(id) };
    Ok(Actor { who, permissions, from: Some(from), signed_in_at: None })
}

/// An access token acts for a person who was told that it administers: that is what its scope says. No other token of a person does, and
/// none of a client that acts for itself. The right to manage ends at once where its client would not be served now: the console and the
/// command line stop with the requirement to register, while tokens for other things live out their hour.
async fn by_access_token(app: &App, token: &str, from: IpAddr, now: Timestamp) -> Result<Actor, NoActor> {
    let live = bearer::live_access_token(app, token, now).await.map_err(|failure| refused(app, failure))?;
    let (claims, grant) = live.ok_or_else(|| invalid(app))?;
    if !bearer::is_for_us(app, &claims) {
        return Err(invalid(app));
    }
    let scope = claims.get("scope").and_then(Value::as_str).and_then(|text| Scope::parse(text).ok());
    let Some(grant) = grant.filter(|_| scope.is_some_and(|scope| scope.contains(MANAGE))) else {
        let challenge = challenge(app, Some("insufficient_scope"));
        return Err(NoActor::Forbidden {
            detail: "the access token does not carry the scope urn:wayleave:scope:manage of a person",
            challenge: Some(format!("{challenge}, scope=\"{MANAGE}\"")),
        });
    };
    let known = clients::known(&app.store, &grant.client_id).await?;
    let account = Some(&grant.account);
    if Standing::decide(&grant.client_id, known, &app.live().settings, account, now).is_err() {
        return Err(invalid(app));
    }
    let permissions = grant.account.permissions;
    let signed_in_at = Some(grant.authenticated_at);
    let credential = Credential::AccessToken { client_id: grant.client_id, grant_id: grant.id };
    let who = Who::Account { account: Box::new(grant.account), credential };
    Ok(Actor { who, permissions, from: Some(from), signed_in_at })
}

fn refused(app: &App, failure: Failure) -> NoActor {
    match failure {
        Failure::Refused(refusal) if refusal.code() == ErrorCode::InvalidToken => invalid(app),
        Failure::Store(error) => NoActor::Store(error),
        other => NoActor::Failed(other),
    }
}

/// One answer for every bad credential.
fn invalid(app: &App) -> NoActor {
    unauthenticated(
        app,
        Some("invalid_token"),
        "the credential is malformed, expired, revoked or not for this server; accounts with a second factor use an API key",
    )
}

fn unauthenticated(app: &App, error: Option<&'static str>, detail: &'static str) -> NoActor {
    NoActor::Unauthenticated { detail, challenge: challenge(app, error) }
}

/// RFC 6750 §3, RFC 9728 §5.1.
fn challenge(app: &App, error: Option<&str>) -> String {
    let issuer = &app.config.issuer;
    let (origin, path) = (issuer.origin(), issuer.path());
    let error = error.map(|error| format!(", error=\"{error}\"")).unwrap_or_default();
    format!(
        "Bearer realm=\"wayleave\", resource_metadata=\"{origin}/.well-known/oauth-protected-resource{path}\"{error}"
    )
}

impl From<StoreError> for NoActor {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Busy> for NoActor {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}

impl IntoResponse for NoActor {
    fn into_response(self) -> Response {
        match self {
            Self::Unauthenticated { detail, challenge } => {
                with_challenge(problem::of_status(StatusCode::UNAUTHORIZED, detail), Some(&challenge))
            }
            Self::Forbidden { detail, challenge } => {
                with_challenge(problem::of_status(StatusCode::FORBIDDEN, detail), challenge.as_deref())
            }
            Self::Malformed(detail) => problem::of_status(StatusCode::BAD_REQUEST, detail),
            Self::Busy(Busy::Source) => problem::too_many("too many passwords at a time from this address"),
            Self::Busy(Busy::TooOften(TooOften { retry_after })) => {
                problem::too_often("too many wrong passwords from this address", retry_after)
            }
            Self::Busy(Busy::Everybody) => problem::unavailable(),
            Self::Store(StoreError::Nul) => {
                problem::of_status(StatusCode::BAD_REQUEST, "there is a NUL character")
            }
            Self::Store(error @ StoreError::Unavailable(_)) => {
                tracing::warn!(%error, "the store gave no answer");
                problem::unavailable()
            }
            Self::Store(error) => {
                tracing::error!(%error, "the store failed");
                problem::internal()
            }
            Self::Failed(failure) => failure.into_response(),
        }
    }
}

fn with_challenge(mut response: Response, challenge: Option<&str>) -> Response {
    if let Some(value) = challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
