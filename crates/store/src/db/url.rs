//! Where the database is: `sqlite:…` or `postgres://…`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::error::StoreError;

/// The address of a database, read once. Neither form of printing shows a password.
#[derive(Clone)]
pub struct DatabaseUrl {
    place: Place,
    allows_unsafe_durability: bool,
}

#[derive(Clone)]
pub(super) enum Place {
    File(PathBuf),
    Server(Box<Config>),
}

impl DatabaseUrl {
    /// Reads `sqlite:///absolute/file.db`, `sqlite:relative/file.db`, or a `postgres://` URL.
    ///
    /// Anything else is [`StoreError::Configuration`].
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let place = if let Some(path) = text.strip_prefix("sqlite:") {
            Place::File(file(path)?)
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Place::Server(Box::new(server(text)?))
        } else {
            return Err(configuration(
                "a database is written sqlite:///path/file.db or postgres://user:password@host/database",
            ));
        };
        Ok(Self { place, allows_unsafe_durability: false })
    }

    /// The SQLite database in this file.
    pub fn of_file(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::File(path.into()), allows_unsafe_durability: false }
    }

    /// Whether a server may be used that is set up to lose what it confirmed. Without this one is refused.
    #[must_use]
    pub const fn with_unsafe_durability(mut self, is_allowed: bool) -> Self {
        self.allows_unsafe_durability = is_allowed;
        self
    }

    pub(super) const fn allows_unsafe_durability(&self) -> bool {
        self.allows_unsafe_durability
    }

    /// The file of a SQLite database; `None` for a server.
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    pub(super) const fn place(&self) -> &Place {
        &self.place
    }
}

fn file(path: &str) -> Result<PathBuf, StoreError> {
    let plain = match path.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => {
            return Err(configuration(
                "write sqlite:///absolute/file.db with three slashes, or sqlite:relative/file.db with none",
            ));
        }
        None => path,
    };
    if plain.is_empty() || plain.contains([':', '?', '#']) {
        return Err(configuration("a sqlite: URL names a file and nothing else; remove what follows ? or #"));
    }
    Ok(PathBuf::from(plain))
}

fn server(text: &str) -> Result<Config, StoreError> {
    let config = Config::from_str(text).map_err(|error| {
        let reason = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
        configuration(&format!("the postgres URL cannot be read: {reason}"))
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(configuration("the postgres URL names no host"));
    }
    Ok(config)
}

fn configuration(message: &str) -> StoreError {
    StoreError::Configuration(message.to_owned())
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(out, "sqlite:{}", path.display()),
            Place::Server(config) => {
                let hosts: Vec<String> = config.get_hosts().iter().map(name_of).collect();
                let database = config.get_dbname().unwrap_or_default();
                write!(out, "postgres://{}/{database}", hosts.join(","))
            }
        }
    }
}

fn name_of(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(directory) => directory.display().to_string(),
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(text: &str) -> Option<PathBuf> {
        DatabaseUrl::parse(text).ok().and_then(|url| url.file().map(Path::to_owned))
    }

    #[test]
    fn a_file_is_absolute_with_three_slashes_and_relative_with_none() {
        assert_eq!(file_of("sqlite:///var/a.db"), Some(PathBuf::from("/var/a.db")));
        assert_eq!(file_of("sqlite:a.db"), Some(PathBuf::from("a.db")));
        assert_eq!(file_of("sqlite:/var/a.db"), Some(PathBuf::from("/var/a.db")));
    }

    #[test]
    fn what_would_make_a_file_of_an_odd_name_is_refused() {
        for odd in ["sqlite://a.db", "sqlite:", "sqlite:a.db?mode=rwc", "sqlite::memory:", "mysql://h/d"] {
            assert!(DatabaseUrl::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_password_is_never_printed() -> Result<(), StoreError> {
        let url = DatabaseUrl::parse("postgres://me:hunter2@db.example:5433/wayleave")?;
        assert_eq!(format!("{url} {url:?}").matches("hunter2").count(), 0);
        assert_eq!(url.to_string(), "postgres://db.example/wayleave");
        Ok(())
    }

    #[test]
    fn a_url_that_cannot_be_read_is_refused_without_repeating_it() {
        let refusal = DatabaseUrl::parse("postgres://me:hunter2@host:port/db").err();
        assert!(refusal.is_some_and(|error| !error.to_string().contains("hunter2")));
    }
}
