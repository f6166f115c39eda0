//! Finding what a device asks for by the code that somebody typed: a few tries, counted before the code is looked at. RFC 8628 §5.1.

use std::net::IpAddr;

use domain::{
    device::{DeviceRequest, TRIES, TRIES_OF_A_TENANT, UserCode},
    directory::Session,
};
use store::{Batch, StoreError, device_requests, user_code_tries};

use crate::{
    app::App,
    journal::{self, Occasion},
    pace::network,
};

/// What a code leads to.
pub(super) enum Found {
    Request(Box<DeviceRequest>),
    Nothing,
    /// Nobody looked: there were too many wrong codes before it.
    TooManyTries,
}

/// The request that waits under this code. A wrong code counts for the session, the account, the source and the tenant.
pub(super) async fn find(
    app: &App,
    session: &Session,
    code: &UserCode,
    occasion: Occasion,
) -> Result<Found, StoreError> {
    let Occasion { from, now } = occasion;
    let counted = counted(session, from);
    let mut batch = Batch::new();
    batch.extend(counted.iter().map(|(whose, most)| user_code_tries::take(whose, *most, now)));
    if !app.store.commit(batch).await?.is_committed() {
        journal::user_code_refused(app, session, occasion);
        return Ok(Found::TooManyTries);
    }
    let hash = app.hash_key.hash(&code.canonical());
    let Some(request) = device_requests::waiting_for(&app.store, &hash, now).await? else {
        journal::user_code_refused(app, session, occasion);
        return Ok(Found::Nothing);
    };
    let mut batch = Batch::new();
    batch.extend(counted.iter().map(|(whose, _)| user_code_tries::give_back(whose)));
    let _ = app.store.commit(batch).await?;
    Ok(Found::Request(Box::new(request)))
}

/// Whose tries are counted, and how many each has: always in the same order, so that nobody waits for one who waits for them.
fn counted(session: &Session, from: IpAddr) -> [(String, u32); 4] {
    let account = &session.account;
    let tenant = account.member_tenant_id.as_ref().map_or("", |id| id.as_str());
    [
        (format!("session {}", session.id), TRIES),
        (format!("account {}", account.id), TRIES),
        (format!("source {}", network(from)), TRIES),
        (format!("tenant {tenant}"), TRIES_OF_A_TENANT),
    ]
}
