//! The numbers of clients by where in their life they are, for those who watch the server: counted in the background, some at a time.

use std::collections::BTreeMap;

use domain::{id::Id, time::Timestamp};
use store::{
    StoreError,
    client_states::{self, State},
};

use crate::app::App;

/// So many clients are counted in one go, so that no reader is busy for long.
const PART: u32 = 2_000;

/// So many goes belong to one count: a million clients are counted within an hour.
const PARTS_AT_ONCE: usize = 10;

/// A tombstone is no client any more, and stands beside their states.
const TOMBSTONE: &str = "tombstone";

/// How far a count has come.
#[derive(Debug, Default)]
pub struct Count {
    after: Option<Id>,
    counts: BTreeMap<State, u64>,
}

/// Goes on counting. After the last client the numbers are told, and the count begins anew.
pub async fn count_on(app: &App, count: &mut Count, now: Timestamp) -> Result<(), StoreError> {
    for _ in 0..PARTS_AT_ONCE {
        let part = client_states::part(&app.store, count.after.as_ref(), now, PART).await?;
        for (state, found) in part.counts {
            *count.counts.entry(state).or_default() += found;
        }
        count.after = part.last;
        if count.after.is_none() {
            let Count { counts, .. } = std::mem::take(count);
            for state in State::ALL {
                app.metrics.clients(state.as_str(), counts.get(&state).copied().unwrap_or(0));
            }
            app.metrics.clients(TOMBSTONE, client_states::tombstones(&app.store).await?);
            return Ok(());
        }
    }
    Ok(())
}
