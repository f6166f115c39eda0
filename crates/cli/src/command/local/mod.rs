//! `wayleave local …`: what an administrator does on the host, over the same functions as every other way in.

mod account;
mod api_key;
mod audit;
mod client;
mod keys;
mod preset;
mod settings;

use domain::{secret::HashKey, time::Timestamp};
use server::{
    admin::Means,
    chance::Chance,
    clock,
    config::Config,
    keys::MasterKey,
    password::Passwords,
    start::{self, Database},
};
use store::Store;

use crate::{args::Local, failure::Failure};

/// What every `local` command works with.
struct Host {
    store: Store,
    master: MasterKey,
    hash_key: HashKey,
    chance: Chance,
    passwords: Passwords,
    now: Timestamp,
}

impl Host {
    fn means(&self) -> Means<'_> {
        let Self { store, chance, hash_key, passwords, now, .. } = self;
        Means { store, chance, hash_key, passwords, now: *now }
    }
}

pub(crate) async fn run(command: Local, config: &Config) -> Result<(), Failure> {
    let (store, master) = start::open_store(config, Database::MustExist).await?;
    let host = Host {
        hash_key: master.hash_key(),
        store,
        master,
        chance: Chance::default(),
        passwords: Passwords::default(),
        now: clock::now(),
    };
    let answer = match command {
        Local::Account(command) => account::run(command, &host).await,
        Local::ApiKey(command) => api_key::run(command, &host).await,
        Local::Client(command) => client::run(command, &host).await,
        Local::Settings(command) => settings::run(command, &host).await,
        Local::Preset { name } => preset::run(name, &host).await,
        Local::Audit(command) => audit::run(command, &host).await,
        Local::Keys(command) => keys::run(command, &host).await,
    };
    host.store.close().await;
    answer
}

/// A moment as people and programs both read it: RFC 3339, in UTC, to the second.
fn date(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds())
        .map_or_else(|_| "-".to_owned(), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_utc_to_the_second() {
        assert_eq!(date(Timestamp::from_millis(1_790_000_000_999)), "2026-09-21T14:13:20Z");
    }
}
