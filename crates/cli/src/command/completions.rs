//! `wayleave completions`

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{args::Args, failure::Failure, terminal};

pub(super) fn run(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "wayleave", &mut script);
    terminal::say(String::from_utf8_lossy(&script).trim_end())
}
