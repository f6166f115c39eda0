//! Refreshing. RFC 6749 §6.

use axum::response::Response;
use domain::{
    client::auth::AuthenticatedClient,
    error::Refusal,
    grant::refresh_token::{NextToken, RefreshRefusal, RefreshToken, Renewal, Renewed, decide, unknown},
    id::Id,
    parameters::Parameters,
    secret::{Secret, TokenKind},
    settings::OidcProvider,
    tally::IssuedBy,
    time::Timestamp,
};
use store::{Batch, grants, refresh_tokens};

use super::{resources, scope};
use crate::{
    app::App,
    journal::{self, Occasion},
    mint::{self, Issue},
    wire::Failure,
};

/// A lost race is decided again by what the row then says; more than one more round means the row changes under every look.
const ROUNDS: usize = 3;

pub async fn refresh(
    app: &App,
    client: &AuthenticatedClient,
    form: &Parameters,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let now = occasion.now;
    let text = form.required("refresh_token").map_err(Refusal::from)?;
    let live = app.live();
    let settings = &live.settings;
    for _ in 0..ROUNDS {
        let token = load(app, text).await?.ok_or_else(|| unknown(client))?;
        let renewal = Renewal { scope: scope(form)?, resources: resources(form)? };
        let renewed = match decide(&token, client, renewal, settings, now) {
            Ok(renewed) => renewed,
            Err(refusal) => return Err(refuse(app, &token, client, refusal, occasion).await),
        };
        let next = match &renewed.token {
            NextToken::Keep => Secret::new(text),
            NextToken::Repeat(id) => successor(app, id, text),
            NextToken::Rotate => match rotate(app, &token, text, client, settings, now).await? {
                Some(next) => next,
                None => continue,
            },
        };
        return answer(app, client, &token, &renewed, &next, now);
    }
    Err(Failure::Store(store::StoreError::Unavailable("a refresh token kept changing".to_owned())))
}

/// The token of this text, if the whole text is right.
async fn load(app: &App, text: &str) -> Result<Option<RefreshToken>, Failure> {
    let Some(id) = TokenKind::RefreshToken.row(text) else {
        return Ok(None);
    };
    let row = refresh_tokens::by_id(&app.store, &id).await?;
    Ok(row.filter(|(_, hash)| app.hash_key.matches(text, hash)).map(|(token, _)| token))
}

/// The text of the token with this id that follows `text`. It follows from both and the server's key, so a lost answer can be
/// repeated although only hashes are stored.
fn successor(app: &App, id: &Id, text: &str) -> Secret {
    let chance = app.hash_key.derive(id.as_str(), text);
    TokenKind::RefreshToken.compose(id, &chance)
}

/// Spends `token` in favour of its successor; `None` when somebody was faster.
async fn rotate(
    app: &App,
    token: &RefreshToken,
    text: &str,
    client: &AuthenticatedClient,
    settings: &OidcProvider,
    now: Timestamp,
) -> Result<Option<Secret>, Failure> {
    let id = app.chance.id(now);
    let next = successor(app, &id, text);
    let is_registered = client.registered().is_some();
    let expires_at = settings.refresh_token_end(is_registered, token.grant.created_at, now);
    let mut batch = Batch::new();
    batch.push(refresh_tokens::rotate(&token.id, &id, now));
    batch.push(refresh_tokens::insert(
        &id,
        &app.hash_key.hash(next.expose()),
        &token.grant.id,
        now,
        expires_at,
    ));
    if token.grant.expires_at < expires_at {
        batch.push(grants::extend(&token.grant.id, mint::grant_end(settings, is_registered, now)));
    }
    if token.grant.is_use_news(now) {
        batch.push(grants::used(&token.grant.id, now));
    }
    Ok(app.store.commit(batch).await?.is_committed().then_some(next))
}

fn answer(
    app: &App,
    client: &AuthenticatedClient,
    token: &RefreshToken,
    renewed: &Renewed,
    next: &Secret,
    now: Timestamp,
) -> Result<Response, Failure> {
    let issue = Issue {
        client,
        grant: &token.grant,
        scope: &renewed.scope,
        resources: &renewed.resources,
        refresh_token: Some(next),
        authentication: None,
    };
    let answer = mint::for_grant(app, &issue, now)?;
    app.metrics.token_issued("refresh_token");
    app.tallies.issued(token.grant.account.member_tenant_id.as_ref(), IssuedBy::RefreshToken, now);
    Ok(answer)
}

async fn refuse(
    app: &App,
    token: &RefreshToken,
    client: &AuthenticatedClient,
    refusal: RefreshRefusal,
    occasion: Occasion,
) -> Failure {
    tracing::info!(client_id = token.grant.client_id.as_str(), ?refusal, "refresh refused");
    if refusal.kills_family() {
        app.metrics.replay("refresh");
        let mut batch = Batch::new();
        batch.push(grants::revoke(&token.grant.id, occasion.now));
        if let Some(event) = journal::refresh_token_reused(app, &token.grant, client, occasion) {
            batch.push(event);
        }
        if let Err(error) = app.store.commit(batch).await {
            return error.into();
        }
    }
    Refusal::from(refusal).into()
}
