//! Clients whose id is the URL of the document that describes them. Client ID Metadata Document.
//!
//! A document is fetched when a person is about to be asked, and nothing is stored before that person says yes. What a stored client is, is
//! what its document said last: a change is stored when it is noticed, and whoever allowed the client what it was is asked again.

mod change;
mod error;
pub mod key_sets;
mod lapse;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use domain::{
    client::{
        Client, ClientId, Door, UNSTORED, document_url::DocumentUrl, metadata::ClientMetadata,
        standing::Known,
    },
    registration::{
        Registration, Requester, admit,
        bounds::Bounded,
        document::{self, MAX_BYTES},
        profile::bounds_at,
    },
    time::Timestamp,
};
use store::registration_policies;

pub use error::DocumentError;
pub use lapse::check_again;

use crate::{
    app::{App, Live},
    egress::{
        Wanted,
        kept::{Found, Kept},
    },
    registration,
};

/// Documents of this node, as they came.
pub type Documents = Kept<Bytes, DocumentError>;

/// How old a document may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A request begins: what its headers let it be.
    Request,
    /// A person was shown what it said, and is deciding: as long as that may take.
    Decision,
}

/// For so long a person may take to decide.
const DECIDING: Duration = Duration::from_mins(30);

/// For so long a stored client counts as what it was while this server itself may not ask for more.
const UNASKED: Duration = Duration::from_hours(24);

/// The client that a document describes, in place of what is `known` by the id: as it is stored, brought up to date, or as it would be. What
/// came in by another door, may not be served anyway, or has an id that is no URL stays as it is; so does everything while documents are
/// switched off.
pub async fn resolve(
    app: &App,
    client_id: &ClientId,
    known: Known,
    moment: Moment,
    now: Timestamp,
) -> Result<Known, DocumentError> {
    let live = app.live();
    if !live.settings.client_id_metadata_documents {
        return Ok(known);
    }
    let url = match &known {
        Known::Client(client) if client.door != Door::Document || !client.is_usable(now) => None,
        Known::Client(_) | Known::Tombstone | Known::Nothing => DocumentUrl::of(client_id, app.gate.hosts())?,
    };
    let Some(url) = url else {
        return Ok(known);
    };
    let stored = match known {
        Known::Client(client) => Some(client),
        Known::Tombstone | Known::Nothing => None,
    };
    let policies = registration_policies::in_force(&app.store, None).await?;
    if stored.is_none() {
        admit(&Requester::Document, &live.settings, &policies)
            .map_err(|refusal| DocumentError::Refused(refusal.into()))?;
    }
    let bounds = bounds_at(Door::Document, &policies);
    let rules =
        Rules { live: &live, bounds: &bounds, stored: stored.as_deref().map(|client| &client.metadata) };
    let read = current(app, &rules, &url, moment, now).await;
    let client = match (stored, read) {
        (Some(client), Ok(read)) => change::keep_up(app, client, read, now).await?,
        (None, Ok(read)) => Arc::new(described(app, client_id.clone(), read.metadata, now)),
        (Some(client), Err(DocumentError::Busy)) if was_read_lately(app, &client, now).await? => client,
        (_, Err(error)) => return Err(error),
    };
    Ok(Known::Client(client))
}

async fn was_read_lately(app: &App, client: &Client, now: Timestamp) -> Result<bool, DocumentError> {
    let read_at = store::client_documents::fetched_at(&app.store, &client.id).await?;
    Ok(read_at.is_some_and(|at| now < at.plus(UNASKED)))
}

/// What a document is held against.
struct Rules<'a> {
    live: &'a Live,
    bounds: &'a [Bounded],
    /// What the client is that it describes, if that is stored.
    stored: Option<&'a ClientMetadata>,
}

/// What a document says, and when it was fetched.
struct Read {
    metadata: ClientMetadata,
    fetched_at: Timestamp,
}

/// What the document says now, or said as long ago as the moment allows.
async fn current(
    app: &App,
    rules: &Rules<'_>,
    url: &DocumentUrl,
    moment: Moment,
    now: Timestamp,
) -> Result<Read, DocumentError> {
    let may_count = |found: &Found<Bytes>| {
        found.is_fresh(now) || moment == Moment::Decision && now < found.fetched_at.plus(DECIDING)
    };
    if let Some(found) = app.documents.recall(url.as_str()).filter(may_count)
        && let Ok(registration) = read(app, rules, url, &found.value, now).await
    {
        return Ok(Read { metadata: registration.into_metadata(), fetched_at: found.fetched_at });
    }
    // Strangers who ask for ever new documents of a host keep nobody from asking for those that are in use.
    let budget = rules.stored.map(|_| url.as_str());
    let found = app.documents.renew(url.as_str(), fetch(app, rules, url, budget, now)).await;
    let found = found.inspect_err(|_| app.documents.forget(url.as_str()))?;
    let registration = read(app, rules, url, &found.value, now).await?;
    Ok(Read { metadata: registration.into_metadata(), fetched_at: found.fetched_at })
}

async fn fetch(
    app: &App,
    rules: &Rules<'_>,
    url: &DocumentUrl,
    budget: Option<&str>,
    now: Timestamp,
) -> Result<Found<Bytes>, DocumentError> {
    let wanted = Wanted { url: url.as_str(), max_bytes: MAX_BYTES, budget };
    let outcome = async {
        let fetched = app.gate.fetch(wanted, now).await?;
        if !fetched.is_json() {
            return Err(DocumentError::NotJson);
        }
        read(app, rules, url, &fetched.body, now).await?;
        Ok(Found { life: fetched.life(), value: Arc::new(fetched.body), fetched_at: now })
    }
    .await;
    if let Err(error) = &outcome {
        app.metrics.registration(Door::Document.as_str(), "refused");
        tracing::info!(client_id = url.as_str(), ?error, "a document is of no use");
    }
    outcome
}

/// The registration in the document. Policies hold for what comes in from then on, and for what is changed: a client that a policy would not
/// let in any more goes on as it is.
async fn read(
    app: &App,
    rules: &Rules<'_>,
    url: &DocumentUrl,
    body: &[u8],
    now: Timestamp,
) -> Result<Registration, DocumentError> {
    let raw = registration::heed(app, rules.live, document::read(body, url)?, None, now).await?;
    let within = |bounds| document::judge(&raw, &registration::policy(app, rules.live, bounds));
    let as_stored = || within(&[]).ok().filter(|described| Some(described.metadata()) == rules.stored);
    let described = within(rules.bounds).or_else(|refusal| as_stored().ok_or(refusal))?;
    registration::check_signing(&described, rules.live)?;
    Ok(described)
}

/// The client as it would be stored. Until then it has no version of its own.
fn described(app: &App, client_id: ClientId, metadata: ClientMetadata, now: Timestamp) -> Client {
    Client {
        id: app.chance.id(now),
        client_id,
        door: Door::Document,
        registered_by: None,
        member_tenant_id: None,
        metadata,
        secret: None,
        created_at: now,
        expires_at: None,
        is_enabled: true,
        is_verified: false,
        is_first_party: false,
        approval: None,
        version: UNSTORED,
    }
}
