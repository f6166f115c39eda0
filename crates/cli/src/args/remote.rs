//! The commands that administer a server over HTTP.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

/// Which server is meant, and what it is shown.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Which server, and as whom")]
pub(crate) struct Reach {
    /// The public URL of the server [default: that of your only login].
    #[arg(long, value_name = "URL", env = "WAYLEAVE_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// An API key or an access token [default: your login there]. A command line is seen by all: better set `WAYLEAVE_TOKEN`.
    #[arg(long, value_name = "KEY", env = "WAYLEAVE_TOKEN", hide_env_values = true)]
    pub(crate) api_key: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Get {
    /// The kind of object: `wayleave describe` lists them.
    pub(crate) object: String,
    /// The ids; none for what exists once.
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// How the answer looks.
#[derive(Debug, ClapArgs)]
pub(crate) struct Shape {
    /// Only these properties: `clientId,createdAt`.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Print JSON as the server sent it, for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Query {
    /// The kind of object: `wayleave describe` lists them.
    pub(crate) object: String,
    /// Only those for which this holds: `text=mail`, `createdAt>2026-01-01`; repeat it for more conditions.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<String>,
    /// In this order: `clientId`, or `-createdAt` for the largest first [default: newest first].
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(crate) sort: Vec<String>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, conflicts_with = "all")]
    pub(crate) limit: usize,
    /// All of them, page by page.
    #[arg(long)]
    pub(crate) all: bool,
    /// Print only the ids, one a line, as `update` and `delete` read them.
    #[arg(long, conflicts_with_all = ["json", "fields"])]
    pub(crate) ids: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// The values of an object, and what to print of it.
#[derive(Debug, ClapArgs)]
pub(crate) struct Values {
    /// A property and its value; repeat it for more. Sets are written `a,b`, times `1h` or `30d`; nothing after `=` unsets.
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub(crate) fields: Vec<String>,
    /// All values as a JSON object, from FILE, or from standard input.
    #[arg(long, value_name = "JSON|@FILE|-")]
    pub(crate) json: Option<String>,
    /// Print nothing but this property of what is there then: the `id`, or the `secret` that the server made and shows this once.
    #[arg(long, value_name = "NAME")]
    pub(crate) print: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Create {
    /// The kind of object: `wayleave describe` lists them.
    pub(crate) object: String,
    #[command(flatten)]
    pub(crate) values: Values,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Update {
    /// The kind of object: `wayleave describe` lists them.
    pub(crate) object: String,
    /// The ids, or `-` to read them from standard input; none for what exists once.
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) values: Values,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Delete {
    /// The kind of object: `wayleave describe` lists them.
    pub(crate) object: String,
    /// The ids, or `-` to read them from standard input.
    #[arg(required = true)]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Describe {
    /// One kind of object [default: list them all].
    pub(crate) object: Option<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Apply {
    /// What `export` printed, or written alike; `-` is standard input.
    pub(crate) file: PathBuf,
    /// Show what would change, and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Delete the objects that the file does not name, of the kinds that it does.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Set the secrets of the file also for objects that exist already; whether they are the same cannot be seen.
    #[arg(long)]
    pub(crate) secrets: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Simulate {
    /// Say what a registration would get, and why: the metadata that a client would send, in JSON.
    Registration(SimulateRegistration),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SimulateRegistration {
    /// What the client would send; `-` is standard input.
    pub(crate) file: PathBuf,
    /// Who would send it: `anonymous`, `initial-access-token`, `api-key`, `access-token` or `administrator` [default: `anonymous`].
    #[arg(long, value_name = "DOOR")]
    pub(crate) door: Option<String>,
    /// The id of the tenant that whoever sends it belongs to.
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<String>,
    /// The id of the initial access token that it would be sent with.
    #[arg(long, value_name = "ID")]
    pub(crate) token: Option<String>,
    /// Print JSON as the server sent it, for scripts.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Export {
    /// The kinds of objects [default: all that your permissions show].
    pub(crate) objects: Vec<String>,
    /// Only those for which this holds, of the kinds that know the condition: `door=administrator`; repeat it for more.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Login {
    /// The public URL of the server.
    #[arg(long, value_name = "URL", env = "WAYLEAVE_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// Only print the URL to open; open no browser.
    #[arg(long)]
    pub(crate) no_browser: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Logout {
    /// The public URL of the server [default: that of your only login].
    #[arg(long, value_name = "URL", env = "WAYLEAVE_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
}
