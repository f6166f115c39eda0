//! `wayleave manual`: the reference pages, written from the definitions that the program itself works with.

use clap::CommandFactory;
use domain::{
    directory::{FirstRole, permission::Permission},
    settings::OidcProvider,
};
use server::{
    admin::settings::SETTINGS,
    config::{KEYS, SECRET_VARIABLES},
};

use crate::{args::Args, failure::Failure, terminal};

pub(crate) fn run() -> Result<(), Failure> {
    terminal::say(reference().trim_end())
}

fn reference() -> String {
    [
        "# Reference\n\nThis page is printed by `wayleave manual`. Change the definitions in the code, not the page.\n".to_owned(),
        commands(),
        boot_file(),
        secrets(),
        settings(),
        permissions(),
    ]
    .join("\n")
}

fn commands() -> String {
    let mut rows = Vec::new();
    collect(&Args::command(), "wayleave", &mut rows);
    format!(
        "## Commands\n\n`--help` after any of them says more. Every command takes the flags of the next section.\n\n{}",
        table(&["command", "what it does"], &rows)
    )
}

/// The commands below `command` that do something themselves.
fn collect(command: &clap::Command, path: &str, rows: &mut Vec<Vec<String>>) {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let path = format!("{path} {}", below.get_name());
        if below.has_subcommands() {
            collect(below, &path, rows);
        } else {
            rows.push(vec![code(&path), below.get_about().map(ToString::to_string).unwrap_or_default()]);
        }
    }
}

fn boot_file() -> String {
    let rows: Vec<_> = KEYS
        .iter()
        .map(|key| {
            let flag = key.flag.map(code).unwrap_or_default();
            vec![code(key.name), code(key.environment), flag, code(key.default), key.meaning.to_owned()]
        })
        .collect();
    format!(
        "## Boot configuration\n\nKeys of `wayleave.toml` (or the file after `--config`). A flag wins over the environment, the \
         environment over the file, the file over the default. A key that is not in this table is refused.\n\n{}",
        table(&["key", "environment", "flag", "default", "meaning"], &rows)
    )
}

fn secrets() -> String {
    let rows: Vec<_> =
        SECRET_VARIABLES.iter().map(|(name, meaning)| vec![code(name), (*meaning).to_owned()]).collect();
    format!(
        "## Secrets\n\nThey come from the environment only.\n\n{}",
        table(&["environment", "meaning"], &rows)
    )
}

fn settings() -> String {
    let defaults = OidcProvider::default();
    let rows: Vec<_> = SETTINGS
        .iter()
        .map(|setting| {
            vec![code(setting.name), code(&setting.value(&defaults).to_string()), setting.meaning.to_owned()]
        })
        .collect();
    format!(
        "## Settings\n\nRead and changed while the server runs, with `wayleave local settings get` and `set`. Times are milliseconds, \
         or text such as `10m` on input.\n\n{}",
        table(&["setting", "default", "meaning"], &rows)
    )
}

fn permissions() -> String {
    let rows: Vec<_> = Permission::ALL
        .iter()
        .map(|permission| {
            let of_users = if FirstRole::User.permissions().contains(*permission) { "yes" } else { "" };
            vec![code(permission.as_str()), of_users.to_owned(), permission.meaning().to_owned()]
        })
        .collect();
    format!(
        "## Permissions\n\nA system administrator holds all of them, a user those marked. An API key never holds more than its \
         account.\n\n{}",
        table(&["permission", "users", "meaning"], &rows)
    )
}

fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let heading = format!("| {} |\n|{}\n", heading.join(" | "), "---|".repeat(heading.len()));
    let rows = rows.iter().map(|row| {
        let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    });
    std::iter::once(heading).chain(rows).collect()
}

fn code(text: &str) -> String {
    format!("`{text}`")
}
