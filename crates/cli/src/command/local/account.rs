//! `wayleave local account …`

use std::io::{self, Read};

use domain::{
    directory::{Factors, Kind, UserRoles},
    secret::Secret,
};
use server::admin::{
    accounts::{self, Draft},
    actor::Actor,
    second_factors,
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
        Account::ResetFactors { name } => {
            let account = accounts::find(&host.store, &actor, &name).await?;
            let had = second_factors::reset(host.means(), &actor, &account.id).await?;
            terminal::say(&told(&had))
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

/// What is gone, and what is left.
fn told(had: &Factors) -> String {
    let passkeys = match had.passkeys.len() {
        0 => String::new(),
        1 => " 1 passkey".to_owned(),
        many => format!(" {many} passkeys"),
    };
    let app = if had.totp_since.is_some() { " the app" } else { "" };
    let gone = match (app, passkeys.as_str()) {
        ("", "") => "there was no second factor".to_owned(),
        (app, "") => format!("removed:{app} and its recovery codes"),
        ("", passkeys) => format!("removed:{passkeys}"),
        (app, passkeys) => format!("removed:{app} and its recovery codes,{passkeys}"),
    };
    let left = if had.has_password { "the password is enough now" } else { "there is no password; set one" };
    format!("{gone}; {left}")
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

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn had(has_password: bool, has_app: bool, passkeys: u16) -> Factors {
        let id = |number| domain::id::Id::new(Timestamp::from_millis(1), number, [0; 8]);
        let passkey = |number| domain::directory::Passkey {
            id: id(number),
            account_id: id(0),
            credential_id: String::new(),
            name: "a phone".to_owned(),
            credential: String::new(),
            sign_count: 0,
            created_at: Timestamp::from_millis(1),
            last_used_at: None,
        };
        Factors {
            has_password,
            totp_since: has_app.then_some(Timestamp::from_millis(1)),
            recovery_codes: 0,
            passkeys: (0..passkeys).map(passkey).collect(),
        }
    }

    #[test]
    fn what_is_gone_and_what_is_left_is_told() {
        let enough = "the password is enough now";
        assert_eq!(told(&had(true, true, 0)), format!("removed: the app and its recovery codes; {enough}"));
        assert_eq!(
            told(&had(true, true, 1)),
            format!("removed: the app and its recovery codes, 1 passkey; {enough}")
        );
        assert_eq!(told(&had(false, false, 2)), "removed: 2 passkeys; there is no password; set one");
    }
}
