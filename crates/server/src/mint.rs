//! The one place that makes tokens. Whoever calls it has a decision of the domain in hand.

use axum::response::Response;
use domain::{
    client::{Client, auth::AuthenticatedClient},
    directory::SignInMethod,
    grant::Grant,
    jose::{self, Algorithm},
    scope::Scope,
    secret::Secret,
    settings::OidcProvider,
    time::Timestamp,
    token::claims::{AccessTokenClaims, Audience, IdTokenClaims, id_token_extra},
};
use http::StatusCode;
use serde::Serialize;

use crate::{
    app::{App, Live},
    keys::ring::KeyError,
    wire::{Failure, answer},
};

/// Everything that goes into the tokens of a grant.
#[derive(Debug)]
pub struct Issue<'a> {
    pub client: &'a AuthenticatedClient,
    pub grant: &'a Grant,
    /// Of the access token: at most that of the grant.
    pub scope: &'a Scope,
    pub resources: &'a [String],
    pub refresh_token: Option<&'a Secret>,
    /// What the authorization request asked to hear of the sign-in; absent on a refresh.
    pub authentication: Option<Authentication<'a>>,
}

#[derive(Debug)]
pub struct Authentication<'a> {
    pub nonce: Option<&'a str>,
    pub acr: Option<&'a str>,
    pub method: SignInMethod,
    pub auth_time: Option<Timestamp>,
}

/// RFC 6749 §5.1; `scope` says what was granted, always, unless that is nothing.
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
}

/// The token response for a grant: access token, ID token when `openid` is in the scope, refresh token as given.
pub fn for_grant(app: &App, issue: &Issue<'_>, now: Timestamp) -> Result<Response, Failure> {
    let live = app.live();
    let scope = issue.scope.to_string();
    let subject = issue.grant.account.id.as_str();
    let client_id = issue.client.client_id().as_str();
    let claims = Access {
        subject,
        client_id,
        scope: &scope,
        resources: issue.resources,
        grant_id: Some(issue.grant.id.as_str()),
    };
    let access_token = access_token(app, &live, &claims, now)?;
    let id_token = if issue.scope.contains("openid") {
        Some(id_token(app, &live, issue, &access_token, now)?)
    } else {
        None
    };
    Ok(respond(&TokenResponse {
        access_token: &access_token,
        token_type: "Bearer",
        expires_in: live.settings.access_token_expiry.as_secs(),
        scope: &scope,
        refresh_token: issue.refresh_token.map(Secret::expose),
        id_token: id_token.as_deref(),
    }))
}

/// The token response for a client acting for itself.
pub fn for_client(
    app: &App,
    client: &Client,
    scope: &Scope,
    resources: &[String],
    now: Timestamp,
) -> Result<Response, Failure> {
    let live = app.live();
    let scope = scope.to_string();
    let client_id = client.client_id.as_str();
    let claims = Access { subject: client_id, client_id, scope: &scope, resources, grant_id: None };
    let access_token = access_token(app, &live, &claims, now)?;
    Ok(respond(&TokenResponse {
        access_token: &access_token,
        token_type: "Bearer",
        expires_in: live.settings.access_token_expiry.as_secs(),
        scope: &scope,
        refresh_token: None,
        id_token: None,
    }))
}

/// When a grant made now ends unless it is extended: later than any refresh token made now.
pub fn grant_end(settings: &OidcProvider, is_registered: bool, now: Timestamp) -> Timestamp {
    let life = settings.refresh_token_life(is_registered);
    now.plus(life).plus(life).plus(settings.access_token_expiry)
}

struct Access<'a> {
    subject: &'a str,
    client_id: &'a str,
    scope: &'a str,
    resources: &'a [String],
    grant_id: Option<&'a str>,
}

fn access_token(app: &App, live: &Live, access: &Access<'_>, now: Timestamp) -> Result<String, KeyError> {
    let jti = app.chance.id(now);
    let claims = AccessTokenClaims {
        iss: app.issuer(),
        sub: access.subject,
        client_id: access.client_id,
        aud: Audience { issuer: app.issuer(), resources: access.resources },
        iat: now.seconds(),
        exp: now.plus(live.settings.access_token_expiry).seconds(),
        jti: jti.as_str(),
        scope: Some(access.scope).filter(|scope| !scope.is_empty()),
        grant_id: access.grant_id,
    };
    live.keys.access_token_signer(live.settings.signature_algorithm, now)?.access_token(&claims)
}

/// Signed as the client registered, RS256 where it said nothing. OpenID Connect Registration §2.
fn id_token(
    app: &App,
    live: &Live,
    issue: &Issue<'_>,
    access_token: &str,
    now: Timestamp,
) -> Result<String, KeyError> {
    let registered =
        issue.client.registered().and_then(|client| client.metadata.id_token_signed_response_alg);
    let algorithm = registered.unwrap_or(Algorithm::Rs256);
    let authentication = issue.authentication.as_ref();
    let claims = IdTokenClaims {
        iss: app.issuer(),
        sub: issue.grant.account.id.as_str(),
        aud: issue.client.client_id().as_str(),
        iat: now.seconds(),
        exp: now.plus(live.settings.id_token_expiry).seconds(),
        auth_time: authentication.and_then(|asked| asked.auth_time).map(Timestamp::seconds),
        nonce: authentication.and_then(|asked| asked.nonce),
        acr: authentication.and_then(|asked| asked.acr),
        amr: authentication.map(|asked| asked.method.amr()).unwrap_or_default(),
        at_hash: &jose::at_hash(algorithm, access_token),
        requested: id_token_extra(&issue.grant.account, issue.scope, issue.grant.claims.as_ref()),
    };
    live.keys.signer(algorithm, now)?.id_token(&claims)
}

fn respond(response: &TokenResponse<'_>) -> Response {
    answer::json(StatusCode::OK, response)
}
