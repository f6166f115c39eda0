//! `wayleave local api-key …`

use std::collections::BTreeSet;

use domain::{
    directory::{Account, ApiKey as Key, access::KeyPermissions, permission::Permission},
    time::Timestamp,
};
use server::admin::{
    accounts,
    api_keys::{self, NewApiKey},
};

use super::{Host, date};
use crate::{
    args::{ApiKey, NewApiKey as Wanted},
    failure::Failure,
    terminal,
};

pub(super) async fn run(command: ApiKey, host: &Host) -> Result<(), Failure> {
    match command {
        ApiKey::Create(wanted) => create(wanted, host).await,
        ApiKey::List { account } => list(account.as_deref(), host).await,
        ApiKey::Revoke { id } => {
            api_keys::revoke(&host.store, &id).await?;
            terminal::say("revoked")
        }
    }
}

async fn list(account: Option<&str>, host: &Host) -> Result<(), Failure> {
    let account = match account {
        Some(name) => Some(find(name, host).await?.id),
        None => None,
    };
    let found = store::api_keys::list(&host.store, account.as_ref()).await?;
    let rows: Vec<_> = found.iter().map(|(key, account)| row(key, account, host.now)).collect();
    terminal::say_table(["ID", "ACCOUNT", "DESCRIPTION", "PERMISSIONS", "CREATED", "EXPIRES"], &rows)
}

fn row(key: &Key, account: &Account, now: Timestamp) -> [String; 6] {
    let names = |permissions: &BTreeSet<Permission>| {
        permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
    };
    [
        key.id.to_string(),
        account.name.clone(),
        key.description.clone(),
        match &key.permissions {
            KeyPermissions::Inherit => "all of the account".to_owned(),
            KeyPermissions::Disable(without) => format!("all but {}", names(without)),
            KeyPermissions::Replace(with) => names(with),
        },
        date(key.created_at),
        match key.expires_at {
            None => "never".to_owned(),
            Some(end) if end <= now => "expired".to_owned(),
            Some(end) => date(end),
        },
    ]
}

/// The account that `--account` names.
async fn find(name: &str, host: &Host) -> Result<Account, Failure> {
    accounts::find(&host.store, name).await.map_err(|error| match error {
        accounts::AccountError::Unknown => Failure::refused("--account", "there is no such account"),
        other => other.into(),
    })
}

async fn create(wanted: Wanted, host: &Host) -> Result<(), Failure> {
    let account = find(&wanted.account, host).await?;
    let is_silent = wanted.inherit || !wanted.permissions.is_empty();
    let new = NewApiKey {
        permissions: permissions(&wanted),
        description: wanted.description,
        allowed_ips: wanted.allowed_ips,
        expires_at: wanted.expires.map(|span| host.now.plus(span)),
    };
    let (_, secret) =
        api_keys::create(&host.store, &account, new, &host.master.hash_key(), &host.chance, host.now).await?;
    if !is_silent {
        terminal::note(&format!(
            "--permission: none was given, so this key holds everything that the account {} holds",
            account.name
        ));
    }
    terminal::say(secret.expose())
}

fn permissions(wanted: &Wanted) -> KeyPermissions {
    if wanted.permissions.is_empty() {
        KeyPermissions::Inherit
    } else {
        KeyPermissions::Replace(wanted.permissions.iter().copied().collect())
    }
}
