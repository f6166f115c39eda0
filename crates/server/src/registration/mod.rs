//! A registration from the body of a request to its answer: admit, parse, issue. Whichever way it came in.

mod issue;

use axum::{body::Body, response::Response};
use domain::{
    client::ClientId,
    directory::permission::Permission,
    discovery::path,
    error::{ErrorCode, Refusal},
    registration::{self, Policy, RawRegistration, Registration, Requester},
};
use http::HeaderMap;

pub use issue::seal_secret;

use crate::{
    app::{App, Live},
    journal::{self, Occasion},
    wire::{
        Failure,
        extract::{bearer::Caller, body as read_body},
    },
};
use issue::{By, issue};

pub async fn attempt(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    caller: Option<&Caller>,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let live = app.live();
    let requester = caller.map_or(Requester::Anonymous, requester);
    let admitted = registration::admit(&requester, &live.settings).map_err(|refusal| {
        if let Some(caller) = caller {
            journal::forbidden(app, caller, Permission::OauthClientRegistration, occasion);
        }
        let refuse = if refusal.credential_was_sent() { Failure::Refused } else { Failure::Unauthenticated };
        refuse(refusal.into())
    })?;
    let outcome = async {
        let raw = RawRegistration::read(&read_body::json(headers, body).await?)?;
        let registration = registration::parse(&raw, &policy(app, &live), admitted.door())?;
        check_signing(&registration, &live)?;
        let by = By { admitted: &admitted, caller, occasion };
        issue(app, registration, &by).await
    }
    .await;
    app.metrics.registration(admitted.door().as_str(), if outcome.is_ok() { "created" } else { "refused" });
    outcome
}

/// What the rules of a registration measure by.
pub fn policy<'a>(app: &'a App, live: &'a Live) -> Policy<'a> {
    Policy { settings: &live.settings, issuer: app.config.issuer.url() }
}

/// ID tokens can only be signed with what there is a key for. OpenID Connect Registration §2 `id_token_signed_response_alg`.
pub fn check_signing(registration: &Registration, live: &Live) -> Result<(), Refusal> {
    let algorithm = registration.metadata().id_token_signed_response_alg;
    if algorithm.is_none_or(|algorithm| live.keys.algorithms().contains(&algorithm)) {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorCode::InvalidClientMetadata,
        "id_token_signed_response_alg must be one of id_token_signing_alg_values_supported",
    ))
}

/// Where a registration is read, changed and deleted.
pub fn registration_client_uri(app: &App, client_id: &ClientId) -> String {
    format!("{}{}/{}", app.issuer(), path::REGISTER, client_id.as_str())
}

fn requester(caller: &Caller) -> Requester {
    let account = caller.account().id.clone();
    let may_register =
        caller.holds(Permission::Authenticate) && caller.holds(Permission::OauthClientRegistration);
    match caller {
        Caller::ApiKey { .. } => Requester::ApiKey { account, may_register },
        Caller::AccessToken { .. } => Requester::AccessToken { account, may_register },
    }
}
