//! One file per command.

mod completions;
mod doctor;
mod local;
mod manual;
mod migrate;
mod remote;
mod serve;

use std::env;

use server::config::{self, Config, ConfigError, Overrides};

use crate::{
    args::{Args, Command},
    failure::Failure,
};

/// Does what was asked. Only what needs the store or serves starts a runtime; everything else is done without one.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let overrides = Overrides::from(args.place);
    match args.command.unwrap_or(Command::Serve) {
        Command::Serve => wait_for(serve::run(configuration(&overrides)?, &overrides)),
        Command::Migrate => wait_for(migrate::run(&configuration(&overrides)?)),
        Command::Local(command) => wait_for(local::run(command, &configuration(&overrides)?)),
        Command::Get(get) => remote::get(get),
        Command::Query(query) => remote::query(query),
        Command::Create(create) => remote::create(create),
        Command::Update(update) => remote::update(update),
        Command::Delete(delete) => remote::delete(delete),
        Command::Describe(describe) => remote::describe(describe),
        Command::Apply(apply) => remote::apply(apply),
        Command::Export(export) => remote::export(export),
        Command::Simulate(simulate) => remote::simulate(simulate),
        Command::Login(login) => remote::login(login),
        Command::Logout(logout) => remote::logout(logout),
        Command::Doctor(wanted) => doctor::run(&wanted),
        Command::Completions { shell } => completions::run(shell),
        Command::Manual => manual::run(),
    }
}

fn wait_for(act: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::unusable("threads", error))?.block_on(act)
}

fn configuration(overrides: &Overrides) -> Result<Config, ConfigError> {
    config::load(overrides, &|name| env::var(name).ok())
}
