//! `cargo xtask screenshots [FOLDER]`: a picture of every page, light and dark, narrow and wide, to be looked at. None is ever committed.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::house::House;
use crate::place::Place;
use crate::runner::{Runner, timed};
use crate::setup;

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    let folder = match arguments {
        [] => place.target().join("screenshots"),
        [folder] => PathBuf::from(folder),
        _ => return Err(Failure::usage("cargo xtask screenshots [FOLDER]")),
    };
    setup::run(place, runner, &[])?;
    runner.step("cargo build -p wayleave", place.cargo("build").args(["-p", "wayleave"]))?;
    let house = timed("start a server", || House::start(&place.wayleave(), &[]))?;
    let script = |name: &str| {
        let mut node = Command::new("node");
        node.arg(name)
            .current_dir(place.clients())
            .env("ORIGIN", &house.origin)
            .env("USERNAME", "admin")
            .env("PASSWORD", &house.password)
            .env("PICTURES", &folder);
        setup::put_node_on_path(place, &mut node);
        node
    };
    runner.step("let somebody move in", &mut script("webui/fill.mjs"))?;
    runner.step(&format!("look at every page, into {}", folder.display()), &mut script("webui/walk.mjs"))
}
