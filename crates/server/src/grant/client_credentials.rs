//! A token for the client itself. RFC 6749 §4.4. Nothing is stored: the token ends with its client or its hour.

use axum::response::Response;
use domain::{
    client::auth::AuthenticatedClient, grant::client_credentials::decide, parameters::Parameters,
    tally::IssuedBy, time::Timestamp,
};

use super::{resources, scope};
use crate::{app::App, mint, wire::Failure};

pub fn issue(
    app: &App,
    client: &AuthenticatedClient,
    form: &Parameters,
    now: Timestamp,
) -> Result<Response, Failure> {
    let live = app.live();
    let (client, scope) = decide(client, scope(form)?, &live.settings)?;
    let answer = mint::for_client(app, client, &scope, &resources(form)?, now)?;
    app.metrics.token_issued("client_credentials");
    app.tallies.issued(client.member_tenant_id.as_ref(), IssuedBy::ClientCredentials, now);
    Ok(answer)
}
