//! `cargo xtask …`: what must be installed, started or generated to test Wayleave.

mod bench;
mod clients;
mod failure;
mod house;
mod place;
mod postgres;
mod runner;
mod screenshots;
mod setup;
mod test;
mod with_postgres;

use std::env;
use std::process::ExitCode;

use crate::failure::{Failure, Outcome};
use crate::place::Place;
use crate::runner::Runner;

const USAGE: &str = "\
cargo xtask test [ARG…]               install what is missing, check, and run every test; ARGs go to cargo test
cargo xtask setup                     only install what the tests need
cargo xtask with-postgres -- CMD…     run CMD with a fresh PostgreSQL in WAYLEAVE_TEST_POSTGRES
cargo xtask clients [NAME]            run the real clients: against $ISSUER if set, else against a server of its own;
                                      without a NAME that writes docs/clients.md
cargo xtask screenshots [FOLDER]      take a picture of every page, light and dark, narrow and wide
cargo xtask bench [--quick|--help…]   measure the release binary and write docs/benchmarks.md
cargo xtask bench soak [--minutes N]  load, sweeps and restarts for half an hour, and everything counted in the end";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run() -> Outcome<()> {
    let mut arguments = env::args().skip(1);
    let subcommand = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let task = match subcommand.as_str() {
        "test" => test::run,
        "setup" => setup::run,
        "with-postgres" => with_postgres::run,
        "clients" => clients::run,
        "screenshots" => screenshots::run,
        "bench" => bench::run,
        _ => return Err(Failure::usage(USAGE)),
    };
    let runner = Runner::new()?;
    task(&Place::find()?, &runner, &rest)
}
