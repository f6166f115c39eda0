//! What happens in the background: noticing changes made elsewhere, sealing the journal, and forgetting what ended.

use std::{sync::Arc, time::Duration};

use domain::tally::Day;
use store::{Batch, StoreError, sweep};
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    admin::signing_keys,
    app::App,
    client_life::{self, Walk},
    client_states::{self, Count},
    client_uses, clock, journal, tallies,
};

/// Settings and keys changed by another process or node are in force after this.
const REFRESH: Duration = Duration::from_millis(500);
const SEAL: Duration = Duration::from_secs(2);
/// Whoever listens hears of a change after this.
const FOLLOW: Duration = Duration::from_secs(1);

/// So many events are sealed in one go: two thousand a second go on for ever, and what comes faster waits until it comes slower.
const SEALED_AT_ONCE: u64 = 4_096;

/// When a client was last used is known after this.
const TELL_USES: Duration = Duration::from_secs(30);

/// Somebody who looks at a count that is too old sees a new one after this.
const CENSUS: Duration = Duration::from_secs(5);

/// Days of which the counts are kept.
const COUNTED_DAYS: i64 = 92;

const SWEEP: Duration = Duration::from_mins(1);

/// Runs until the task is dropped.
pub async fn refresh(app: Arc<App>) {
    let mut ticks = interval(REFRESH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match app.refresh().await {
            Ok(true) => tracing::info!("settings or keys changed and are in force"),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "settings and keys could not be read; the last ones stay in force");
            }
        }
    }
}

/// Writes the refusals and counts that wait and seals the journal. Runs until the task is dropped.
pub async fn seal(app: Arc<App>) {
    let mut ticks = interval(SEAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = journal::seal_some(&app, SEALED_AT_ONCE, clock::now()).await {
            tracing::warn!(%error, "the journal could not be sealed; what happened waits");
        }
        if let Err(error) = tallies::write(&app).await {
            tracing::warn!(%error, "what was counted could not be written; it waits");
        }
    }
}

/// Runs until the task is dropped.
pub async fn sweep(app: Arc<App>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut walk, mut count) = (Walk::default(), Count::default());
    loop {
        ticks.tick().await;
        if let Err(error) = keep_words(&app).await {
            tracing::warn!(%error, "clients of before cannot be found by their words yet");
        }
        if let Err(error) = forget(&app).await {
            tracing::warn!(%error, "what ended could not be swept away");
        }
        // Who registered again a moment ago is not to leave.
        if let Err(error) = client_uses::tell(&app).await {
            tracing::warn!(%error, "which clients were used last could not be noted; it waits");
        }
        if let Err(error) = client_life::walk_on(&app, &mut walk, clock::now()).await {
            tracing::warn!(%error, "clients that nobody needs could not be looked for");
        }
        if let Err(error) = client_states::count_on(&app, &mut count, clock::now()).await {
            tracing::warn!(%error, "the states of clients could not be counted; the last numbers stand");
        }
    }
}

/// Clients that an earlier program stored are found by their words, too.
async fn keep_words(app: &App) -> Result<(), StoreError> {
    while store::client_words::catch_up(&app.store).await? {}
    Ok(())
}

/// Notes which clients are used. Runs until the task is dropped.
pub async fn tell_uses(app: Arc<App>) {
    let mut ticks = interval(TELL_USES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = client_uses::tell(&app).await {
            tracing::warn!(%error, "which clients were used last could not be noted; it waits");
        }
    }
}

/// Tells whoever listens how far the journal is. Runs until the task is dropped.
pub async fn follow(app: Arc<App>) {
    let mut ticks = interval(FOLLOW);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if app.journal_end.receiver_count() == 0 {
            continue;
        }
        match end_of_journal(&app).await {
            Ok(end) => {
                app.journal_end.send_if_modified(|known| std::mem::replace(known, end) != end);
            }
            Err(error) => tracing::warn!(%error, "the journal could not be followed"),
        }
    }
}

/// Counts clients for the overview. Runs until the task is dropped.
pub async fn census(app: Arc<App>) {
    let mut ticks = interval(CENSUS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = app.census.renew(&app.store, clock::now()).await {
            tracing::warn!(%error, "the clients could not be counted; the last count is shown");
        }
    }
}

async fn end_of_journal(app: &App) -> Result<i64, StoreError> {
    journal::seal(app, clock::now()).await?;
    store::journal::end(&app.store, None).await
}

async fn forget(app: &App) -> Result<(), StoreError> {
    let now = clock::now();
    sweep::expired(&app.store, now).await?;
    let mut batch = Batch::new();
    batch.push(store::signing_keys::purge(signing_keys::forgotten_before(&app.live().settings, now)));
    let _ = app.store.commit(batch).await?;
    store::tallies::forget_before(&app.store, Day::of(now).before(COUNTED_DAYS)).await?;
    let retention = app.live().settings.journal_retention;
    if retention.is_zero() {
        return Ok(());
    }
    store::journal::forget_before(&app.store, now.minus(retention)).await.map(drop)
}
