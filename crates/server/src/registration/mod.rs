//! A registration from the body of a request to its answer: admit, parse, hold against policies, issue. Whichever way it came in.
//!
//! The endpoint of RFC 7591 comes here with [`attempt`]. Replacements (RFC 7592), administrators and whoever only tries something out come for
//! [`bounds_of`] the door that the client came through, and hand them to the same rules.

mod issue;
mod registrant;
mod statement;

use axum::{body::Body, response::Response};
use domain::{
    client::{Client, ClientId, Door},
    directory::permission::Permission,
    discovery::path,
    error::{ErrorCode, Refusal},
    id::Id,
    registration::{self, Policy, RawRegistration, Registration, bounds::Bounded, profile},
    time::Timestamp,
};
use http::HeaderMap;
use store::{Store, StoreError, initial_access_tokens, registration_policies};

pub use self::{issue::seal_secret, registrant::Registrant, statement::heed};

use crate::{
    app::{App, Live},
    journal::{self, Occasion},
    wire::{Failure, extract::body as read_body},
};
use issue::{By, issue};

/// Admits whoever registers, reads what they sent and makes the client. Nothing is read of somebody who is not let in.
pub async fn attempt(
    app: &App,
    registrant: &Registrant,
    headers: &HeaderMap,
    body: Body,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let outcome = admitted(app, registrant, headers, body, occasion).await;
    if let Err(failure) = &outcome {
        app.tallies.registration_refused(registrant.tenant(), failure, occasion.now);
        tell(app, registrant, failure, occasion);
    }
    outcome
}

async fn admitted(
    app: &App,
    registrant: &Registrant,
    headers: &HeaderMap,
    body: Body,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let live = app.live();
    let policies = registration_policies::in_force(&app.store, registrant.tenant()).await?;
    let admitted =
        registration::admit(&registrant.requester(), &live.settings, &policies).map_err(|refusal| {
            let refuse =
                if refusal.credential_was_sent() { Failure::Refused } else { Failure::Unauthenticated };
            refuse(refusal.into())
        })?;
    let door = admitted.door();
    let outcome = async {
        let mut bounds = profile::bounds_at(door, &policies);
        bounds.extend(registrant.token().map(bounded_by));
        let bytes = read_body::json(headers, body).await?;
        let registration = judge(app, &live, (&bounds, door), &bytes, occasion.now).await?;
        let by = By { admitted: &admitted, registrant, bounds: &bounds, occasion };
        issue(app, registration, &by).await
    }
    .await;
    app.metrics.registration(door.as_str(), if outcome.is_ok() { "created" } else { "refused" });
    outcome
}

/// The journal hears of whoever had a good credential and asked for more than it, or a policy, allows.
fn tell(app: &App, registrant: &Registrant, failure: &Failure, occasion: Occasion) {
    let (Failure::Refused(refusal), false) = (failure, matches!(registrant, Registrant::Stranger)) else {
        return;
    };
    let note = match (refusal.code(), refusal.violations()) {
        (ErrorCode::InsufficientScope, _) => {
            format!("this needs the permission {}", Permission::OauthClientRegistration)
        }
        (_, [violation, ..]) => format!("the policy {} forbids {}", violation.policy, violation.field),
        (_, []) => return,
    };
    journal::forbidden_to_register(app, registrant, note, occasion);
}

/// The bytes as a registration through `door`, if every rule and every bound lets it be one.
pub async fn judge(
    app: &App,
    live: &Live,
    (bounds, door): (&[Bounded], Door),
    bytes: &[u8],
    now: Timestamp,
) -> Result<Registration, Refusal> {
    let raw = heed(app, live, RawRegistration::read(bytes)?, None, now).await?;
    let registration = registration::parse(&raw, &policy(app, live, bounds), door)?;
    check_signing(&registration, live)?;
    Ok(registration)
}

/// What the rules of a registration measure by.
pub fn policy<'a>(app: &'a App, live: &'a Live, bounds: &'a [Bounded]) -> Policy<'a> {
    Policy { settings: &live.settings, issuer: app.config.issuer.url(), bounds }
}

/// What policies add to the rules at this door, for what belongs to this tenant or to none.
pub async fn bounds_of(store: &Store, door: Door, tenant: Option<&Id>) -> Result<Vec<Bounded>, StoreError> {
    Ok(profile::bounds_at(door, &registration_policies::in_force(store, tenant).await?))
}

/// What policies and tokens add to the rules for a client that exists, if it belonged to this tenant or to none.
pub async fn bounds_of_client(
    store: &Store,
    client: &Client,
    tenant: Option<&Id>,
) -> Result<Vec<Bounded>, StoreError> {
    let mut bounds = bounds_of(store, client.door, tenant).await?;
    if client.door == Door::InitialAccessToken {
        bounds.extend(initial_access_tokens::bounds_of_client(store, &client.id).await?);
    }
    Ok(bounds)
}

/// Whether what comes in at the door of this client has to be approved now.
pub async fn needs_approval(store: &Store, client: &Client) -> Result<bool, StoreError> {
    let policies = registration_policies::in_force(store, client.member_tenant_id.as_ref()).await?;
    Ok(profile::needs_approval(client.door, &policies))
}

/// What the token adds to the rules.
pub fn bounded_by(token: &registration::initial_access_token::InitialAccessToken) -> Bounded {
    Bounded { name: token.description.clone(), bounds: token.bounds.clone() }
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
