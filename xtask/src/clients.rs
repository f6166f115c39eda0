//! `cargo xtask clients [NAME]`: the real clients alone.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::place::Place;
use crate::postgres::Server;
use crate::runner::{Runner, timed};
use crate::{setup, test};

const NAMES: [&str; 4] = ["openid-client", "oauth4webapi", "authlib", "openidconnect"];

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    let chosen = match arguments {
        [] => None,
        [name] if NAMES.contains(&name.as_str()) => Some(name.as_str()),
        _ => {
            return Err(Failure::usage(&format!("cargo xtask clients [{}]", NAMES.join("|"))));
        }
    };
    if env::var_os("ISSUER").is_some() {
        setup::clients(place, runner)?;
        for name in NAMES.into_iter().filter(|name| chosen.is_none_or(|chosen| chosen == *name)) {
            let mut program = program(place, name);
            setup::put_node_on_path(place, &mut program);
            runner.step(name, &mut program)?;
        }
        return Ok(());
    }
    setup::run(place, runner, &[])?;
    let server = timed("start PostgreSQL", Server::start)?;
    let filter = chosen.map_or("clients::".into(), |name| format!("{}_from_", name.replace('-', "_")));
    let mut tests = test::tests(place, runner, &server)?;
    runner.step("cargo test", tests.args(["-p", "server", "--test", "it", &filter]))
}

fn program(place: &Place, name: &str) -> Command {
    let here = |path: &str| -> PathBuf { place.clients().join(path) };
    let (program, argument) = match name {
        "authlib" => (place.venv().join("bin/python"), Some(here("authlib/client.py"))),
        "openidconnect" => (place.clients_target().join("debug/openidconnect-test-client"), None),
        node => (PathBuf::from("node"), Some(here(node).join("client.mjs"))),
    };
    let mut command = Command::new(program);
    command.args(argument);
    command
}
