//! The keys that a software statement is checked with, wherever its issuer has them. RFC 7591 §2.3, §3.1.1.

use domain::{
    client::Client,
    error::Refusal,
    jose::JwsError,
    registration::{
        RawRegistration,
        statement::{self, Carried, IssuerKeys},
    },
    time::Timestamp,
};

use crate::{
    app::{App, Live},
    documents::key_sets::{self, Whose},
};

/// The registration with what its software statement says in the place of what it says itself; one without a statement is as it was.
/// `registered` is the client that it replaces. Keys that are fetched are fetched once more when none of them signed the statement.
pub async fn heed(
    app: &App,
    live: &Live,
    raw: RawRegistration,
    registered: Option<&Client>,
    now: Timestamp,
) -> Result<RawRegistration, Refusal> {
    let Some(carried) = statement::carried(&raw, &live.settings)? else { return Ok(raw) };
    let server = app.config.issuer.url();
    if let Some(signed) = registered.and_then(|client| carried.registered_with(&client.metadata)) {
        return signed.believe(&raw, server, now);
    }
    let jwks_uri = match carried.keys() {
        IssuerKeys::Inline(keys) => {
            return carried
                .signed_by(keys)
                .map_err(|error| refuse(&carried, error))?
                .believe(&raw, server, now);
        }
        IssuerKeys::Remote(jwks_uri) => jwks_uri,
    };
    let whose = Whose::trusted(carried.issuer(), jwks_uri);
    let found = key_sets::current(app, whose, now).await.ok_or_else(statement::keys_unavailable)?;
    match carried.signed_by(&found.value) {
        Ok(signed) => signed.believe(&raw, server, now),
        Err(JwsError::UnknownKey | JwsError::KeyMismatch | JwsError::Signature) => {
            let newer = key_sets::newer(app, whose, &found, now).await.ok_or_else(statement::unsigned)?;
            let signed = carried.signed_by(&newer.value).map_err(|error| refuse(&carried, error))?;
            signed.believe(&raw, server, now)
        }
        Err(error) => Err(refuse(&carried, error)),
    }
}

fn refuse(carried: &Carried<'_>, error: JwsError) -> Refusal {
    tracing::info!(issuer = carried.issuer(), %error, "a software statement was refused");
    statement::unsigned()
}
