//! `GET`, `PUT` and `DELETE` on a registration: its owner reads, replaces and deletes it. RFC 7592.
//!
//! The registration access token changes with every replacement. Its successor follows from it, so an owner who lost the answer presents
//! the old one and is told the successor again; the old one dies when the successor is first used.

use std::sync::Arc;

use aws_lc_rs::digest;
use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::{Client, ClientId, StoredSecret, approval},
    error::{ErrorCode, Refusal},
    registration::{
        replacement::{RawReplacement, SecretChange, replace},
        response::{IssuedSecret, Management as Credentials, Registered, body},
        statement,
    },
    secret::{Secret, TokenKind},
};
use http::{HeaderMap, StatusCode};
use store::{Batch, Outcome, accounts, clients, clients::Management, consents, software_statements};

use crate::{
    admin,
    app::App,
    chance, clock,
    journal::{self, Occasion},
    keys::Sealer,
    pace::Line,
    registration::{
        bounds_of_client, check_signing, heed, needs_approval, policy, registration_client_uri, seal_secret,
    },
    wire::{
        Failure, answer,
        extract::{Peer, bearer, body as read_body},
    },
};

/// The client id of the path. One that is no text names no client, which is an answer like any other.
type Named = Result<Path<String>, PathRejection>;

/// A registration whose owner proved to be its owner.
struct Owned {
    client: Client,
    management: Management,
    /// The token that is or becomes the current one.
    token: Secret,
    /// The predecessor was presented: the answer that carried the current one got lost.
    is_before: bool,
}

pub async fn get(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    path: Named,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let owned = owned(&app, path, &headers, Occasion { from, now: clock::now() }).await?;
    Ok(current(&app, &owned))
}

pub async fn put(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    path: Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let occasion = Occasion { from, now: clock::now() };
    let owned = owned(&app, path, &headers, occasion).await?;
    let bytes = read_body::json(&headers, body).await?;
    let fingerprint = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &bytes));
    if owned.is_before {
        return if owned.management.request_before.as_deref() == Some(&fingerprint) {
            Ok(current(&app, &owned))
        } else {
            Err(superseded())
        };
    }
    let raw = RawReplacement::read(&bytes)?;
    replace_with(&app, owned, raw, fingerprint, occasion).await
}

pub async fn delete(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    path: Named,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let occasion = Occasion { from, now: clock::now() };
    let owned = owned(&app, path, &headers, occasion).await?;
    let mut batch = admin::clients::deletion(&owned.client, occasion.now);
    batch.push(journal::deleted(&app, &owned.client, occasion));
    if !app.store.commit(batch).await?.is_committed() {
        return Err(bearer::invalid());
    }
    tracing::info!(client_id = owned.client.client_id.as_str(), "client deleted by its owner");
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Loads the registration and checks the token: a wrong one, one of another client and a client that does not exist are one answer.
/// RFC 7592 §2.1.
async fn owned(app: &App, path: Named, headers: &HeaderMap, occasion: Occasion) -> Result<Owned, Failure> {
    app.pace.take(Line::Manage, occasion.from, occasion.now)?;
    let presented = bearer::token(headers)?.ok_or_else(|| {
        Failure::Unauthenticated(Refusal::new(
            ErrorCode::InvalidToken,
            "send the registration_access_token as a bearer token",
        ))
    })?;
    let client_id = path.ok().and_then(|Path(text)| ClientId::parse(&text)).ok_or_else(bearer::invalid)?;
    let (client, management) =
        clients::with_management(&app.store, &client_id).await?.ok_or_else(bearer::invalid)?;
    let is = |hash: &Option<_>| hash.as_ref().is_some_and(|hash| app.hash_key.matches(presented, hash));
    let is_before = is(&management.token_hash_before);
    if !is(&management.token_hash) && !is_before {
        app.pace.take(Line::WrongToken, occasion.from, occasion.now)?;
        journal::wrong_registration_token(app, &client, occasion);
        return Err(bearer::invalid());
    }
    if !client.is_enabled {
        return Err(Failure::new(ErrorCode::InsufficientScope, "an administrator disabled this client"));
    }
    let registrant = match &client.registered_by {
        Some(id) => accounts::by_id(&app.store, id).await?,
        None => None,
    };
    if !client.obeys(registrant.as_ref()) {
        let why = "the account that registered this client is disabled or gone; an administrator manages the client now";
        return Err(Failure::new(ErrorCode::InsufficientScope, why));
    }
    let token = if is_before { successor(app, &client, presented) } else { Secret::new(presented) };
    if let (false, Some(_), Some(hash)) = (is_before, &management.token_hash_before, &management.token_hash) {
        let mut batch = Batch::new();
        batch.push(clients::settle_management(&client.id, hash));
        let _ = app.store.commit(batch).await?;
    }
    Ok(Owned { client, management, token, is_before })
}

async fn replace_with(
    app: &App,
    owned: Owned,
    raw: RawReplacement,
    fingerprint: String,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let Owned { mut client, management, token, .. } = owned;
    let before = client.clone();
    let live = app.live();
    let is_secret =
        |text: &str| client.secret.as_ref().is_some_and(|secret| app.hash_key.matches(text, &secret.hash));
    let bounds = bounds_of_client(&app.store, &client, client.member_tenant_id.as_ref()).await?;
    let metadata = heed(app, &live, raw.metadata().clone(), Some(&client), occasion.now).await?;
    let raw = raw.with_metadata(metadata);
    let replacement = replace(&raw, &client, is_secret, &policy(app, &live, &bounds))?;
    let one_use = replacement.registration().one_use().cloned();
    check_signing(replacement.registration(), &live)?;
    let kept = open_secret(&management, &token, &client.client_id);
    let (voids_consents, change) = (replacement.voids_consents(), replacement.secret());
    client.metadata = replacement.into_metadata();
    client.is_verified &= !voids_consents;
    client.is_first_party &= !voids_consents;
    let is_needed = needs_approval(&app.store, &client).await?;
    client.approval = approval::after_replacement(client.approval, voids_consents, is_needed);
    let secret = match change {
        SecretChange::Keep => kept,
        SecretChange::Drop => None,
        SecretChange::Issue => Some(TokenKind::ClientSecret.compose(&client.id, &chance::bytes())),
    };
    match change {
        SecretChange::Keep => {}
        SecretChange::Drop => client.secret = None,
        SecretChange::Issue => {
            let hash = secret.as_ref().map(|secret| app.hash_key.hash(secret.expose()));
            client.secret = hash.map(|hash| StoredSecret { hash, expires_at: None });
        }
    }
    let next = successor(app, &client, token.expose());
    let management = Management {
        token_hash: Some(app.hash_key.hash(next.expose())),
        token_hash_before: Some(app.hash_key.hash(token.expose())),
        request_before: Some(fingerprint),
        secret_sealed: secret.as_ref().map(|secret| seal_secret(&next, &client.client_id, secret)),
    };
    let mut batch = Batch::new();
    batch.extend(clients::replace(&client, &before.metadata, &management)?);
    batch.push(journal::replaced(app, &before, &client, occasion));
    if voids_consents {
        batch.push(consents::void_of_client(&client.client_id));
    }
    let spent = one_use.map(|one_use| batch.push(software_statements::use_once(&one_use)));
    match app.store.commit(batch).await? {
        Outcome::Committed => {}
        Outcome::Refused { step } if Some(step) == spent => return Err(statement::used_before().into()),
        Outcome::Refused { .. } => return Err(superseded()),
    }
    tracing::info!(client_id = client.client_id.as_str(), "registration replaced");
    Ok(current(app, &Owned { client, management, token: next, is_before: false }))
}

/// What the registration is now, with its credentials. RFC 7592 §3.
fn current(app: &App, owned: &Owned) -> Response {
    let client = &owned.client;
    let secret = open_secret(&owned.management, &owned.token, &client.client_id);
    let uri = registration_client_uri(app, &client.client_id);
    let registered = Registered {
        client_id: &client.client_id,
        issued_at: client.created_at,
        metadata: &client.metadata,
        secret: secret
            .as_ref()
            .map(|client_secret| IssuedSecret { client_secret, expires_at: client.secret_expires_at() }),
        management: Some(Credentials {
            registration_client_uri: &uri,
            registration_access_token: &owned.token,
        }),
    };
    answer::json(StatusCode::OK, &body(&registered))
}

fn open_secret(management: &Management, token: &Secret, client_id: &ClientId) -> Option<Secret> {
    let plain = Sealer::of_secret(token).open(client_id.as_str(), management.secret_sealed.as_deref()?)?;
    String::from_utf8(plain).ok().map(Secret::new)
}

/// The token after `token`, always the same one.
fn successor(app: &App, client: &Client, token: &str) -> Secret {
    TokenKind::RegistrationAccessToken
        .compose(&client.id, &app.hash_key.derive("registration access token", token))
}

/// Somebody replaced the registration first. RFC 7592 §2.2 knows no conflict; the token is no longer good for writing.
fn superseded() -> Failure {
    Refusal::new(
        ErrorCode::InvalidToken,
        "the registration was replaced meanwhile; read it with GET, which also answers the current registration_access_token",
    )
    .into()
}
