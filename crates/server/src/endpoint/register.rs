//! `POST /register`: a client registers itself. RFC 7591 §3, OpenID Connect Registration §3.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{
    client::{Client, ClientId, StoredSecret, standing::Known},
    directory::permission::Permission,
    discovery::path,
    error::{ErrorCode, Refusal},
    registration::{
        self, Admitted, Policy, RawRegistration, Registration, Requester,
        response::{IssuedSecret, Management, Registered, body},
    },
    secret::{Secret, TokenKind},
};
use http::{HeaderMap, StatusCode};
use store::{
    Batch, clients,
    tenants::{self, Counted},
};

use crate::{
    app::{App, Live},
    clock,
    journal::{self, Occasion},
    keys::Sealer,
    wire::{
        Failure, answer,
        extract::{Peer, bearer, bearer::Caller, body as read_body},
    },
};

/// Admits, parses, issues.
pub async fn post(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let occasion = Occasion { from, now: clock::now() };
    let caller = caller(&app, &headers, occasion)
        .await
        .inspect_err(|failure| app.tallies.registration_refused(None, failure, occasion.now))?;
    let outcome = register(&app, &headers, body, caller.as_ref(), occasion).await;
    if let Err(failure) = &outcome {
        let tenant = caller.as_ref().and_then(|caller| caller.account().member_tenant_id.as_ref());
        app.tallies.registration_refused(tenant, failure, occasion.now);
    }
    outcome
}

async fn caller(app: &App, headers: &HeaderMap, occasion: Occasion) -> Result<Option<Caller>, Failure> {
    match bearer::token(headers)? {
        Some(token) => bearer::caller(app, token, occasion.from, occasion.now).await.map(Some),
        None => Ok(None),
    }
}

async fn register(
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
pub(super) fn policy<'a>(app: &'a App, live: &'a Live) -> Policy<'a> {
    Policy { settings: &live.settings, issuer: app.config.issuer.url() }
}

/// ID tokens can only be signed with what there is a key for. OpenID Connect Registration §2 `id_token_signed_response_alg`.
pub(super) fn check_signing(registration: &Registration, live: &Live) -> Result<(), Refusal> {
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
pub(super) fn registration_client_uri(app: &App, client_id: &ClientId) -> String {
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

/// Who registers, from where and when.
struct By<'a> {
    admitted: &'a Admitted,
    /// None: nobody authenticated.
    caller: Option<&'a Caller>,
    occasion: Occasion,
}

async fn issue(app: &App, registration: Registration, by: &By<'_>) -> Result<Response, Failure> {
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
    let mut client = new_client(app, registration, client_id, by);
    match clients::known(&app.store, &client.client_id).await? {
        Known::Client(existing) if existing.is_usable(by.occasion.now) => {
            client.created_at = existing.created_at;
        }
        Known::Client(_) => {
            let why = "an administrator disabled this registration or let it expire; ask for it to be enabled again";
            return Err(Failure::new(ErrorCode::AccessDenied, why));
        }
        known @ (Known::Tombstone | Known::Nothing) => {
            let mut batch = Batch::new();
            batch.extend(clients::insert_shared(&client)?);
            if matches!(known, Known::Tombstone) {
                batch.push(clients::exhume(&client.client_id));
            }
            batch.push(journal::registered(app, &client, by.caller, by.occasion));
            // Refused: somebody else registered the same at this moment, and told the journal.
            if app.store.commit(batch).await?.is_committed() {
                tracing::info!(
                    client_id = client.client_id.as_str(),
                    door = client.door.as_str(),
                    "client registered"
                );
            }
        }
    }
    Ok(created(&client, None, None))
}

/// A client of its own, with the credentials to manage it, and a secret if its method needs one.
async fn issue_own(app: &App, registration: Registration, by: &By<'_>) -> Result<Response, Failure> {
    let needs_secret = registration.needs_secret();
    let id = app.chance.id(by.occasion.now);
    let client_id = ClientId::own(&id);
    // What an account of a tenant registers belongs to that tenant.
    let member_tenant_id = by.caller.and_then(|caller| caller.account().member_tenant_id.clone());
    let mut client = Client { id, member_tenant_id, ..new_client(app, registration, client_id, by) };
    let token = TokenKind::RegistrationAccessToken.compose(&client.id, &crate::chance::bytes());
    let secret = needs_secret.then(|| TokenKind::ClientSecret.compose(&client.id, &crate::chance::bytes()));
    client.secret = secret
        .as_ref()
        .map(|secret| StoredSecret { hash: app.hash_key.hash(secret.expose()), expires_at: None });
    let management = clients::Management {
        token_hash: Some(app.hash_key.hash(token.expose())),
        secret_sealed: secret.as_ref().map(|secret| seal_secret(&token, &client.client_id, secret)),
        ..clients::Management::default()
    };
    let mut batch = Batch::new();
    let tenant = client.member_tenant_id.as_ref();
    if let Some(tenant) = tenant {
        batch.push(tenants::take_turn(tenant));
    }
    batch.extend(clients::insert(&client, &management)?);
    if let Some(tenant) = tenant {
        batch.push(tenants::within_quota(tenant, Counted::OauthClients));
    }
    batch.push(journal::registered(app, &client, by.caller, by.occasion));
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Failure::new(ErrorCode::AccessDenied, "the tenant has as many clients as it may have"));
    }
    tracing::info!(client_id = client.client_id.as_str(), door = client.door.as_str(), "client registered");
    let uri = registration_client_uri(app, &client.client_id);
    let management = Management { registration_client_uri: &uri, registration_access_token: &token };
    Ok(created(&client, secret.as_ref(), Some(management)))
}

/// The client secret as only the holder of the registration access token can read it again. RFC 7592 §3.
pub(super) fn seal_secret(token: &Secret, client_id: &ClientId, secret: &Secret) -> String {
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
        version: 1,
    }
}

fn created(client: &Client, secret: Option<&Secret>, management: Option<Management<'_>>) -> Response {
    let registered = Registered {
        client_id: &client.client_id,
        issued_at: client.created_at,
        metadata: &client.metadata,
        secret: secret.map(|client_secret| IssuedSecret { client_secret, expires_at: None }),
        management,
    };
    answer::json(StatusCode::CREATED, &body(&registered))
}
