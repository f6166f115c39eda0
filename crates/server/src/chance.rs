//! The one place that makes random things: ids and 256-bit secrets.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::rand;
use domain::{
    id::Id,
    secret::{Secret, TokenKind},
    time::Timestamp,
};

/// Makes ids that grow within this process even when the clock stands still or steps back.
#[derive(Debug, Default)]
pub struct Chance {
    /// The last id's time and sequence: 48 bits of milliseconds, 16 of sequence.
    last: AtomicU64,
}

impl Chance {
    /// A new id for `now`.
    pub fn id(&self, now: Timestamp) -> Id {
        let floor = u64::try_from(now.millis()).unwrap_or(0) << 16;
        let next = |last: u64| Some(floor.max(last.saturating_add(1)));
        let previous = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(0);
        let position = floor.max(previous.saturating_add(1));
        let millis = i64::try_from(position >> 16).unwrap_or(i64::MAX);
        let sequence = u16::try_from(position & 0xffff).unwrap_or(0);
        Id::new(Timestamp::from_millis(millis), sequence, bytes())
    }

    /// A new credential of `kind` and the id of its row.
    pub fn credential(&self, kind: TokenKind, now: Timestamp) -> (Id, Secret) {
        let id = self.id(now);
        let secret = kind.compose(&id, &bytes());
        (id, secret)
    }
}

/// Random bytes of the cryptographic library. It fails only where the system has no randomness at all; then nothing may go on.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness no credential may be made")]
    rand::fill(&mut bytes).expect("the system has a source of randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_also_when_the_clock_steps_back() {
        let chance = Chance::default();
        let first = chance.id(Timestamp::from_millis(2_000));
        let second = chance.id(Timestamp::from_millis(1_000));
        assert!(first < second);
    }
}
