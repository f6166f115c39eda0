//! A server that runs for long: strangers register, people allow applications things and use them, clients that nobody needs are swept away,
//! and the server is stopped and killed in between. In the end everything is counted: what had to leave has left, what holds access still has it.

mod population;
mod traffic;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use self::population::{Connected, Population};
use self::traffic::Traffic;
use crate::contest::median;
use crate::program::{Running, Wayleave};
use crate::scene::Scene;
use crate::{Outcome, clock, machine, say};

/// How the server ended before each lap but the first.
const ENDS: [End; 4] = [End::Asked, End::Killed, End::Asked, End::Killed];
/// Clients of strangers, longer unclaimed than they may be, that are there anew after each of these ends.
const UNCLAIMED: u64 = 15_000;
const SAMPLE_EVERY: Duration = Duration::from_secs(5);
/// The sweep looks at a part of all clients each minute.
const PATIENCE: Duration = Duration::from_mins(10);
/// Memory is flat when the last third of the last lap holds no more than this, as a ratio to the third before.
const FLAT: f64 = 1.10;

#[derive(Clone, Copy, Debug)]
enum End {
    Asked,
    Killed,
}

/// What was found over one database.
#[derive(Debug)]
struct Findings {
    database: &'static str,
    requests: u64,
    /// Applications that registered for the first time.
    newcomers: u64,
    swept: u64,
    connected: usize,
    disconnected: usize,
    /// Clients at the end, by what happened and by the table.
    predicted: u64,
    counted: u64,
    /// Megabytes that the process has written itself: the median of each third of the last lap.
    memory: [f64; 3],
}

/// Lasts for `span` and a few minutes, over SQLite and, if it is given the URL of an empty database, over PostgreSQL at the same time.
pub(crate) fn run(span: Duration, program: &Path, place: &Path, postgres: Option<&str>) -> Outcome<()> {
    let databases = [("SQLite", None), ("PostgreSQL", postgres)];
    let found: Vec<Outcome<Findings>> = thread::scope(|scope| {
        let databases = databases.into_iter().filter(|(name, url)| *name == "SQLite" || url.is_some());
        let runs: Vec<_> = databases
            .map(|(name, url)| scope.spawn(move || live(span, name, &Wayleave::new(program, place, url)?)))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap_or_else(|_| Err("a soak panicked".into()))).collect()
    });
    let found: Vec<Findings> = found.into_iter().collect::<Outcome<_>>()?;
    say(&table(span, &found));
    found.iter().try_for_each(judge)
}

fn live(span: Duration, database: &'static str, wayleave: &Wayleave) -> Outcome<Findings> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let address = traffic::free_address()?;
    let mut running = wayleave.start_at(&address)?.0;
    let scene = Scene::set(wayleave, &running)?;
    let population = Population::open(&runtime, &wayleave.database)?;
    let at_first = runtime.block_on(population.count())?;
    let mut traffic = Traffic::new(&scene, 32)?;
    let mut connected = Connected::default();
    let (mut requests, mut swept) = (0, 0);
    // Half of the time is for the last lap: memory is looked at there.
    let short = span / 2 / u32::try_from(ENDS.len())?;
    for (number, end) in (1..).zip(ENDS) {
        requests += lap(short, &mut traffic, &running, &mut connected, &mut Vec::new())?;
        running.end(matches!(end, End::Killed))?;
        connected.age(&runtime, &population)?;
        runtime.block_on(population.settle(UNCLAIMED, number))?;
        swept += UNCLAIMED;
        running = wayleave.start_at(&address)?.0;
        say(&format!(
            "    {database}: lap {number} of {} is over, {requests} requests; {end:?} to end and started again",
            ENDS.len() + 1
        ));
    }
    let mut memory = Vec::new();
    requests += lap(span / 2, &mut traffic, &running, &mut connected, &mut memory)?;
    let predicted = at_first + traffic.newcomers() + u64::try_from(connected.that_stay())?;
    let counted = until_swept(&runtime, &population, predicted)?;
    connected.prove(scene.site, &runtime, &population)?;
    runtime.block_on(population.close());
    Ok(Findings {
        database,
        requests,
        newcomers: traffic.newcomers(),
        swept: swept + u64::try_from(connected.that_left())?,
        connected: connected.that_hold_access(),
        disconnected: connected.that_left(),
        predicted,
        counted,
        memory: thirds(&memory),
    })
}

/// Load on all connections, people who connect applications, and looks at the memory of the server. Answers how many requests there were.
fn lap(
    span: Duration,
    traffic: &mut Traffic,
    running: &Running,
    connected: &mut Connected,
    memory: &mut Vec<f64>,
) -> Outcome<u64> {
    let end = clock::instant() + span;
    let visitor = traffic.visitor();
    thread::scope(|scope| {
        let people = scope.spawn(|| connected.more(visitor, end));
        let looks = scope.spawn(|| look(running.id(), end));
        let requests = traffic.drive(span);
        people.join().unwrap_or_else(|_| Err("a person panicked".into()))?;
        memory.extend(looks.join().unwrap_or_else(|_| Err("a look panicked".into()))?);
        requests
    })
}

fn look(server: u32, end: Instant) -> Outcome<Vec<f64>> {
    let mut found = Vec::new();
    while clock::instant() < end {
        found.push(machine::private_of(server)?);
        clock::pause(SAMPLE_EVERY);
    }
    Ok(found)
}

/// The clients that are left when the sweep has been everywhere, or when it should have been.
fn until_swept(runtime: &Runtime, population: &Population, predicted: u64) -> Outcome<u64> {
    let end = clock::instant() + PATIENCE;
    loop {
        let counted = runtime.block_on(population.count())?;
        if counted <= predicted || clock::instant() > end {
            return Ok(counted);
        }
        clock::pause(Duration::from_secs(1));
    }
}

fn thirds(samples: &[f64]) -> [f64; 3] {
    let third = samples.len().div_ceil(3).max(1);
    let mut parts = samples.chunks(third).map(|part| median(part.to_vec()));
    [(); 3].map(|()| parts.next().unwrap_or_default())
}

fn judge(found: &Findings) -> Outcome<()> {
    let [_, before, last] = found.memory;
    if found.counted != found.predicted {
        return Err(format!(
            "{}: {} clients are left, not {}",
            found.database, found.counted, found.predicted
        )
        .into());
    }
    if last > before * FLAT {
        return Err(format!("{}: memory grew from {before:.1} to {last:.1} MB", found.database).into());
    }
    Ok(())
}

fn table(span: Duration, found: &[Findings]) -> String {
    let head = format!(
        "{} minutes, stopped and killed {} times\n\n| | requests | new clients | left by themselves | hold access, all in use | clients predicted | counted | memory by thirds of the last lap (MB) |\n|---|---|---|---|---|---|---|---|",
        span.as_secs() / 60,
        ENDS.len()
    );
    let rows = found.iter().map(|one| {
        let [first, second, third] = one.memory;
        format!(
            "| {} | {} | {} | {}, {} of them once allowed something | {} | {} | {} | {first:.1}, {second:.1}, {third:.1} |",
            one.database,
            one.requests,
            one.newcomers,
            one.swept,
            one.disconnected,
            one.connected,
            one.predicted,
            one.counted,
        )
    });
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_by_thirds() {
        assert_eq!(
            thirds(&[1.0, 2.0, 3.0, 5.0, 9.0, 9.0]).map(f64::to_bits),
            [1.5, 4.0, 9.0].map(f64::to_bits)
        );
        assert_eq!(thirds(&[]).map(f64::to_bits), [0.0; 3].map(f64::to_bits));
    }
}
