//! What the store does without a server in front of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::client::standing::Known;
use domain::id::Id;
use store::{Batch, DatabaseUrl, Store, accounts, clients, grants, refresh_tokens};
use tokio::runtime::Runtime;

use crate::contest::{Rounds, Rules, median, turns};
use crate::load::float;
use crate::machine::Used;
use crate::{Outcome, clock, rows};

const TASKS: usize = 64;
const MANY_TASKS: usize = 256;

/// Per second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Raw {
    /// Clients stored one commit each: on SQLite by one task, on PostgreSQL by 64 with connections of their own.
    pub(crate) single: f64,
    /// Clients stored by 64 tasks that share commits.
    pub(crate) grouped: f64,
    /// The same by 256 tasks.
    pub(crate) widely_grouped: f64,
    /// Refresh tokens rotated by 64 tasks that share commits.
    pub(crate) rotations: f64,
    /// Clients read by 64 tasks, each time another one.
    pub(crate) reads: f64,
    pub(crate) rounds: Rounds,
}

#[derive(Clone, Debug)]
enum Work {
    /// Stores new clients, numbered on from what it counts.
    Insert(Arc<AtomicU64>),
    /// Rotates the refresh token of a grant of its own.
    Rotate,
    /// Reads clients with numbers below this.
    Read(u64),
}

/// Measures over a database with `known` loaded clients; `run` differs from that of every other measurement over it.
pub(crate) fn measure(
    runtime: &Runtime,
    database: &str,
    known: u64,
    run: u64,
    rules: &Rules,
) -> Outcome<Raw> {
    let url = DatabaseUrl::parse(database)?;
    let store = runtime.block_on(Store::open(&url))?;
    let one = vec![store.clone()];
    let alone = if url.file().is_some() { one.clone() } else { runtime.block_on(several(&url))? };
    // Far from the numbers of the loader, and of other runs however fast they were.
    let insert = Work::Insert(Arc::new(AtomicU64::new((1 << 60) | (run << 32))));
    let (found, rounds) = turns(rules, || {
        let before = (Used::now()?, clock::instant());
        let rate = |stores: &[Store], tasks, work: &Work| {
            runtime.block_on(rate(stores, tasks, rules.span / 2, work))
        };
        let raw = Raw {
            single: rate(&alone, alone.len(), &insert)?,
            grouped: rate(&one, TASKS, &insert)?,
            widely_grouped: rate(&one, MANY_TASKS, &insert)?,
            rotations: rate(&one, TASKS, &Work::Rotate)?,
            reads: rate(&one, TASKS, &Work::Read(known))?,
            rounds: Rounds::default(),
        };
        let span = clock::instant().duration_since(before.1).as_secs_f64();
        Ok((raw, Used::now()?.foreign_since(&before.0, span)))
    })?;
    for store in alone {
        runtime.block_on(store.close());
    }
    runtime.block_on(store.close());
    let of = |pick: fn(&Raw) -> f64| median(found.iter().map(pick).collect());
    Ok(Raw {
        single: of(|raw| raw.single),
        grouped: of(|raw| raw.grouped),
        widely_grouped: of(|raw| raw.widely_grouped),
        rotations: of(|raw| raw.rotations),
        reads: of(|raw| raw.reads),
        rounds,
    })
}

async fn several(url: &DatabaseUrl) -> Outcome<Vec<Store>> {
    let mut stores = Vec::new();
    for _ in 0..TASKS {
        stores.push(Store::open(url).await?);
    }
    Ok(stores)
}

/// How often per second `tasks` tasks, spread over `stores`, do their work.
async fn rate(stores: &[Store], tasks: usize, span: Duration, work: &Work) -> Outcome<f64> {
    let mut chains = Vec::new();
    for store in stores.iter().cycle().take(tasks) {
        chains.push((store.clone(), chain(store, work).await?));
    }
    let begin = clock::instant();
    let end = begin + span;
    let running: Vec<_> = chains
        .into_iter()
        .map(|(store, chain)| tokio::spawn(turn(store, chain, work.clone(), end)))
        .collect();
    let mut count = 0;
    for task in running {
        count += task.await??;
    }
    Ok(float(count) / clock::instant().duration_since(begin).as_secs_f64())
}

async fn turn(store: Store, chain: Option<(Id, Id)>, work: Work, end: Instant) -> Outcome<u64> {
    let metadata = rows::metadata()?;
    let mut chain = chain;
    let mut count = 0;
    let mut reads = rows::scattered(rows::id(0).as_str().bytes().map(u64::from).sum());
    while clock::instant() < end {
        let mut batch = Batch::new();
        match (&work, &mut chain) {
            (Work::Insert(next), _) => {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let client = rows::client(number, &metadata);
                batch.extend(clients::insert_shared(&client)?);
            }
            (Work::Rotate, Some((grant, token))) => {
                let next = rows::id(count);
                batch.push(refresh_tokens::rotate(token, &next, clock::now()));
                batch.push(refresh_tokens::insert(&next, &rows::hash(), grant, clock::now(), rows::later()));
                *token = next;
            }
            (Work::Rotate, None) => return Err("no token to rotate".into()),
            (Work::Read(known), _) => {
                reads = rows::scattered(reads);
                let client_id = rows::client_id(reads % (*known).max(1));
                if !matches!(clients::known(&store, &client_id).await?, Known::Client(_)) {
                    return Err("a loaded client is not there".into());
                }
                // A read from SQLite waits for nothing, and others want their turn.
                tokio::task::yield_now().await;
            }
        }
        if !store.commit(batch).await?.is_committed() {
            return Err("a batch of its own was refused".into());
        }
        count += 1;
    }
    Ok(count)
}

/// A grant and its first refresh token, where the work needs them.
async fn chain(store: &Store, work: &Work) -> Outcome<Option<(Id, Id)>> {
    match work {
        Work::Insert(_) | Work::Read(_) => return Ok(None),
        Work::Rotate => {}
    }
    let account = rows::account();
    let grant = rows::grant(&account);
    let token = rows::id(2);
    let mut batch = Batch::new();
    batch.push(accounts::insert(&rows::entry(account.clone()), None));
    batch.push(grants::insert(&grant)?);
    batch.push(refresh_tokens::insert(&token, &rows::hash(), &grant.id, clock::now(), rows::later()));
    let _ = store.commit(batch).await?;
    Ok(Some((grant.id, token)))
}
