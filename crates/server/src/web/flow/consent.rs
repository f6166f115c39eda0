//! The decision: asking for it, and what follows from it.

use std::net::IpAddr;

use axum::response::Response;
use domain::{
    authorize::{
        claims_request::ClaimsRequest, request::AuthorizationRequest, response::AuthorizationResponse,
    },
    client::{Client, UNSTORED, metadata::GrantType, standing::Standing},
    directory::Session,
    error::{ErrorCode, Refusal},
    grant::{Grant, authorization_code::AuthorizationCode},
    journal::ActorRef,
    scope::Scope,
    secret::TokenKind,
    settings::{OidcProvider, UNREGISTERED_IN_ALL},
    time::Timestamp,
};
use http::StatusCode;
use store::{
    Batch, Statement, StoreError, authorization_codes, client_documents, clients, consents, grants,
    interactions, interactions::Interaction,
};

use super::{describe, interaction::Form};
use crate::{
    app::App,
    journal::{self, Decided, Occasion},
    mint, taken_names,
    web::{
        page::{Consent, Foreign, Lasting, Problem},
        respond::{self, PageError},
    },
};

/// The page that asks.
pub async fn page(
    app: &App,
    standing: &Standing,
    interaction: &Interaction,
    session: &Session,
    now: Timestamp,
) -> Result<Response, PageError> {
    let request = &interaction.request;
    let live = app.live();
    let settings = &live.settings;
    let page = Consent {
        interaction: interaction.id.to_string(),
        csrf: Form::Consent { client_version: standing.shown() }.csrf(app, interaction, session),
        account_csrf: Form::Account.csrf(app, interaction, session),
        app: describe::app(app, standing, &request.redirect_uri),
        name_warning: taken_names::warning(
            app,
            standing.registered(),
            session.account.member_tenant_id.as_ref(),
            now,
        )
        .await?,
        account: Foreign::from(session.account.name.as_str()),
        scopes: describe::scopes(&request.scope),
        resources: request.resources.iter().map(|resource| Foreign::from(resource.as_str())).collect(),
        links: describe::links(standing),
        lasting: lasting(standing, settings),
        first_seen: standing.registered().map(|client| client.created_at),
        now,
    };
    Ok(respond::page_towards_client(StatusCode::OK, &page))
}

/// For how long a yes holds.
pub fn lasting(standing: &Standing, settings: &OidcProvider) -> Lasting {
    match standing.registered() {
        None => Lasting::Bounded { unused: settings.refresh_token_life(false), in_all: UNREGISTERED_IN_ALL },
        Some(client) if client.metadata.allows(GrantType::RefreshToken) => {
            Lasting::Renewed(settings.refresh_token_life(true))
        }
        Some(_) => Lasting::Once(settings.access_token_expiry),
    }
}

/// What somebody is asked to give.
#[derive(Debug)]
pub struct Asked<'a> {
    pub scope: &'a Scope,
    pub resources: &'a [String],
    pub claims: Option<&'a ClaimsRequest>,
}

/// What the person of `session` gives a client by saying yes.
pub fn new_grant(
    app: &App,
    standing: &Standing,
    asked: &Asked<'_>,
    session: &Session,
    now: Timestamp,
) -> Grant {
    Grant {
        id: app.chance.id(now),
        account: session.account.clone(),
        client_id: standing.client_id().clone(),
        scope: asked.scope.clone(),
        resources: asked.resources.to_vec(),
        claims: asked.claims.cloned(),
        authenticated_at: session.authenticated_at,
        created_at: now,
        last_used_at: now,
        expires_at: mint::grant_end(&app.live().settings, standing.registered().is_some(), now),
        revoked_at: None,
    }
}

/// What a request gets that a person allowed, now or before.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    pub standing: &'a Standing,
    pub request: &'a AuthorizationRequest,
    pub session: &'a Session,
    pub interaction: Option<&'a Interaction>,
    /// From where the person said so; none where nobody was asked, because it is remembered.
    pub from: Option<IpAddr>,
}

/// Yes: a grant and its code, in one batch with the decision. Two tabs, two clicks, two answers: the row lets one of them be it.
pub async fn issue(app: &App, allowed: Allowed<'_>, now: Timestamp) -> Result<Response, PageError> {
    let Allowed { standing, request, session, interaction, from } = allowed;
    if standing.approval().is_some() {
        return Err(Problem::WaitsForApproval { client_id: request.client_id.as_str().into() }.into());
    }
    let live = app.live();
    let settings = &live.settings;
    let (id, secret) = app.chance.credential(TokenKind::AuthorizationCode, now);
    let asked =
        Asked { scope: &request.scope, resources: &request.resources, claims: request.claims.as_ref() };
    let grant = new_grant(app, standing, &asked, session, now);
    let code = AuthorizationCode {
        id,
        grant,
        redirect_uri: request.redirect_uri.as_str().to_owned(),
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        acr: request.acr_of(session.method).map(str::to_owned),
        method: session.method,
        wants_auth_time: request.wants_auth_time,
        expires_at: now.plus(settings.auth_code_expiry),
        failures: 0,
        used_at: None,
    };
    let mut batch = Batch::new();
    if let Some(interaction) = interaction {
        batch.push(interactions::allow(interaction, standing.version(), now));
    }
    let unstored = standing.registered().filter(|client| !client.is_stored());
    if let Some(client) = unstored {
        batch.extend(stored(app, client, from.map(|from| Occasion { from, now }), now)?);
    }
    batch.push(grants::insert(&code.grant)?);
    batch.push(authorization_codes::insert(&code, &app.hash_key.hash(secret.expose())));
    if let Some(from) = from {
        let (client, grant) = (standing.registered(), Some(&code.grant));
        let decided = Decided { client, grant, ..Decided::about(session, request) };
        batch.push(journal::consented(app, decided, Occasion { from, now }));
    }
    // What is remembered already stays as wide as it is.
    if standing.may_be_remembered(&request.redirect_uri)
        && !consents::covers(&app.store, &session.account.id, request).await?
    {
        batch.push(consents::remember(&session.account.id, request, now));
    }
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Problem::InteractionExpired.into());
    }
    if let Some(client) = unstored {
        app.metrics.registration(client.door.as_str(), "created");
    }
    tracing::info!(client_id = request.client_id.as_str(), account = session.account.name, "access granted");
    Ok(respond::answer(&AuthorizationResponse::code(request.reply_to(), &secret, app.issuer())))
}

/// What stores a client that a document describes, now that somebody allowed it something.
fn stored(
    app: &App,
    client: &Client,
    occasion: Option<Occasion>,
    now: Timestamp,
) -> Result<Vec<Statement>, StoreError> {
    let client = Client { version: UNSTORED + 1, ..client.clone() };
    let mut statements = clients::insert_shared(&client)?;
    statements.push(clients::exhume(&client.client_id));
    statements.push(client_documents::note(&client.id, now));
    statements
        .extend(occasion.map(|occasion| journal::registered(app, &client, ActorRef::default(), occasion)));
    Ok(statements)
}

/// No: the client hears it, the request is over.
pub async fn deny(
    app: &App,
    standing: &Standing,
    interaction: &Interaction,
    session: &Session,
    occasion: Occasion,
) -> Result<Response, PageError> {
    let mut batch = Batch::new();
    batch.push(interactions::decide(&interaction.id, occasion.now));
    let (request, client) = (&interaction.request, standing.registered());
    batch.push(journal::consented(app, Decided { client, ..Decided::about(session, request) }, occasion));
    if !app.store.commit(batch).await?.is_committed() {
        return Err(Problem::InteractionExpired.into());
    }
    let refusal = Refusal::new(ErrorCode::AccessDenied, "the person did not allow it");
    let response = AuthorizationResponse::error(interaction.request.reply_to(), &refusal, app.issuer());
    Ok(respond::answer(&response))
}
