//! Time: as a stopwatch, and as the moment that new rows carry.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;

#[expect(clippy::disallowed_methods, reason = "to measure time is what this program is for")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "rows of the bulk loader carry the moment they are made")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Lets time pass where time is the condition: a server that shall be idle, a retry that shall not spin.
#[expect(clippy::disallowed_methods, reason = "an idle server is one that was left alone for a while")]
pub(crate) fn pause(span: Duration) {
    std::thread::sleep(span);
}
