//! `wayleave local client …`

use std::time::Duration;

use domain::{
    client::{Client as Registered, Door, approval::Decision},
    time::Timestamp,
};
use serde_json::{Value, json};
use server::{
    admin::{actor::Actor, clients, settings},
    client_life,
};

use super::{Host, date};
use crate::{args::Client, failure::Failure, terminal};

pub(super) async fn run(command: Client, host: &Host) -> Result<(), Failure> {
    let (means, actor) = (host.means(), Actor::host());
    match command {
        Client::List { limit } => list(host, limit).await,
        Client::Leaving { within, limit } => leaving(host, within.unwrap_or_default(), limit).await,
        Client::Show { client_id } => {
            let client = clients::find(&host.store, &actor, &client_id).await?;
            terminal::say_json(&description(&client, host.now)?)
        }
        Client::Verify { client_id } => {
            clients::set_verified(means, &actor, &client_id, true).await?;
            terminal::say("verified")
        }
        Client::Unverify { client_id } => {
            clients::set_verified(means, &actor, &client_id, false).await?;
            terminal::say("no longer verified")
        }
        Client::Disable { client_id } => {
            clients::set_enabled(means, &actor, &client_id, false).await?;
            terminal::say("disabled")
        }
        Client::Enable { client_id } => {
            clients::set_enabled(means, &actor, &client_id, true).await?;
            terminal::say("enabled")
        }
        Client::Approve { client_id } => {
            clients::decide(means, &actor, (&client_id, None), Decision::Approve).await?;
            terminal::say("approved")
        }
        Client::Deny { client_id } => {
            clients::decide(means, &actor, (&client_id, None), Decision::Deny).await?;
            terminal::say("denied")
        }
        Client::Delete { client_id } => {
            clients::destroy(means, &actor, &client_id).await?;
            terminal::say("deleted")
        }
    }
}

async fn list(host: &Host, limit: u32) -> Result<(), Failure> {
    let mut found = store::clients::list(&host.store, None, i64::from(limit) + 1).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > shown;
    found.truncate(shown);
    let rows: Vec<[String; 5]> = found
        .iter()
        .map(|client| {
            [
                client.client_id.as_str().to_owned(),
                client.metadata.client_name.clone().unwrap_or_default(),
                door(client.door).to_owned(),
                state(client, host.now).to_owned(),
                date(client.created_at),
            ]
        })
        .collect();
    terminal::say_table(["CLIENT ID", "NAME", "DOOR", "STATE", "CREATED"], &rows)?;
    if has_more {
        terminal::note(&format!("--limit: these are the newest {limit}; ask for more to see more"));
    }
    Ok(())
}

async fn leaving(host: &Host, within: Duration, limit: u32) -> Result<(), Failure> {
    let settings = settings::load(&host.store).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let span = (host.now, host.now.plus(within));
    let found = client_life::due(&host.store, &settings, span, most).await?;
    let rows: Vec<[String; 5]> = found
        .iter()
        .map(|due| {
            [
                due.client.client_id.as_str().to_owned(),
                due.client.metadata.client_name.clone().unwrap_or_default(),
                door(due.client.door).to_owned(),
                due.departure.why.as_str().to_owned(),
                date(due.departure.at),
            ]
        })
        .collect();
    terminal::say_table(["CLIENT ID", "NAME", "DOOR", "WHY", "LEAVES"], &rows)
}

/// The metadata with what this server knows beside it. The secret appears only as the date at which it expires.
fn description(client: &Registered, now: Timestamp) -> Result<Value, Failure> {
    let mut all = json!({
        "client_id": client.client_id,
        "door": door(client.door),
        "state": state(client, now),
        "is_verified": client.is_verified,
        "has_secret": client.secret.is_some(),
        "created_at": date(client.created_at),
    });
    let metadata =
        serde_json::to_value(&client.metadata).map_err(|error| Failure::refused("database", error))?;
    if let (Value::Object(all), Value::Object(metadata)) = (&mut all, metadata) {
        all.extend(metadata);
        let mut note = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                all.insert(name.to_owned(), value.into());
            }
        };
        note("registered_by", client.registered_by.as_ref().map(ToString::to_string));
        note("expires_at", client.expires_at.map(date));
        note(
            "client_secret_expires_at",
            client.secret.as_ref().and_then(|secret| secret.expires_at).map(date),
        );
    }
    Ok(all)
}

const fn door(door: Door) -> &'static str {
    match door {
        Door::Anonymous => "anonymous",
        Door::InitialAccessToken => "initial-access-token",
        Door::ApiKey => "api-key",
        Door::AccessToken => "access-token",
        Door::Administrator => "administrator",
        Door::Document => "document",
    }
}

fn state(client: &Registered, now: Timestamp) -> &'static str {
    match (client.is_enabled, client.has_ended(now), client.approval) {
        (false, _, _) => "disabled",
        (true, true, _) => "expired",
        (true, false, Some(approval)) => approval.as_str(),
        (true, false, None) if client.is_verified => "verified",
        (true, false, None) => "active",
    }
}
