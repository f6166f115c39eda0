//! How often things happened, day by day. Whatever is counted for a tenant is counted for all together, too.

use std::collections::BTreeMap;

use domain::{
    id::Id,
    journal::Event,
    tally::{Day, Tally},
};

use crate::{Batch, Query, Statement, Store, StoreError};

/// All tenants together.
const ALL: &str = "";

/// So many rows are forgotten in one batch at most.
const MOST: i64 = 500;

/// Counts that are not written yet, in the order in which everybody writes them: two writers never wait for each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<(String, Day, Tally), u64>);

/// How often one thing happened on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub day: Day,
    pub what: Tally,
    pub times: u64,
}

impl Counts {
    /// It happened `times` times, within this tenant or none.
    pub fn add(&mut self, tenant: Option<&Id>, day: Day, what: Tally, times: u64) {
        for tenant in tenant.map(Id::as_str).into_iter().chain([ALL]) {
            let count = self.0.entry((tenant.to_owned(), day, what)).or_default();
            *count = count.saturating_add(times);
        }
    }

    /// Adds what these events count as.
    pub fn add_events(&mut self, events: &[Event]) {
        for event in events {
            if let Some(what) = Tally::of(event) {
                self.add(event.tenant_id.as_ref(), Day::of(event.at), what, 1);
            }
        }
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        for (key, times) in other.0 {
            let count = self.0.entry(key).or_default();
            *count = count.saturating_add(times);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The statements that add them to what is stored.
    pub fn statements(&self) -> impl Iterator<Item = Statement> {
        self.0.iter().map(|((tenant, day, what), times)| {
            Statement::new(
                "INSERT INTO tallies (tenant_id, day, what, times) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, day, what) DO UPDATE SET times = tallies.times + EXCLUDED.times",
                [
                    tenant.as_str().into(),
                    day.number().into(),
                    what.name().into(),
                    i64::try_from(*times).unwrap_or(i64::MAX).into(),
                ],
            )
        })
    }
}

/// Everything that was counted of a tenant, or of all together, from `first` on. What only a newer program knows is left out.
pub async fn since(store: &Store, tenant: Option<&Id>, first: Day) -> Result<Vec<Counted>, StoreError> {
    let query = Query::new(
        "SELECT day, what, times FROM tallies WHERE tenant_id = $1 AND day >= $2 ORDER BY day, what",
        [tenant.map_or(ALL, Id::as_str).into(), first.number().into()],
    );
    let mut counted = Vec::new();
    for row in store.read(query).await? {
        if let Some(what) = Tally::parse(row.text_ref(1)?) {
            let times = u64::try_from(row.int(2)?).unwrap_or(0);
            counted.push(Counted { day: Day::from_number(row.int(0)?), what, times });
        }
    }
    Ok(counted)
}

/// Forgets the days before `first`.
pub async fn forget_before(store: &Store, first: Day) -> Result<(), StoreError> {
    const IS_ANY: &str = "SELECT day FROM tallies WHERE day < $1 LIMIT 1";
    while store.read_one(Query::new(IS_ANY, [first.number().into()])).await?.is_some() {
        let mut batch = Batch::new();
        batch.push(Statement::new(
            "DELETE FROM tallies WHERE (tenant_id, day, what) IN
               (SELECT tenant_id, day, what FROM tallies WHERE day < $1 LIMIT $2)",
            [first.number().into(), MOST.into()],
        ));
        let _ = store.commit(batch).await?;
    }
    Ok(())
}
