//! Whether a stored client may go on with what it holds. Its document is looked at again once a day.

use std::{sync::Arc, time::Duration};

use domain::{
    client::{Client, Door, document_url::DocumentUrl, standing::Known},
    error::{ErrorCode, Refusal},
    time::Timestamp,
};
use store::{Batch, client_documents};

use super::{DocumentError, Moment, Rules, change, current};
use crate::{app::App, registration::bounds_of, wire::Failure};

/// So old a document may be while its client goes on.
const LOOK_AGAIN: Duration = Duration::from_hours(24);

/// So old while it is not to be had.
const AT_MOST: Duration = Duration::from_hours(7 * 24);

/// After an attempt that came to nothing the next one is made this much later.
const TRY_AGAIN: Duration = Duration::from_mins(5);

/// The client as its document has it. A document that is wrong or gone ends what the client may do; one that is not to be had does so after
/// a week: its host may be down, and people who use the client should not notice.
pub async fn check_again(app: &App, known: Known, now: Timestamp) -> Result<Known, Failure> {
    let client = match known {
        Known::Client(client) if client.door == Door::Document && client.is_usable(now) => client,
        known @ (Known::Client(_) | Known::Tombstone | Known::Nothing) => return Ok(known),
    };
    let live = app.live();
    if !live.settings.client_id_metadata_documents {
        return Ok(Known::Client(client));
    }
    let Ok(Some(url)) = DocumentUrl::of(&client.client_id, app.gate.hosts()) else {
        return Err(refuse(&client, "its client_id is not the URL of a document any more"));
    };
    if app.documents.recall(url.as_str()).is_some_and(|found| now < found.fetched_at.plus(LOOK_AGAIN)) {
        return Ok(Known::Client(client));
    }
    let looked_at = client_documents::fetched_at(&app.store, &client.id).await?.unwrap_or(client.created_at);
    if now < looked_at.plus(LOOK_AGAIN) {
        return Ok(Known::Client(client));
    }
    if app.fetch_tries.is_too_soon(url.as_str(), now, TRY_AGAIN) {
        return may_wait(client, looked_at, now);
    }
    let bounds = bounds_of(&app.store, Door::Document, None).await?;
    let rules = Rules { live: &live, bounds: &bounds, stored: Some(&client.metadata) };
    match current(app, &rules, &url, Moment::Request, now).await {
        Ok(read) => Ok(Known::Client(change::keep_up(app, client, read, now).await?)),
        Err(DocumentError::Store(_)) => Ok(Known::Client(client)),
        Err(error) if error.is_final() => {
            let mut batch = Batch::new();
            batch.push(client_documents::void(&client.id));
            let _ = app.store.commit(batch).await?;
            Err(refuse(&client, &error.detail()))
        }
        Err(_) => may_wait(client, looked_at, now),
    }
}

fn may_wait(client: Arc<Client>, looked_at: Timestamp, now: Timestamp) -> Result<Known, Failure> {
    if now < looked_at.plus(AT_MOST) {
        Ok(Known::Client(client))
    } else {
        Err(refuse(&client, "the document at client_id could not be fetched for a week"))
    }
}

fn refuse(client: &Client, why: &str) -> Failure {
    tracing::info!(client_id = client.client_id.as_str(), why, "a client's document is of no use any more");
    Refusal::new(
        ErrorCode::InvalidClient,
        "the document at client_id can no longer be used; see that it is there and right",
    )
    .into()
}
