//! The settings: found by their names, read from what is stored, checked and written.

mod table;
mod value;

use std::fmt;

use domain::{
    directory::permission::Permission, journal::ObjectKind, redirect_uri::RedirectUri,
    settings::OidcProvider, time::Timestamp,
};
use serde_json::Value;
use store::{Batch, Store, StoreError};

use super::{
    actor::{Actor, Forbidden},
    journal::{self, SINGLETON, Subject},
    signing_keys::{self, RotationError},
};
use crate::{chance::Chance, keys::Sealer};

pub use self::{
    table::{SETTINGS, Setting},
    value::read_duration,
};

/// A setting that does not exist, or a value it cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    pub name: String,
    pub why: String,
}

/// The setting called `name`, with or without `OidcProvider.` before it.
pub fn find(name: &str) -> Result<&'static Setting, SettingError> {
    let matches =
        |setting: &&Setting| setting.name == name || setting.name.strip_prefix("OidcProvider.") == Some(name);
    SETTINGS.iter().find(matches).ok_or_else(|| {
        let names: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
        SettingError {
            name: name.to_owned(),
            why: format!("is not a setting; the settings are {}", names.join(", ")),
        }
    })
}

/// What `value` says of the setting called `name`, in the form in which it is read back.
pub fn normal(name: &str, value: &Value) -> Result<Value, SettingError> {
    let mut provider = OidcProvider::default();
    apply(&mut provider, name, value)?;
    Ok(find(name)?.value(&provider))
}

/// Whether anybody may give the setting called `name` this value.
pub fn settable(name: &str, value: &Value) -> Result<(), SettingError> {
    let mut provider = OidcProvider::default();
    apply(&mut provider, name, value)?;
    check(find(name)?, &provider)
}

/// The settings in force: the defaults, changed by what is stored.
pub fn read(stored: &[(String, String)]) -> Result<OidcProvider, SettingError> {
    let mut provider = OidcProvider::default();
    for (name, text) in stored.iter().filter(|(name, _)| name.starts_with("OidcProvider.")) {
        let value = serde_json::from_str(text).unwrap_or(Value::Null);
        apply(&mut provider, name, &value)?;
    }
    Ok(provider)
}

/// The settings as they are in the store now.
pub async fn load(store: &Store) -> Result<OidcProvider, SettingsError> {
    Ok(read(&store::settings::all(store).await?)?)
}

/// Checks and stores all of these values, or none; every node sees them within a second. Answers the settings as they are afterwards.
///
/// A signature algorithm that is new here gets its key, before anything asks for it.
pub async fn set(
    store: &Store,
    sealer: &Sealer,
    changes: &[(&str, Value)],
    actor: &Actor,
    chance: &Chance,
    now: Timestamp,
) -> Result<OidcProvider, SettingsError> {
    actor.require(Permission::OidcProviderUpdate)?;
    let before = load(store).await?;
    let mut provider = before.clone();
    let mut names = Vec::with_capacity(changes.len());
    for (name, value) in changes {
        let setting = find(name)?;
        apply(&mut provider, setting.name, value)?;
        check(setting, &provider)?;
        names.push(setting);
    }
    signing_keys::ensure(store, sealer, &provider, actor, chance, now).await?;
    let mut batch = Batch::new();
    for setting in names {
        batch.push(store::settings::set(setting.name, &setting.value(&provider).to_string()));
    }
    if provider != before {
        let subject = Subject { kind: ObjectKind::OidcProvider, id: SINGLETON, tenant_id: None };
        batch.push(journal::updated(actor, subject, (told(&before), told(&provider)), None, chance, now));
    }
    let _ = store.commit(batch).await?;
    Ok(provider)
}

/// All settings as the wire has them.
fn told(provider: &OidcProvider) -> Value {
    let property = |setting: &Setting| setting.name.strip_prefix("OidcProvider.").unwrap_or(setting.name);
    SETTINGS.iter().map(|setting| (property(setting).to_owned(), setting.value(provider))).collect()
}

/// Why a setting was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] RotationError),
    #[error("{0}")]
    Setting(SettingError),
}

impl From<SettingError> for SettingsError {
    fn from(error: SettingError) -> Self {
        Self::Setting(error)
    }
}

fn apply(provider: &mut OidcProvider, name: &str, value: &Value) -> Result<(), SettingError> {
    let setting = find(name)?;
    (setting.set)(provider, value)
        .map_err(|why| SettingError { name: setting.name.to_owned(), why: why.to_owned() })
}

/// What nobody may set any more, though it is still read where somebody did.
fn check(setting: &Setting, provider: &OidcProvider) -> Result<(), SettingError> {
    let refuse = |why: String| Err(SettingError { name: setting.name.to_owned(), why });
    if setting.name == "OidcProvider.allowedRedirectSchemes" {
        let mut schemes = provider.allowed_redirect_schemes.iter();
        return match schemes.find(|scheme| !RedirectUri::may_be_private_use(scheme)) {
            Some(scheme) => refuse(format!("must not list {scheme}, which is no scheme of one application")),
            None => Ok(()),
        };
    }
    if setting.name == "OidcProvider.softwareStatementIssuers" {
        let checked = provider.software_statement_issuers.check();
        return checked.or_else(|error| refuse(error.as_str().to_owned()));
    }
    // Clients are told of a life in whole seconds.
    let is_life = setting.name.ends_with("Expiry") || setting.name.ends_with("Renewal");
    if is_life && setting.value(provider).as_u64().is_some_and(|millis| millis < 1000) {
        return refuse("must be a second or more".to_owned());
    }
    Ok(())
}

impl fmt::Display for SettingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.name, self.why)
    }
}

impl std::error::Error for SettingError {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_journal_is_kept_for_ever_or_for_a_day_or_more() {
        let setting = find("journalRetention").unwrap();
        let mut provider = OidcProvider::default();
        assert_eq!((setting.set)(&mut provider, &json!(0)), Ok(()));
        assert!(provider.journal_retention.is_zero());
        assert_eq!((setting.set)(&mut provider, &json!("1d")), Ok(()));
        assert!((setting.set)(&mut provider, &json!("23h")).is_err());
    }

    #[test]
    fn a_scheme_that_does_more_than_start_an_application_is_not_let_in() {
        let after = |name: &str, value: Value| {
            let mut provider = OidcProvider::default();
            apply(&mut provider, name, &value).and_then(|()| check(find(name)?, &provider))
        };
        assert_eq!(after("allowedRedirectSchemes", json!(["cursor", "zed"])), Ok(()));
        for scheme in ["javascript", "data", "https", "http", "file", "mailto"] {
            assert!(after("allowedRedirectSchemes", json!(["cursor", scheme])).is_err(), "{scheme}");
        }
        assert_eq!(after("authCodeExpiry", json!(1000)), Ok(()));
        for (name, life) in [("authCodeExpiry", json!(1)), ("refreshTokenRenewal", json!("999ms"))] {
            assert!(after(name, life).is_err(), "{name}");
        }
    }

    #[test]
    fn symmetric_signatures_are_refused_by_name() {
        let error = apply(&mut OidcProvider::default(), "OidcProvider.signatureAlgorithm", &json!("hs256"))
            .unwrap_err();
        assert_eq!(error.name, "OidcProvider.signatureAlgorithm");
    }
}
