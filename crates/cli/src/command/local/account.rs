//! `wayleave local account …`

use std::io::{self, Read};

use domain::{
    directory::{Kind, UserRoles},
    secret::Secret,
};
use server::admin::{
    accounts::{self, Draft},
    actor::Actor,
};
use zeroize::Zeroizing;

use super::{Host, date};
use crate::{args::Account, failure::Failure, terminal};

pub(super) async fn run(command: Account, host: &Host) -> Result<(), Failure> {
    let actor = Actor::host();
    match command {
        Account::List => list(host).await,
        Account::Create { name, admin, password: _ } => {
            let roles = if admin { UserRoles::Admin } else { UserRoles::User };
            let draft = Draft { roles, ..Draft::named(&name) };
            let entry = accounts::create(host.means(), &actor, draft, Some(&read_password()?)).await?;
            terminal::say(&format!("created {}", entry.account.name))
        }
        Account::SetPassword { name, password: _ } => {
            let account = accounts::find(&host.store, &actor, &name).await?;
            accounts::set_password(host.means(), &actor, &account.id, &read_password()?).await?;
            terminal::say("the password is set")
        }
        Account::Disable { name } => {
            let account = accounts::find(&host.store, &actor, &name).await?;
            accounts::set_enabled(host.means(), &actor, &account.id, false).await?;
            terminal::say("disabled")
        }
        Account::Enable { name } => {
            let account = accounts::find(&host.store, &actor, &name).await?;
            accounts::set_enabled(host.means(), &actor, &account.id, true).await?;
            terminal::say("enabled")
        }
    }
}

async fn list(host: &Host) -> Result<(), Failure> {
    let accounts = store::accounts::list(&host.store).await?;
    let rows: Vec<_> = accounts
        .iter()
        .map(|entry| {
            let account = &entry.account;
            let role = match (account.kind, &entry.roles) {
                (Kind::Group, _) => "group",
                (Kind::User, UserRoles::User) => "user",
                (Kind::User, UserRoles::Admin) if account.member_tenant_id.is_some() => {
                    "tenant-administrator"
                }
                (Kind::User, UserRoles::Admin) => "system-administrator",
                (Kind::User, UserRoles::Custom(_)) => "custom",
            };
            let state = if account.is_enabled { "enabled" } else { "disabled" };
            [account.name.clone(), role.to_owned(), state.to_owned(), date(account.created_at)]
        })
        .collect();
    terminal::say_table(["NAME", "ROLE", "STATE", "CREATED"], &rows)
}

/// The one line on standard input, without the line's end.
fn read_password() -> Result<Secret, Failure> {
    /// More than any password may have.
    const MOST: u16 = 8192;
    let mut text = Zeroizing::new(String::with_capacity(MOST.into()));
    io::stdin()
        .lock()
        .take(MOST.into())
        .read_to_string(&mut text)
        .map_err(|_| Failure::refused("password", "must be one line of UTF-8 text on standard input"))?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.contains('\n') {
        return Err(Failure::refused("password", "must be one line on standard input"));
    }
    Ok(Secret::new(line))
}
