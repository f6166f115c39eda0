//! `cargo xtask with-postgres -- CMD…`

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::place::Place;
use crate::postgres::{Server, VARIABLE};
use crate::runner::{Runner, timed};
use crate::setup;

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    let command = arguments.strip_prefix(&["--".to_owned()]).unwrap_or(arguments);
    let Some((program, rest)) = command.split_first() else {
        return Err(Failure::usage("cargo xtask with-postgres -- CMD…"));
    };
    setup::postgres(runner)?;
    let server = timed("start PostgreSQL", Server::start)?;
    let mut command = Command::new(program);
    setup::put_node_on_path(place, command.args(rest));
    runner.hand_over(program, command.env(VARIABLE, server.url()))
}
