//! `cargo xtask bench` builds this and the release binary, and runs this with a PostgreSQL at hand.

mod bare;
mod clock;
mod console;
mod contest;
mod contests;
mod isolation;
mod load;
mod loader;
mod machine;
mod measure;
mod pages;
mod program;
mod raw;
mod report;
mod rows;
mod scene;
mod soak;
mod talk;
mod visit;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::contest::Rules;
use crate::measure::Extent;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measures the release binary beside bare handlers, and writes what it found as tables.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench")]
struct Args {
    /// A smoke run of two minutes: SQLite, 10 thousand clients, short rounds. Writes no report unless one is named.
    #[arg(long)]
    quick: bool,
    /// Measure only what has this in its name (`store` for the store's own rates). Writes no report unless one is named.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Sizes of the table of clients, ascending [default: 10000,1000000].
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    clients: Vec<u64>,
    /// Connections of the load generator.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds of a round [default: 3, or 1 if quick].
    #[arg(long)]
    seconds: Option<u64>,
    /// Rounds that count [default: 3, or 1 if quick].
    #[arg(long)]
    rounds: Option<usize>,
    /// Only SQLite.
    #[arg(long)]
    sqlite: bool,
    /// Where the report goes [default: docs/benchmarks.md].
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Role {
    /// Serve the bare handlers.
    #[command(hide = true)]
    Bare { metadata: usize, jwks: usize },
    /// Run for long, with restarts and sweeps, and count in the end: nothing that holds access is lost, memory stays flat.
    Soak {
        #[arg(long, default_value_t = 30)]
        minutes: u64,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.role {
        Some(Role::Bare { metadata, jwks }) => bare::run(metadata, jwks),
        Some(Role::Soak { minutes }) => soak(minutes, &args),
        None => bench(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn soak(minutes: u64, args: &Args) -> Outcome<()> {
    let (program, place) = places()?;
    let postgres = std::env::var("WAYLEAVE_TEST_POSTGRES").ok().filter(|_| !args.sqlite);
    soak::run(Duration::from_mins(minutes), &program, &place, postgres.as_deref())
}

/// The release binary, and where its data may be.
fn places() -> Outcome<(PathBuf, PathBuf)> {
    let program = std::env::current_exe()?.with_file_name("wayleave");
    let place = program.with_file_name("bench-data");
    Ok((program, place))
}

fn bench(args: &Args) -> Outcome<()> {
    let (program, place) = places()?;
    let minutes = if args.quick { 5 } else { 60 };
    let rules = Rules {
        span: Duration::from_secs(args.seconds.unwrap_or(if args.quick { 1 } else { 3 })),
        rounds: args.rounds.unwrap_or(if args.quick { 1 } else { 3 }).max(1),
        deadline: clock::instant() + Duration::from_mins(minutes),
    };
    let sizes = match (args.clients.is_empty(), args.quick) {
        (false, _) => args.clients.clone(),
        (true, true) => vec![10_000],
        (true, false) => vec![10_000, 1_000_000],
    };
    let postgres = std::env::var("WAYLEAVE_TEST_POSTGRES").ok().filter(|_| !args.quick && !args.sqlite);
    let extent = Extent {
        postgres,
        sizes,
        only: args.only.clone(),
        connections: args.connections.max(1),
        supply: if args.quick { 4_000 } else { 20_000 },
        rules,
    };
    let book = measure::run(&extent, &program, &place)?;
    let text = report::write(&book, &extent);
    let is_whole = !args.quick && !args.sqlite && args.only.is_none();
    let file = args.report.clone().or(is_whole.then(|| PathBuf::from("docs/benchmarks.md")));
    match file {
        Some(file) => {
            std::fs::write(&file, text)?;
            say(&format!("==> {}", file.display()));
        }
        None => say(&text),
    }
    Ok(())
}

/// Tells the person at the terminal.
#[expect(clippy::print_stdout, reason = "progress and tables are what this program is started for")]
fn say(text: &str) {
    println!("{text}");
}
