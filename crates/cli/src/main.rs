//! `wayleave`: the server, and what its administrator does on the host it runs on.

mod args;
mod command;
mod failure;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;

#[tokio::main]
async fn main() -> ExitCode {
    match command::run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
