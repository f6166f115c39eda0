//! `wayleave local api-key …`

use domain::{
    directory::{Account, Key, KeyKind, access::KeyPermissions},
    id::Id,
    time::Timestamp,
};
use server::admin::{
    account_keys::{self, Draft, KeyError},
    accounts,
    actor::Actor,
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
            let id = Id::parse(&id).ok_or(KeyError::Unknown)?;
            let found = store::account_keys::by_id(&host.store, KeyKind::ApiKey, &id).await?;
            let (key, _) = found.ok_or(KeyError::Unknown)?;
            let key = (&key.account_id, &key.id);
            account_keys::destroy(host.means(), &Actor::host(), KeyKind::ApiKey, key).await?;
            terminal::say("revoked")
        }
    }
}

async fn list(account: Option<&str>, host: &Host) -> Result<(), Failure> {
    let account = match account {
        Some(name) => Some(find(name, host).await?.id),
        None => None,
    };
    let found = store::account_keys::list(&host.store, KeyKind::ApiKey, account.as_ref()).await?;
    let rows: Vec<_> = found.iter().map(|(key, account)| row(key, account, host.now)).collect();
    terminal::say_table(["ID", "ACCOUNT", "DESCRIPTION", "PERMISSIONS", "CREATED", "EXPIRES"], &rows)
}

fn row(key: &Key, account: &Account, now: Timestamp) -> [String; 6] {
    [
        key.id.to_string(),
        account.name.clone(),
        key.description.clone(),
        match &key.permissions {
            KeyPermissions::Inherit => "all of the account".to_owned(),
            KeyPermissions::Disable(without) => format!("all but {}", without.names()),
            KeyPermissions::Replace(with) => with.names(),
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
    accounts::find(&host.store, &Actor::host(), name).await.map_err(|error| match error {
        accounts::AccountError::Unknown => Failure::refused("--account", "there is no such account"),
        other => other.into(),
    })
}

async fn create(wanted: Wanted, host: &Host) -> Result<(), Failure> {
    let account = find(&wanted.account, host).await?;
    let is_silent = wanted.inherit || !wanted.permissions.is_empty();
    let draft = Draft {
        permissions: permissions(&wanted),
        description: wanted.description,
        allowed_ips: wanted.allowed_ips,
        expires_at: wanted.expires.map(|span| host.now.plus(span)),
    };
    let (_, secret) =
        account_keys::create(host.means(), &Actor::host(), KeyKind::ApiKey, &account.id, draft).await?;
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
