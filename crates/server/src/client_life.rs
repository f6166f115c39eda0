//! Clients that nobody vouches for and nobody needs leave by themselves: looked for part by part, deleted one by one.

use domain::{
    client::{
        Client, Door,
        life::{Departure, Traces, Why, departure, least_age},
    },
    id::Id,
    settings::OidcProvider,
    time::Timestamp,
};
use store::{Batch, Store, StoreError, client_life, clients, consents};

use crate::{app::App, journal};

/// So many clients are looked at in one go, so that no reader is busy for long.
const PART: u32 = 2_000;

/// So many goes belong to one walk: a million clients are looked at within an hour.
const PARTS_AT_ONCE: usize = 10;

/// How far a walk through all clients has come.
#[derive(Debug, Default)]
pub struct Walk {
    after: Option<Id>,
}

/// Goes on with the walk, and lets those leave whose time has come. After the last client it begins anew.
pub async fn walk_on(app: &App, walk: &mut Walk, now: Timestamp) -> Result<(), StoreError> {
    let settings = &app.live().settings;
    let Some(age) = least_age(settings) else { return Ok(()) };
    for _ in 0..PARTS_AT_ONCE {
        let ages = (now.minus(age), now);
        let part = client_life::part(&app.store, walk.after.as_ref(), ages, PART).await?;
        for (client, traces) in &part.unneeded {
            if let Some(due) = departure(client, *traces, settings).filter(|due| due.at <= now) {
                leave(app, (client, *traces), due.why, now).await?;
            }
        }
        walk.after = part.last;
        if walk.after.is_none() {
            break;
        }
    }
    Ok(())
}

/// A client that leaves before `until`, unless somebody uses it; for whoever wants to see before it happens.
#[derive(Debug)]
pub struct Due {
    pub client: Client,
    pub departure: Departure,
}

/// Up to `most` of them, oldest client first.
pub async fn due(
    store: &Store,
    settings: &OidcProvider,
    (now, until): (Timestamp, Timestamp),
    most: usize,
) -> Result<Vec<Due>, StoreError> {
    let (mut found, mut after) = (Vec::new(), None);
    let Some(age) = least_age(settings) else { return Ok(found) };
    loop {
        let part = client_life::part(store, after.as_ref(), (until.minus(age), now), PART).await?;
        for (client, traces) in part.unneeded {
            let leaves = departure(&client, traces, settings).filter(|due| due.at <= until);
            found.extend(leaves.map(|departure| Due { client, departure }));
        }
        after = part.last;
        if after.is_none() || found.len() >= most {
            found.truncate(most);
            return Ok(found);
        }
    }
}

/// Deletes the client, unless somebody began to use it meanwhile. People who knew it are told that it must register again; a document comes
/// back by itself, and what nobody ever used leaves nothing behind, unless it waited for an administrator.
async fn leave(
    app: &App,
    (client, traces): (&Client, Traces),
    why: Why,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.extend(client_life::delete_unneeded(client, traces, now));
    batch.push(consents::void_of_client(&client.client_id));
    // An id that is let in like any other, once it left, must not be one that somebody was still to look at.
    let is_remembered = why == Why::Idle || client.approval.is_some();
    if is_remembered && client.door != Door::Document {
        batch.push(clients::bury(client, now));
    }
    batch.push(journal::left(app, client, why, now));
    if app.store.commit(batch).await?.is_committed() {
        app.metrics.client_left(why.as_str());
        tracing::info!(client_id = client.client_id.as_str(), why = why.as_str(), "a client left");
    }
    Ok(())
}
