//! The acts of the token endpoint: load, let the domain decide, commit, answer.

pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
pub mod refresh_token;

use domain::{
    client::{auth::AuthenticatedClient, metadata::GrantType},
    error::{ErrorCode, Refusal},
    grant::Grant,
    parameters::Parameters,
    resource,
    scope::Scope,
    secret::{Secret, TokenKind},
    time::Timestamp,
};
use store::{Statement, refresh_tokens};

use crate::app::App;

/// The first refresh token of a grant, for a client that may have one, and what makes it durable.
fn first_refresh_token(
    app: &App,
    client: &AuthenticatedClient,
    grant: &Grant,
    now: Timestamp,
) -> Option<(Secret, Statement)> {
    let may_refresh =
        client.registered().is_none_or(|client| client.metadata.allows(GrantType::RefreshToken));
    if !may_refresh {
        return None;
    }
    let (id, secret) = app.chance.credential(TokenKind::RefreshToken, now);
    let is_registered = client.registered().is_some();
    let end = app.live().settings.refresh_token_end(is_registered, grant.created_at, now);
    let insert = refresh_tokens::insert(&id, &app.hash_key.hash(secret.expose()), &grant.id, now, end);
    Some((secret, insert))
}

/// The `resource` parameters of a token request. RFC 8707 §2.2.
fn resources(form: &Parameters) -> Result<Vec<String>, Refusal> {
    resource::parse_all(form.all("resource"))
}

/// The `scope` parameter of a token request. RFC 6749 §3.3.
fn scope(form: &Parameters) -> Result<Option<Scope>, Refusal> {
    let text = form.one("scope")?;
    text.map(|text| {
        Scope::parse(text).map_err(|error| Refusal::new(ErrorCode::InvalidScope, error.to_string()))
    })
    .transpose()
}
