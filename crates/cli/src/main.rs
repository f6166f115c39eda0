//! `wayleave`: the server, and what its administrator does on the host it runs on or from anywhere.

mod args;
mod command;
mod failure;
mod remote;
mod schema;
mod terminal;
mod value;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;

fn main() -> ExitCode {
    match command::run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
