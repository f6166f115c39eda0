//! What an administrator does from anywhere, over HTTP. One file for each command.

mod apply;
mod create;
mod delete;
mod describe;
mod export;
mod get;
mod login;
mod query;
mod shape;
mod simulate;
mod update;
mod values;

pub(super) use apply::run as apply;
pub(super) use create::run as create;
pub(super) use delete::run as delete;
pub(super) use describe::run as describe;
pub(super) use export::run as export;
pub(super) use get::run as get;
pub(super) use login::{login, logout};
pub(super) use query::run as query;
pub(super) use simulate::run as simulate;
pub(super) use update::run as update;

use std::io::{self, BufRead};

use crate::{
    failure::Failure,
    schema::{Object, SINGLETON},
};

/// The ids that a command was given: those of its line, or one a line from standard input, or that of what exists once.
fn ids(given: Vec<String>, object: &Object) -> Result<Vec<String>, Failure> {
    if given.is_empty() && object.is_singleton {
        return Ok(vec![SINGLETON.to_owned()]);
    }
    if given.is_empty() {
        return Err(Failure::unusable(
            "IDS",
            format!("say which; wayleave query {} lists them", object.name()),
        ));
    }
    if given != ["-"] {
        return Ok(given);
    }
    let lines = io::stdin().lock().lines().collect::<Result<Vec<_>, _>>();
    let lines = lines.map_err(|_| Failure::unusable("IDS", "must be one a line on standard input"))?;
    Ok(lines.into_iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
}
