//! `wayleave local account …`

use std::io::{self, Read};

use domain::{directory::Role, secret::Secret};
use server::admin::accounts;
use zeroize::Zeroizing;

use super::{Host, date};
use crate::{args::Account, failure::Failure, terminal};

pub(super) async fn run(command: Account, host: &Host) -> Result<(), Failure> {
    match command {
        Account::List => list(host).await,
        Account::Create { name, admin, password: _ } => {
            let role = if admin { Role::SystemAdministrator } else { Role::User };
            let password = read_password()?;
            let account =
                accounts::create(&host.store, &name, role, &password, &host.chance, host.now).await?;
            terminal::say(&format!("created {}", account.name))
        }
        Account::SetPassword { name, password: _ } => {
            accounts::set_password(&host.store, &name, &read_password()?, host.now).await?;
            terminal::say("the password is set")
        }
        Account::Disable { name } => {
            accounts::set_enabled(&host.store, &name, false, host.now).await?;
            terminal::say("disabled")
        }
        Account::Enable { name } => {
            accounts::set_enabled(&host.store, &name, true, host.now).await?;
            terminal::say("enabled")
        }
    }
}

async fn list(host: &Host) -> Result<(), Failure> {
    let accounts = store::accounts::list(&host.store).await?;
    let rows: Vec<_> = accounts
        .iter()
        .map(|account| {
            let role = match account.role {
                Role::User => "user",
                Role::SystemAdministrator => "system-administrator",
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
