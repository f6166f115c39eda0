//! Whether the journal is still what was sealed.

use std::collections::BTreeMap;

use domain::{id::Id, journal::ChainHash};

use super::{
    changes::extent,
    row::{sealed, sealed_columns},
};
use crate::{Query, Row, Store, StoreError};

/// So many events are read at a time.
const PAGE: i64 = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was edited, removed, added or re-ordered since it was sealed.
    Holds { events: u64, chains: Vec<Chain> },
    /// The first event that is not what was sealed.
    Broken(Break),
}

/// Where the chain of a tenant ends. Whoever keeps this elsewhere can tell later that nothing before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// None: the events that belong to no tenant.
    pub tenant_id: Option<String>,
    pub position: i64,
    pub hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    pub position: i64,
    /// The event that stands there, if one does that can be read.
    pub id: Option<Id>,
    pub flaw: Flaw,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no event at this position.
    Missing,
    /// What stands there is not what was sealed, or not after what it was sealed after.
    Altered,
    /// Nothing was ever sealed at this position.
    Added,
}

/// Reads the whole journal and computes its chains anew. It may be written to meanwhile; what was sealed by then is verified.
pub async fn verify(store: &Store) -> Result<Verdict, StoreError> {
    loop {
        let ends = Ends::read(store).await?;
        let verdict = compare(store, &ends).await?;
        // What was forgotten under our eyes is not missing.
        if matches!(verdict, Verdict::Holds { .. }) || extent(store).await?.forgotten == ends.forgotten {
            return Ok(verdict);
        }
    }
}

/// Where the journal and its chains begin and end, all at one moment.
struct Ends {
    head: i64,
    forgotten: i64,
    /// The first and the last position that there is.
    reach: Option<(i64, i64)>,
    chains: Vec<Chain>,
    /// The last forgotten hash of each tenant.
    begins: BTreeMap<String, ChainHash>,
}

impl Ends {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let query = Query::new(
            "SELECT h.position, h.forgotten, (SELECT MIN(position) FROM journal), (SELECT MAX(position) FROM journal),
                    c.tenant_id, c.position, c.hash, c.forgotten_hash
             FROM journal_head h LEFT JOIN journal_chains c ON 1 = 1 ORDER BY c.tenant_id",
            [],
        );
        let rows = store.read(query).await?;
        let first = rows.first().ok_or_else(|| StoreError::corrupt("the journal has no head"))?;
        let mut ends = Self {
            head: first.int(0)?,
            forgotten: first.int(1)?,
            reach: first.opt_int(2)?.zip(first.opt_int(3)?),
            chains: Vec::new(),
            begins: BTreeMap::new(),
        };
        for row in &rows {
            let Some(tenant) = row.opt_text(4)? else { continue };
            ends.begins.insert(tenant.clone(), ChainHash::from_stored(row.text(7)?));
            let tenant_id = Some(tenant).filter(|tenant| !tenant.is_empty());
            ends.chains.push(Chain { tenant_id, position: row.int(5)?, hash: row.text(6)? });
        }
        Ok(ends)
    }
}

async fn compare(store: &Store, ends: &Ends) -> Result<Verdict, StoreError> {
    let mut hashes = ends.begins.clone();
    let mut expected = ends.forgotten.saturating_add(1);
    if let Some((first, _)) = ends.reach
        && first < expected
    {
        return Ok(broken(first, None, Flaw::Added));
    }
    while expected <= ends.head {
        let rows = page(store, expected, ends.head).await?;
        if rows.is_empty() {
            return Ok(broken(expected, None, Flaw::Missing));
        }
        for row in rows {
            if row.int(0)? != expected {
                return Ok(broken(expected, None, Flaw::Missing));
            }
            let Ok(found) = sealed(&row) else {
                return Ok(broken(expected, row.id(2).ok(), Flaw::Altered));
            };
            let tenant = found.event.tenant_id.as_ref().map_or("", Id::as_str).to_owned();
            let hash = hashes.entry(tenant).or_default();
            *hash = hash.next(expected, &found.event);
            if *hash != found.hash {
                return Ok(broken(expected, Some(found.event.id), Flaw::Altered));
            }
            expected = expected.saturating_add(1);
        }
    }
    if let Some((_, last)) = ends.reach
        && last > ends.head
    {
        return Ok(broken(expected, None, Flaw::Added));
    }
    Ok(ended(ends, &hashes))
}

/// Whether every chain ends where it was left: what was cut off its end shows only there.
fn ended(ends: &Ends, hashes: &BTreeMap<String, ChainHash>) -> Verdict {
    for chain in &ends.chains {
        let tenant = chain.tenant_id.as_deref().unwrap_or_default();
        if hashes.get(tenant).is_none_or(|hash| hash.as_str() != chain.hash) {
            let flaw = if chain.position > ends.head { Flaw::Missing } else { Flaw::Altered };
            return broken(chain.position, None, flaw);
        }
    }
    if hashes.len() != ends.chains.len() {
        return broken(ends.head, None, Flaw::Added);
    }
    let events = u64::try_from(ends.head.saturating_sub(ends.forgotten)).unwrap_or(0);
    Verdict::Holds { events, chains: ends.chains.clone() }
}

async fn page(store: &Store, from: i64, to: i64) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        sealed_columns!(),
        " FROM journal WHERE position >= $1 AND position <= $2 ORDER BY position LIMIT $3"
    );
    store.read(Query::new(SQL, [from.into(), to.into(), PAGE.into()])).await
}

const fn broken(position: i64, id: Option<Id>, flaw: Flaw) -> Verdict {
    Verdict::Broken(Break { position, id, flaw })
}
