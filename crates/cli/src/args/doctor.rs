//! What `wayleave doctor` takes.

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Doctor {
    /// The issuer: the URL by which the world reaches the server.
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Register each client, and go on to where that leads.
    #[arg(long)]
    pub(crate) register: bool,
    /// Register with this initial access token or API key. A command line is seen by all: better set `WAYLEAVE_TOKEN`.
    #[arg(long, value_name = "TOKEN", env = "WAYLEAVE_TOKEN", hide_env_values = true)]
    pub(crate) initial_access_token: Option<String>,
    /// Only this client; repeat it for more.
    #[arg(long = "client", value_name = "NAME")]
    pub(crate) clients: Vec<String>,
    /// Print each request and its answer.
    #[arg(long)]
    pub(crate) requests: bool,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}
