//! `cargo xtask clients [NAME]`: the real clients alone, and the table of what they did.

mod catalogue;
mod table;

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::failure::{Failure, Outcome, because};
use crate::house::House;
use crate::place::Place;
use crate::runner::{Runner, timed};
use crate::setup;

use self::catalogue::{CLIENTS, Client, Kind};
use self::table::Report;

pub(crate) fn run(place: &Place, runner: &Runner, arguments: &[String]) -> Outcome<()> {
    let chosen = match arguments {
        [] => None,
        [name] => Some(name.as_str()),
        _ => return Err(usage()),
    };
    let clients: Vec<&Client> =
        CLIENTS.iter().filter(|client| chosen.is_none_or(|chosen| chosen == client.name)).collect();
    if clients.is_empty() {
        return Err(usage());
    }
    setup::clients(place, runner)?;
    for client in &clients {
        match client.kind {
            Kind::NewerNode => setup::node_for(place, runner, client.name, client.node())?,
            Kind::Go => setup::go(place, runner, client.name, ".", "go-oidc-test-client")?,
            Kind::GoTool(package) => setup::go(place, runner, client.name, package, client.name)?,
            Kind::Java | Kind::JavaSite => setup::java(place, runner, client.name)?,
            Kind::Debian { file, packages } if !Path::new(file).exists() => setup::debian(runner, packages)?,
            Kind::Node | Kind::Python | Kind::Rust | Kind::Debian { .. } => {}
        }
    }
    if env::var_os("ISSUER").is_some() {
        let reports = all(place, runner, &clients, &[])?;
        return verdict(&reports);
    }
    let program = if let Some(program) = env::var_os("WAYLEAVE_BIN") {
        program.into()
    } else {
        runner.step("cargo build -p wayleave", place.cargo("build").args(["-p", "wayleave"]))?;
        place.wayleave()
    };
    // Many of them know nothing of initial access tokens.
    let settings = ["OidcProvider.anonymousClientRegistration=true"];
    let house = timed("start a server", || House::start(&program, &settings))?;
    let permissions = ["--permission", "authenticate", "--permission", "oauth-client-registration"];
    let key = house.local(&[&["api-key", "create", "--account", "admin"], &permissions[..]].concat())?;
    let environment = [
        ("ISSUER", house.origin.as_str()),
        ("USERNAME", "admin"),
        ("PASSWORD", &house.password),
        ("REGISTRATION_TOKEN", &key),
    ];
    let reports = all(place, runner, &clients, &environment)?;
    if chosen.is_none() {
        let file = place.docs().join("clients.md");
        fs::write(&file, table::markdown(&reports)).map_err(because(file.display()))?;
    }
    verdict(&reports)
}

/// Runs every one of `clients`, also after one that failed; a signal ends it at once.
fn all(
    place: &Place,
    runner: &Runner,
    clients: &[&'static Client],
    environment: &[(&str, &str)],
) -> Outcome<Vec<Report>> {
    let mut reports = Vec::new();
    for client in clients {
        let said = tempfile::NamedTempFile::new().map_err(because("making a temporary file"))?;
        let output = said.reopen().map_err(because("opening a temporary file"))?;
        let mut program: Command = client.program(place);
        program.envs(environment.iter().copied()).stdout(output);
        let outcome = runner.step(client.name, &mut program);
        if let Err(failure) = outcome
            && failure.is_interruption()
        {
            return Err(failure);
        }
        let said = fs::read_to_string(said.path()).map_err(because("reading a temporary file"))?;
        reports.push(Report::parse(client.name, &said));
    }
    Ok(reports)
}

fn verdict(reports: &[Report]) -> Outcome<()> {
    let failed: Vec<&str> = reports.iter().filter(|report| report.is_failure()).map(Report::name).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("failed: {}", failed.join(", ")))) }
}

fn usage() -> Failure {
    let names: Vec<&str> = CLIENTS.iter().map(|client| client.name).collect();
    Failure::usage(&format!("cargo xtask clients [{}]", names.join("|")))
}
