//! How many clients are in which part of their life: counted part by part, so that nobody waits for a reader that looks at a million rows.

use std::collections::BTreeMap;

use domain::{id::Id, time::Timestamp};

use crate::{
    Query, Store, StoreError,
    client_life::{may_leave, was_allowed},
};

/// Where in its life a client is; each is in one of these only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Somebody vouches for it, or decided against it: it never leaves by itself.
    Kept,
    /// It holds access.
    Active,
    /// Somebody allowed it something once, and it holds nothing now.
    Idle,
    /// Nobody ever allowed it anything.
    Unclaimed,
}

/// Some of all clients, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub counts: BTreeMap<State, u64>,
    /// The last one that was counted; none when there was nothing left.
    pub last: Option<Id>,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Kept, Self::Active, Self::Idle, Self::Unclaimed];

    /// As counted and told.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Active => "active",
            Self::Idle => "idle",
            Self::Unclaimed => "unclaimed",
        }
    }
}

/// Counts up to `most` clients after `after`, as they are at `now`.
pub async fn part(store: &Store, after: Option<&Id>, now: Timestamp, most: u32) -> Result<Part, StoreError> {
    let query = Query::new(
        concat!(
            "SELECT state, COUNT(*), MAX(id) FROM (
           SELECT c.id, CASE WHEN NOT (",
            may_leave!(),
            ") THEN 'kept'
                  WHEN EXISTS (SELECT 1 FROM grants g WHERE g.client_id = c.client_id
                               AND g.revoked_at IS NULL AND g.expires_at > $1) THEN 'active'
                  WHEN ",
            was_allowed!(),
            " THEN 'idle' ELSE 'unclaimed' END AS state
           FROM clients c WHERE c.id > $2 ORDER BY c.id LIMIT $3) AS part
         GROUP BY state"
        ),
        [now.into(), after.map_or("", Id::as_str).into(), i64::from(most).into()],
    );
    let mut part = Part { counts: BTreeMap::new(), last: None };
    for row in store.read(query.long()).await? {
        let state = row.text_ref(0)?;
        let state = State::ALL.into_iter().find(|known| known.as_str() == state);
        let state = state.ok_or_else(|| StoreError::corrupt("the state of a client"))?;
        part.counts.insert(state, u64::try_from(row.int(1)?).unwrap_or(0));
        part.last = part.last.max(Some(row.id(2)?));
    }
    Ok(part)
}

/// How many clients were deleted that somebody may still ask for.
pub async fn tombstones(store: &Store) -> Result<u64, StoreError> {
    let row = store.read_one(Query::new("SELECT COUNT(*) FROM client_tombstones", []).long()).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("no count"))?;
    Ok(u64::try_from(row.int(0)?).unwrap_or(0))
}
