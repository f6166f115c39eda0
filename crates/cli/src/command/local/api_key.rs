//! `wayleave local api-key …`

use domain::directory::access::KeyPermissions;
use server::admin::{
    accounts,
    api_keys::{self, NewApiKey},
};

use super::Host;
use crate::{
    args::{ApiKey, NewApiKey as Wanted},
    failure::Failure,
    terminal,
};

pub(super) async fn run(command: ApiKey, host: &Host) -> Result<(), Failure> {
    let ApiKey::Create(wanted) = command;
    let account = accounts::find(&host.store, &wanted.account).await.map_err(|error| match error {
        accounts::AccountError::Unknown => Failure::refused("--account", "there is no such account"),
        other => other.into(),
    })?;
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
