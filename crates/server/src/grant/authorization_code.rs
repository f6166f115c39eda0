//! Redeeming a code. RFC 6749 §4.1.3.

use axum::response::Response;
use domain::{
    client::{auth::AuthenticatedClient, management::kept_part},
    error::Refusal,
    grant::authorization_code::{AuthorizationCode, CodeRefusal, Effect, Redemption, decide, unknown},
    journal::{CredentialKind, EventKind},
    parameters::Parameters,
    secret::TokenKind,
    tally::IssuedBy,
};
use store::{Batch, authorization_codes, grants};

use super::{first_refresh_token, resources};
use crate::{
    app::App,
    journal::{self, Occasion},
    mint::{self, Authentication, Issue},
    wire::Failure,
};

pub async fn redeem(
    app: &App,
    client: &AuthenticatedClient,
    form: &Parameters,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let now = occasion.now;
    let text = form.required("code").map_err(Refusal::from)?;
    let redemption = || {
        Ok::<_, Refusal>(Redemption {
            redirect_uri: form.one("redirect_uri")?,
            code_verifier: form.one("code_verifier")?,
            resources: resources(form)?,
        })
    };
    let code = load(app, text).await?.ok_or_else(|| unknown(client))?;
    let live = app.live();
    let settings = &live.settings;
    let resources = match decide(&code, client, redemption()?, settings, now) {
        Ok(resources) => resources,
        Err(refusal) => return Err(refuse(app, &code, client, refusal, occasion).await),
    };
    let (refresh, insert) = first_refresh_token(app, client, &code.grant, now).unzip();
    let mut batch = Batch::new();
    batch.push(authorization_codes::burn(&code.id, settings.auth_code_max_attempts, now));
    batch.extend(insert);
    batch.push(journal::code_redeemed(
        app,
        (&code.grant, CredentialKind::AuthorizationCode),
        client,
        occasion,
    ));
    let scope = kept_part(&code.grant.scope, client.client_id(), client.registered());
    let issue = Issue {
        client,
        grant: &code.grant,
        scope: &scope,
        resources: &resources,
        refresh_token: refresh.as_ref(),
        authentication: Some(Authentication {
            nonce: code.nonce.as_deref(),
            acr: code.acr.as_deref(),
            method: code.method,
            auth_time: code.wants_auth_time.then_some(code.grant.authenticated_at),
        }),
    };
    let answer = mint::for_grant(app, &issue, now)?;
    if app.store.commit(batch).await?.is_committed() {
        app.metrics.token_issued("authorization_code");
        app.tallies.issued(code.grant.account.member_tenant_id.as_ref(), IssuedBy::AuthorizationCode, now);
        return Ok(answer);
    }
    // Somebody was faster. What the row says now decides what that means.
    let code = load(app, text).await?.ok_or_else(|| unknown(client))?;
    let refusal = decide(&code, client, redemption()?, settings, now).err().unwrap_or(CodeRefusal::Replayed);
    Err(refuse(app, &code, client, refusal, occasion).await)
}

/// The code of this text, if the whole text is right.
async fn load(app: &App, text: &str) -> Result<Option<AuthorizationCode>, Failure> {
    let Some(id) = TokenKind::AuthorizationCode.row(text) else {
        return Ok(None);
    };
    let row = authorization_codes::by_id(&app.store, &id).await?;
    Ok(row.filter(|(_, hash)| app.hash_key.matches(text, hash)).map(|(code, _)| code))
}

/// Writes what a refusal makes necessary, then refuses. If that cannot be written the peer hears so instead.
async fn refuse(
    app: &App,
    code: &AuthorizationCode,
    client: &AuthenticatedClient,
    refusal: CodeRefusal,
    occasion: Occasion,
) -> Failure {
    tracing::info!(client_id = code.grant.client_id.as_str(), ?refusal, "code refused");
    let mut batch = Batch::new();
    let kind = match refusal.effect() {
        Effect::Nothing => return Refusal::from(refusal).into(),
        Effect::CountFailure => {
            batch.push(authorization_codes::count_failure(&code.id));
            EventKind::CodeVerifierRefused
        }
        Effect::RevokeGrant => {
            app.metrics.replay("code");
            batch.push(grants::revoke(&code.grant.id, occasion.now));
            EventKind::CodeReplayed
        }
    };
    if let Some(event) = journal::code_refused(app, kind, &code.grant, client, occasion) {
        batch.push(event);
    }
    match app.store.commit(batch).await {
        Ok(_) => Refusal::from(refusal).into(),
        Err(error) => error.into(),
    }
}
