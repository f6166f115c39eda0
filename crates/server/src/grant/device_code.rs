//! A device asks whether somebody allowed it. RFC 8628 §3.4.

use axum::response::Response;
use domain::{
    client::{auth::AuthenticatedClient, management::kept_part},
    device::DeviceRequest,
    error::{ErrorCode, Refusal},
    grant::device_code::{PollRefusal, decide, unknown},
    journal::CredentialKind,
    parameters::Parameters,
    secret::TokenKind,
    tally::IssuedBy,
};
use http::StatusCode;
use store::{Batch, device_requests};

use super::{first_refresh_token, resources};
use crate::{
    app::App,
    journal::{self, Occasion},
    mint::{self, Authentication, Issue},
    wire::Failure,
};

/// A question that lost a race is decided again by what the row then says. One that loses so often is one of very many.
const ROUNDS: usize = 4;

pub async fn poll(
    app: &App,
    client: &AuthenticatedClient,
    form: &Parameters,
    occasion: Occasion,
) -> Result<Response, Failure> {
    let now = occasion.now;
    let text = form.required("device_code").map_err(Refusal::from)?;
    let live = app.live();
    let settings = &live.settings;
    let mut pace = None;
    for _ in 0..ROUNDS {
        let request = load(app, text).await?.ok_or_else(|| unknown(client))?;
        let (allowed, audience) = match decide(&request, client, resources(form)?, settings, now) {
            Ok(decided) => decided,
            Err(refusal) => {
                let Some(interval) = refusal.interval(&request) else {
                    return Err(refused(refusal));
                };
                let mut batch = Batch::new();
                batch.push(device_requests::asked(&request, interval, now));
                if app.store.commit(batch).await?.is_committed() {
                    return Err(refused(refusal));
                }
                pace = Some(interval);
                continue;
            }
        };
        let (refresh, insert) = first_refresh_token(app, client, &allowed.grant, now).unzip();
        let mut batch = Batch::new();
        batch.push(device_requests::redeem(&request.id, now));
        batch.extend(insert);
        let grant = (&allowed.grant, CredentialKind::DeviceCode);
        batch.push(journal::code_redeemed(app, grant, client, occasion));
        let scope = kept_part(&allowed.grant.scope, client.client_id(), client.registered());
        let issue = Issue {
            client,
            grant: &allowed.grant,
            scope: &scope,
            resources: &audience,
            refresh_token: refresh.as_ref(),
            authentication: Some(Authentication {
                nonce: None,
                acr: allowed.acr.as_deref(),
                method: allowed.method,
                auth_time: allowed.wants_auth_time.then_some(allowed.grant.authenticated_at),
            }),
        };
        let answer = mint::for_grant(app, &issue, now)?;
        if app.store.commit(batch).await?.is_committed() {
            app.metrics.token_issued("device_code");
            app.tallies.issued(allowed.grant.account.member_tenant_id.as_ref(), IssuedBy::DeviceCode, now);
            return Ok(answer);
        }
    }
    // Either many ask at the same moment, or what was allowed is taken back at this one.
    Err(refused(pace.map_or(PollRefusal::Over, PollRefusal::TooSoon)))
}

/// The request of this device code, if the whole text is right.
async fn load(app: &App, text: &str) -> Result<Option<DeviceRequest>, Failure> {
    let Some(id) = TokenKind::DeviceCode.row(text) else {
        return Ok(None);
    };
    let row = device_requests::by_id(&app.store, &id).await?;
    Ok(row.filter(|(_, hash)| app.hash_key.matches(text, hash)).map(|(request, _)| request))
}

/// A no of this endpoint is 400, also that of a person. RFC 8628 §3.5, RFC 6749 §5.2.
fn refused(refusal: PollRefusal) -> Failure {
    tracing::debug!(?refusal, "a device asked");
    let refusal = Refusal::from(refusal);
    match refusal.code() {
        ErrorCode::AccessDenied => Failure::At(StatusCode::BAD_REQUEST, refusal),
        _ => Failure::Refused(refusal),
    }
}
