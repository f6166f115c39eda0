//! The whole run: databases, sizes, contests, one after another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::contest::{Finding, Rules, median};
use crate::contests::{Arena, NAMES};
use crate::isolation::{self, Isolation};
use crate::pages;
use crate::program::{Running, Wayleave};
use crate::raw::{self, Raw};
use crate::scene::Scene;
use crate::visit::Visitor;
use crate::{Outcome, clock, loader, machine, say};

/// What to measure.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    /// The URL of an empty database; without it only SQLite is measured.
    pub(crate) postgres: Option<String>,
    pub(crate) sizes: Vec<u64>,
    /// A part of the names of what is measured.
    pub(crate) only: Option<String>,
    pub(crate) connections: usize,
    pub(crate) supply: usize,
    pub(crate) rules: Rules,
}

/// Everything that was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    /// Megabytes.
    pub(crate) binary: f64,
    pub(crate) starts: Vec<Start>,
    pub(crate) chapters: Vec<Chapter>,
}

/// The first start with an empty database and later ones.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) database: &'static str,
    /// Milliseconds to the first answer.
    pub(crate) first: f64,
    pub(crate) again: f64,
    /// Megabytes, a second after the first answer.
    pub(crate) resident: f64,
}

/// One database of one size.
#[derive(Clone, Debug)]
pub(crate) struct Chapter {
    pub(crate) database: &'static str,
    pub(crate) clients: u64,
    pub(crate) findings: Vec<Finding>,
    pub(crate) isolations: Vec<Isolation>,
    pub(crate) raw: Option<Raw>,
}

type Hold = fn(&Arena<'_>, &Rules) -> Outcome<Isolation>;

const SQLITE: &str = "SQLite";
const IDLE: Duration = Duration::from_secs(1);
const STARTS: usize = 5;

pub(crate) fn run(extent: &Extent, program: &Path, place: &Path) -> Outcome<Book> {
    let binary = std::fs::metadata(program).map_err(|error| format!("{}: {error}", program.display()))?;
    let mut book = Book { binary: crate::load::float(binary.len()) / 1_048_576.0, ..Book::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let bench = Bench { extent, program: program.to_owned(), place: place.to_owned(), runtime };
    bench.database(SQLITE, None, &mut book)?;
    if let Some(url) = &extent.postgres {
        bench.database("PostgreSQL", Some(url), &mut book)?;
    }
    Ok(book)
}

struct Bench<'a> {
    extent: &'a Extent,
    program: PathBuf,
    place: PathBuf,
    runtime: Runtime,
}

impl Bench<'_> {
    fn database(&self, name: &'static str, postgres: Option<&str>, book: &mut Book) -> Outcome<()> {
        let wayleave = Wayleave::new(&self.program, &self.place, postgres)?;
        book.starts.push(starts(name, &wayleave)?);
        let mut known = 0;
        for (run, size) in (1..).zip(&self.extent.sizes) {
            say(&format!("==> {name}, {size} clients"));
            self.runtime.block_on(loader::load(&wayleave.database, known, *size))?;
            known = *size;
            book.chapters.push(self.chapter(name, &wayleave, known, run)?);
        }
        Ok(())
    }

    fn chapter(
        &self,
        database: &'static str,
        wayleave: &Wayleave,
        clients: u64,
        run: u64,
    ) -> Outcome<Chapter> {
        let rules = &self.extent.rules;
        let mut chapter =
            Chapter { database, clients, findings: Vec::new(), isolations: Vec::new(), raw: None };
        let (running, _) = wayleave.start()?;
        let bare = bare(&running)?;
        let scene = Scene::set(wayleave, &running)?;
        let Extent { connections, supply, .. } = *self.extent;
        // A page is slow over a full table if it is at all.
        let is_fullest = database == SQLITE && self.extent.sizes.last() == Some(&clients);
        let pages: Vec<_> = pages::NAMES.iter().filter(|name| is_fullest && self.wants(name)).collect();
        let person = if pages.is_empty() { String::new() } else { scene.person(wayleave)? };
        let arena = Arena {
            scene: &scene,
            person: &person,
            bare: &bare,
            connections,
            supply,
            clients,
            run: run * 10,
        };
        for name in NAMES.iter().filter(|name| self.wants(name)).chain(pages) {
            let finding = arena.hold(name, rules)?;
            say(&format!(
                "    {name}: {:.0}/s, {:.2} of the bare {:.0}/s, p50 {:.0} µs, p99 {:.0} µs",
                finding.ours.rate, finding.ratio, finding.bare.rate, finding.ours.p50, finding.ours.p99
            ));
            chapter.findings.push(finding);
        }
        let isolations: [(&str, Hold); 2] = [
            (isolation::BESIDE_REGISTRATIONS, isolation::beside_registrations),
            (isolation::BESIDE_WRONG_LOGINS, isolation::beside_wrong_logins),
        ];
        for (name, hold) in isolations.into_iter().filter(|(name, _)| self.wants(name)) {
            let found = hold(&arena, rules)?;
            say(&format!("    {name}: p99 {:.0} µs, alone {:.0} µs", found.beside, found.alone));
            chapter.isolations.push(found);
        }
        drop((bare, running));
        if self.wants("store") {
            let raw = raw::measure(&self.runtime, &wayleave.database, clients, run, rules)?;
            say(&format!(
                "    store: {:.0}/s single, {:.0}/s and {:.0}/s grouped, {:.0} rotations/s, {:.0} reads/s",
                raw.single, raw.grouped, raw.widely_grouped, raw.rotations, raw.reads
            ));
            chapter.raw = Some(raw);
        }
        Ok(chapter)
    }

    fn wants(&self, name: &str) -> bool {
        self.extent.only.as_deref().is_none_or(|only| name.contains(only))
    }
}

fn starts(database: &'static str, wayleave: &Wayleave) -> Outcome<Start> {
    let millis = |took: Duration| took.as_secs_f64() * 1000.0;
    let (running, first) = wayleave.start()?;
    drop(running);
    let (mut again, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let (running, took) = wayleave.start()?;
        again.push(millis(took));
        clock::pause(IDLE);
        resident.push(machine::resident_of(running.id())?);
    }
    Ok(Start { database, first: millis(first), again: median(again), resident: median(resident) })
}

/// The bare handlers, with documents as long as the server's.
fn bare(running: &Running) -> Outcome<Running> {
    let mut visitor = Visitor::new(running.site);
    let metadata = visitor.get("/.well-known/oauth-authorization-server")?.body.len();
    let jwks = visitor.get("/jwks.json")?.body.len();
    Running::bare(metadata, jwks)
}
