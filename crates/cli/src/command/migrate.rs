//! `wayleave migrate`: the schema, brought up to date before a new version starts.

use server::{config::Config, start};
use store::Store;

use crate::{failure::Failure, terminal};

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let url = start::database_url(config)?;
    if url.file().is_some_and(|file| file.starts_with(&config.data)) {
        start::make_writable(&config.data)?;
    }
    let store = Store::open(&url).await?;
    let applied = store.migrate().await;
    store.close().await;
    let applied = applied?;
    if applied.is_empty() {
        return terminal::say("nothing to do");
    }
    terminal::say(&applied.join("\n"))
}
