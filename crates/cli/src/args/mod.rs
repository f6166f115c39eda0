//! The command line. The doc comments are what `--help` prints.

mod doctor;
mod local;
mod remote;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;
use server::config::Overrides;

pub(crate) use self::{
    doctor::Doctor,
    local::{Account, ApiKey, Audit, AuditFilter, Client, Keys, Local, NewApiKey, Settings},
    remote::{
        Apply, Create, Delete, Describe, Export, Get, Login, Logout, Query, Reach, Shape, Simulate,
        SimulateRegistration, Update, Values,
    },
};

/// An OAuth 2.1 and OpenID Connect authorization server that applications enrol with by themselves.
///
/// Without a command it serves. The first start creates the database, the signing keys and the account `admin`.
///
/// `get`, `query`, `create`, `update`, `delete`, `describe`, `apply` and `export` administer a server anywhere, over HTTPS, with an API key or
/// after `login`. Exit status of every command: 0 done, 1 refused or not found, 2 wrong usage or configuration, 3 the server cannot be reached,
/// 4 it does not know who asks.
#[derive(Debug, Parser)]
#[command(name = "wayleave", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Where things are. A flag wins over the environment (`WAYLEAVE_DATA` …), which wins over the file.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Where things of a server on this host are")]
pub(crate) struct Place {
    /// Read the configuration from FILE instead of `wayleave.toml`, which need not exist.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the master key and the embedded database in DIR [default: data].
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// Use this database: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME` [default: sqlite:DIR/wayleave.db].
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Listen on this address and port [default: 127.0.0.1:8080].
    #[arg(long, global = true, value_name = "ADDR")]
    listen: Option<String>,
    /// The URL by which the world reaches this server; it is the issuer of every token [default: http://localhost:PORT].
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
}

impl From<Place> for Overrides {
    fn from(place: Place) -> Self {
        Self {
            config: place.config,
            data: place.data,
            database: place.database,
            listen: place.listen,
            public_url: place.public_url,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve until told to stop (the default).
    Serve,
    /// Bring the schema of the database up to date and say what that took.
    Migrate,
    /// Administer this server from its own host, whether it runs or not.
    ///
    /// Whoever may read the data directory is trusted. What changes is in force within a second. Exit status: 0 done, 1 refused,
    /// 2 wrong usage or configuration.
    #[command(subcommand)]
    Local(Local),
    /// Show objects of a server by their ids, or the settings that exist once.
    Get(Get),
    /// List the objects of a server.
    Query(Query),
    /// Create an object.
    Create(Create),
    /// Change objects, or settings that exist once.
    Update(Update),
    /// Delete objects.
    Delete(Delete),
    /// Say which objects a server has, and which properties they have.
    Describe(Describe),
    /// Bring a server to what a file says: create and change what differs, delete nothing unless `--prune` is said.
    Apply(Apply),
    /// Print objects as `apply` reads them. Secrets are printed as `****`, which means unchanged.
    Export(Export),
    /// Say what a server would do, without doing it.
    #[command(subcommand)]
    Simulate(Simulate),
    /// Sign in to a server in the browser; the commands above then need no key.
    Login(Login),
    /// End a login: revoke it at the server and forget it here.
    Logout(Logout),
    /// Play what the clients of today do before a server, this one or another product's, and say what works.
    ///
    /// Each finds the metadata, asks as its browser would, registers, sends somebody and redeems a wrong code; none need be installed. Nothing is registered
    /// without `--register`, and what was is deleted again where the server offers that. Exit status: 0 all get in, 1 some do not, 3 nobody answers.
    Doctor(Doctor),
    /// Print a script that completes commands in your shell.
    Completions { shell: Shell },
    /// Print the reference pages of the manual.
    #[command(hide = true)]
    Manual,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
