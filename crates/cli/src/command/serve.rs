//! `wayleave serve`: tell the operator where it is and, at the first start, how to get in.

use std::{env, path::Path};

use domain::secret::Secret;
use server::{
    admin::{
        accounts,
        first_start::{ADMIN, Prepared},
    },
    config::{Config, Overrides},
    serve::shutdown,
    start,
    telemetry::logs,
};

use crate::{failure::Failure, terminal};

/// The variable with the first password of `admin`.
const PASSWORD_VARIABLE: &str = "WAYLEAVE_ADMIN_PASSWORD";

pub(crate) async fn run(config: Config, overrides: &Overrides) -> Result<(), Failure> {
    logs::init(config.log_format, &config.log_filter)?;
    let wayleave = command_line(&config, overrides);
    let running = start::start(config, admin_password()?).await?;
    let stop = shutdown::signal().map_err(|error| Failure::unusable("signals", error))?;
    let issuer = running.app.issuer();
    let mut text = format!("Wayleave serves {issuer}");
    let account = match &running.prepared {
        Prepared::Before => None,
        Prepared::WithGivenPassword => Some(format!("the password that {PASSWORD_VARIABLE} says.")),
        Prepared::WithGeneratedPassword(password) => Some(format!(
            "the password {}\nIt is shown this once; `{wayleave} local account set-password {ADMIN} --password-stdin` sets another.",
            password.expose()
        )),
    };
    if let Some(account) = account {
        text.push_str(&welcome(issuer, &wayleave, &account));
    }
    // It serves also where nobody reads this.
    let _ = terminal::say(&text);
    running.run(stop).await;
    Ok(())
}

/// The password that the operator chose for the first account; judged before anything is made.
fn admin_password() -> Result<Option<Secret>, Failure> {
    let Ok(text) = env::var(PASSWORD_VARIABLE) else {
        return Ok(None);
    };
    let password = Secret::new(text);
    accounts::check_password(&password).map_err(|error| Failure::unusable(PASSWORD_VARIABLE, error))?;
    Ok(Some(password))
}

/// What only the first start prints.
fn welcome(issuer: &str, wayleave: &str, account: &str) -> String {
    format!(
        "

Sign in with the account {ADMIN} and {account}

Register a client from another terminal:

KEY=$({wayleave} local api-key create --account {ADMIN} --permission authenticate --permission oauth-client-registration)
curl -sS {issuer}/register -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\
  -d '{{\"client_name\": \"My App\", \"redirect_uris\": [\"http://127.0.0.1/callback\"], \"token_endpoint_auth_method\": \"none\"}}'
"
    )
}

/// How to call this program so that it finds what this call finds.
fn command_line(config: &Config, overrides: &Overrides) -> String {
    let mut words = vec![quoted(&this_program())];
    if let Some(file) = &overrides.config {
        words.extend(["--config".to_owned(), quoted(&file.display().to_string())]);
    }
    if config.data != Path::new("data") {
        words.extend(["--data".to_owned(), quoted(&config.data.display().to_string())]);
    }
    match overrides.database.as_deref() {
        Some(url) if url.starts_with("sqlite:") => words.extend(["--database".to_owned(), quoted(url)]),
        // The URL may hold a password, which has no business in a terminal's history.
        Some(_) => words.push("--database \"$DATABASE_URL\"".to_owned()),
        None => {}
    }
    words.join(" ")
}

/// The path of this program, as short as it is from here.
fn this_program() -> String {
    let Ok(program) = env::current_exe() else {
        return "wayleave".to_owned();
    };
    let here = env::current_dir().unwrap_or_default();
    let from_here = program.strip_prefix(&here).ok().filter(|path| path.components().count() > 1);
    from_here.unwrap_or(&program).display().to_string()
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        assert_eq!(quoted("/var/lib/wayleave"), "/var/lib/wayleave");
        assert_eq!(quoted("my data"), "'my data'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn the_password_of_a_database_is_not_printed() {
        let overrides =
            Overrides { database: Some("postgres://u:hunter2@h/db".to_owned()), ..Overrides::default() };
        let config = server::config::load(&overrides, &|_| None).unwrap();
        assert!(!command_line(&config, &overrides).contains("hunter2"));
    }
}
