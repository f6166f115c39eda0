//! What a registration becomes: a client that others share, or one of its own with credentials. RFC 7591 §3.2.1.

use axum::response::Response;
use domain::{
    client::{Client, ClientId, StoredSecret, approval::Approval, standing::Known},
    error::ErrorCode,
    registration::{
        Admitted, Registration,
        bounds::{self, Bounded},
        response::{IssuedSecret, Management, Registered, body},
        statement,
    },
    secret::{Secret, TokenKind},
};
use http::StatusCode;
use store::{
    Batch, Outcome, clients, initial_access_tokens, software_statements,
    tenants::{self, Counted},
};

use super::{Registrant, registration_client_uri};
use crate::{
    app::App,
    journal::{self, Occasion},
    keys::Sealer,
    pace::Line,
    wire::{Failure, answer, extract::bearer},
};

/// Who registers, from where and when.
pub(super) struct By<'a> {
    pub(super) admitted: &'a Admitted,
    pub(super) registrant: &'a Registrant,
    pub(super) bounds: &'a [Bounded],
    pub(super) occasion: Occasion,
}

pub(super) async fn issue(app: &App, registration: Registration, by: &By<'_>) -> Result<Response, Failure> {
    match registration.content_address() {
        Some(digest) => issue_shared(app, registration, digest.client_id(), by).await,
        None => issue_own(app, registration, by).await,
    }
}

/// A public client nobody authenticated for: identical metadata share one id, and what exists is answered without a write.
async fn issue_shared(
    app: &App,
    registration: Registration,
    client_id: ClientId,
    by: &By<'_>,
) -> Result<Response, Failure> {
    let one_use = registration.one_use().cloned();
    let mut client = new_client(app, registration, client_id, by);
    match clients::known(&app.store, &client.client_id).await? {
        Known::Client(existing) if existing.approval == Some(Approval::Denied) => {
            let why = "an administrator did not approve this registration; ask them to";
            return Err(Failure::new(ErrorCode::AccessDenied, why));
        }
        Known::Client(existing) if existing.is_enabled && !existing.has_ended(by.occasion.now) => {
            client.created_at = existing.created_at;
            app.client_uses.note_one(&existing, by.occasion.now);
        }
        Known::Client(_) => {
            let why = "an administrator disabled this registration or let it expire; ask for it to be enabled again";
            return Err(Failure::new(ErrorCode::AccessDenied, why));
        }
        known @ (Known::Tombstone | Known::Nothing) => {
            keep_pace(app, by)?;
            let mut batch = Batch::new();
            batch.extend(clients::insert_shared(&client)?);
            if matches!(known, Known::Tombstone) {
                batch.push(clients::exhume(&client.client_id));
            }
            batch.push(journal::registered(app, &client, by.registrant.reference(), by.occasion));
            let used = one_use.map(|one_use| batch.push(software_statements::use_once(&one_use)));
            match app.store.commit(batch).await? {
                Outcome::Committed => tracing::info!(
                    client_id = client.client_id.as_str(),
                    door = client.door.as_str(),
                    "client registered"
                ),
                Outcome::Refused { step } if Some(step) == used => {
                    return Err(statement::used_before().into());
                }
                // Somebody else registered the same at this moment, and told the journal.
                Outcome::Refused { .. } => {}
            }
        }
    }
    Ok(created(&client, None, None))
}

/// Strangers have so many clients stored, and no more. What is known already costs nothing and is not counted.
fn keep_pace(app: &App, by: &By<'_>) -> Result<(), Failure> {
    match by.registrant {
        Registrant::Stranger => Ok(app.pace.take(Line::Register, by.occasion.from, by.occasion.now)?),
        Registrant::Token { .. } | Registrant::Caller(_) => Ok(()),
    }
}

/// A client of its own, with the credentials to manage it, and a secret if its method needs one.
async fn issue_own(app: &App, registration: Registration, by: &By<'_>) -> Result<Response, Failure> {
    keep_pace(app, by)?;
    let (needs_secret, one_use) = (registration.needs_secret(), registration.one_use().cloned());
    let id = app.chance.id(by.occasion.now);
    let client_id = ClientId::own(&id);
    // What an account of a tenant registers belongs to that tenant.
    let member_tenant_id = by.registrant.tenant().cloned();
    let expires_at = bounds::longest_life(by.bounds).map(|life| by.occasion.now.plus(life));
    let mut client =
        Client { id, member_tenant_id, expires_at, ..new_client(app, registration, client_id, by) };
    let access = TokenKind::RegistrationAccessToken.compose(&client.id, &crate::chance::bytes());
    let secret = needs_secret.then(|| TokenKind::ClientSecret.compose(&client.id, &crate::chance::bytes()));
    client.secret = secret
        .as_ref()
        .map(|secret| StoredSecret { hash: app.hash_key.hash(secret.expose()), expires_at: None });
    let management = clients::Management {
        token_hash: Some(app.hash_key.hash(access.expose())),
        secret_sealed: secret.as_ref().map(|secret| seal_secret(&access, &client.client_id, secret)),
        ..clients::Management::default()
    };
    let mut batch = Batch::new();
    let token = by.registrant.token();
    let spent = token.map(|token| batch.push(initial_access_tokens::spend(&token.id, by.occasion.now)));
    let tenant = client.member_tenant_id.as_ref();
    if let Some(tenant) = tenant {
        batch.push(tenants::take_turn(tenant));
    }
    batch.extend(clients::insert(&client, &management)?);
    if let Some(tenant) = tenant {
        batch.push(tenants::within_quota(tenant, Counted::OauthClients));
    }
    batch.push(journal::registered(app, &client, by.registrant.reference(), by.occasion));
    batch.extend(token.map(|token| initial_access_tokens::note_use(&token.id, &client)));
    let used = one_use.map(|one_use| batch.push(software_statements::use_once(&one_use)));
    match app.store.commit(batch).await? {
        Outcome::Committed => {}
        // Somebody else used it up, or took it back, at this moment.
        Outcome::Refused { step } if Some(step) == spent => return Err(bearer::invalid()),
        Outcome::Refused { step } if Some(step) == used => return Err(statement::used_before().into()),
        Outcome::Refused { .. } => {
            return Err(Failure::new(
                ErrorCode::AccessDenied,
                "the tenant has as many clients as it may have",
            ));
        }
    }
    tracing::info!(client_id = client.client_id.as_str(), door = client.door.as_str(), "client registered");
    let uri = registration_client_uri(app, &client.client_id);
    let management = Management { registration_client_uri: &uri, registration_access_token: &access };
    Ok(created(&client, secret.as_ref(), Some(management)))
}

/// The client secret as only the holder of the registration access token can read it again. RFC 7592 §3.
pub fn seal_secret(token: &Secret, client_id: &ClientId, secret: &Secret) -> String {
    Sealer::of_secret(token).seal(client_id.as_str(), secret.expose().as_bytes())
}

fn new_client(app: &App, registration: Registration, client_id: ClientId, by: &By<'_>) -> Client {
    let now = by.occasion.now;
    Client {
        id: app.chance.id(now),
        client_id,
        door: by.admitted.door(),
        registered_by: by.admitted.registered_by().cloned(),
        member_tenant_id: None,
        metadata: registration.into_metadata(),
        secret: None,
        created_at: now,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: by.admitted.approval(),
        version: 1,
    }
}

fn created(client: &Client, secret: Option<&Secret>, management: Option<Management<'_>>) -> Response {
    let registered = Registered {
        client_id: &client.client_id,
        issued_at: client.created_at,
        metadata: &client.metadata,
        secret: secret
            .map(|client_secret| IssuedSecret { client_secret, expires_at: client.secret_expires_at() }),
        management,
    };
    answer::json(StatusCode::CREATED, &body(&registered))
}
