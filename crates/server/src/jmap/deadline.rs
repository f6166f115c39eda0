//! Until when a request may begin something new, so that it is answered before the server gives up on it.

use std::time::Duration;

use tokio::time::Instant;

/// Well below what the front of every route allows.
const TIME: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// From now on.
    pub fn start() -> Self {
        Self(Instant::now() + TIME)
    }

    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}
