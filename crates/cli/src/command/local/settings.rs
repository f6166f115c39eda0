//! `wayleave local settings …`

use serde_json::Value;
use server::admin::{
    actor::Actor,
    settings::{self, SETTINGS, Setting},
};

use super::Host;
use crate::{args::Settings, failure::Failure, terminal};

pub(super) async fn run(command: Settings, host: &Host) -> Result<(), Failure> {
    match command {
        Settings::Get { key: Some(key) } => {
            let setting = settings::find(&key)?;
            terminal::say(&setting.value(&settings::load(&host.store).await?).to_string())
        }
        Settings::Get { key: None } => {
            let provider = settings::load(&host.store).await?;
            let row = |setting: &Setting| [setting.name.to_owned(), setting.value(&provider).to_string()];
            terminal::say_table(["NAME", "VALUE"], &SETTINGS.iter().map(row).collect::<Vec<_>>())
        }
        Settings::Set { changes } => set(&changes, host).await,
    }
}

async fn set(changes: &[String], host: &Host) -> Result<(), Failure> {
    let changes = changes.iter().map(|change| parse(change)).collect::<Result<Vec<_>, _>>()?;
    let values: Vec<_> = changes.iter().map(|(setting, value)| (setting.name, value.clone())).collect();
    let (store, sealer) = (&host.store, host.master.key_sealer());
    let provider = settings::set(store, &sealer, &values, &Actor::host(), &host.chance, host.now).await?;
    let lines = changes.iter().map(|(setting, _)| format!("{}={}", setting.name, setting.value(&provider)));
    terminal::say(&lines.collect::<Vec<_>>().join("\n"))
}

/// `KEY=VALUE`; a value that is not JSON is text.
fn parse(change: &str) -> Result<(&'static Setting, Value), Failure> {
    let Some((key, value)) = change.split_once('=') else {
        return Err(Failure::unusable(change, "is written KEY=VALUE"));
    };
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((settings::find(key)?, value))
}
