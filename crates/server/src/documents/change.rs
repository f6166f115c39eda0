//! A stored client is what its document says. Client ID Metadata Document §6.3.

use std::{sync::Arc, time::Duration};

use domain::{
    client::{Client, standing::Known},
    registration::document::{Change, change},
    time::Timestamp,
};
use store::{Batch, StoreError, client_documents, clients, consents, grants};

use super::Read;
use crate::{app::App, journal};

/// That a document was looked at is noted no more often than this.
const NOTED_EVERY: Duration = Duration::from_hours(1);

/// The client as its document has it now. A change is stored at once, with its event: what people allowed before the change counts no more if
/// they would have seen something else, and what the client holds ends if it may be in other hands.
pub(super) async fn keep_up(
    app: &App,
    stored: Arc<Client>,
    read: Read,
    now: Timestamp,
) -> Result<Arc<Client>, StoreError> {
    let noted_at = client_documents::fetched_at(&app.store, &stored.id).await?;
    let Some(changed) = change(&stored.metadata, &read.metadata) else {
        note(app, &stored, (noted_at, read.fetched_at)).await?;
        return Ok(stored);
    };
    if noted_at.is_some_and(|noted| read.fetched_at <= noted) {
        // Another node has read it since: what is kept here is what it said before.
        app.documents.forget(stored.client_id.as_str());
        return Ok(stored);
    }
    let after = Client {
        is_verified: stored.is_verified && !changed.voids_consents,
        is_first_party: stored.is_first_party && !changed.voids_consents,
        metadata: read.metadata,
        ..(*stored).clone()
    };
    if app.store.commit(batch(app, (&stored, &after), changed, (read.fetched_at, now))?).await?.is_committed()
    {
        tracing::info!(client_id = after.client_id.as_str(), ?changed, "a client's document changed");
    }
    // Stored by this request or by another one that noticed it, too.
    match clients::known(&app.store, &after.client_id).await? {
        Known::Client(client) => Ok(client),
        Known::Tombstone | Known::Nothing => Ok(stored),
    }
}

fn batch(
    app: &App,
    (before, after): (&Client, &Client),
    changed: Change,
    (fetched_at, now): (Timestamp, Timestamp),
) -> Result<Batch, StoreError> {
    let mut batch = Batch::new();
    batch.extend(clients::replace(after, &before.metadata, &clients::Management::default())?);
    batch.push(client_documents::note(&after.id, fetched_at));
    if changed.voids_consents {
        batch.push(consents::void_of_client(&after.client_id));
    }
    if changed.revokes_grants {
        batch.push(grants::revoke_of_client(&after.client_id, now));
    }
    batch.push(journal::document_changed(app, before, after, changed.revokes_grants, now));
    Ok(batch)
}

async fn note(
    app: &App,
    client: &Client,
    (noted_at, fetched_at): (Option<Timestamp>, Timestamp),
) -> Result<(), StoreError> {
    if noted_at.is_some_and(|noted| fetched_at < noted.plus(NOTED_EVERY)) {
        return Ok(());
    }
    let mut batch = Batch::new();
    batch.push(client_documents::note(&client.id, fetched_at));
    app.store.commit(batch).await.map(drop)
}
