//! One file per command.

mod local;
mod manual;
mod migrate;
mod serve;

use std::env;

use server::config::{self, Config, ConfigError, Overrides};

use crate::{
    args::{Args, Command},
    failure::Failure,
};

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let overrides = Overrides::from(args.place);
    match args.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(configuration(&overrides)?, &overrides).await,
        Command::Migrate => migrate::run(&configuration(&overrides)?).await,
        Command::Local(command) => local::run(command, &configuration(&overrides)?).await,
        Command::Manual => manual::run(),
    }
}

fn configuration(overrides: &Overrides) -> Result<Config, ConfigError> {
    config::load(overrides, &|name| env::var(name).ok())
}
