//! The settings: one table that says each one's name, meaning, default and how it is read and written.
//!
//! A value is JSON, as on the wire of the management API; durations are whole milliseconds, or text such as `"10m"` on input.

use std::{fmt, time::Duration};

use domain::{
    directory::permission::Permission,
    jose::Algorithm,
    journal::ObjectKind,
    redirect_uri::RedirectUri,
    scope::Scope,
    settings::{DeviceGrantPolicy, OidcProvider, PkcePolicy},
    time::Timestamp,
};
use serde_json::{Value, json};
use store::{Batch, Store, StoreError};

use super::{
    actor::{Actor, Forbidden},
    journal::{self, SINGLETON, Subject},
    signing_keys::{self, RotationError},
};
use crate::{chance::Chance, keys::Sealer};

/// One setting.
#[derive(Clone, Copy)]
pub struct Setting {
    /// `Object.property`.
    pub name: &'static str,
    pub meaning: &'static str,
    get: fn(&OidcProvider) -> Value,
    set: fn(&mut OidcProvider, &Value) -> Result<(), &'static str>,
}

/// A setting that does not exist, or a value it cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    pub name: String,
    pub why: String,
}

macro_rules! boolean {
    ($name:literal, $field:ident, $meaning:literal) => {
        Setting {
            name: $name,
            meaning: $meaning,
            get: |provider| json!(provider.$field),
            set: |provider, value| {
                provider.$field = value.as_bool().ok_or("must be true or false")?;
                Ok(())
            },
        }
    };
}

macro_rules! duration {
    ($name:literal, $field:ident, $meaning:literal) => {
        Setting {
            name: $name,
            meaning: $meaning,
            get: |provider| json!(u64::try_from(provider.$field.as_millis()).unwrap_or(u64::MAX)),
            set: |provider, value| {
                provider.$field = read_duration(value)?;
                Ok(())
            },
        }
    };
}

pub const SETTINGS: &[Setting] = &[
    boolean!(
        "OidcProvider.requireClientRegistration",
        require_client_registration,
        "Issue tokens only to registered clients"
    ),
    boolean!(
        "OidcProvider.anonymousClientRegistration",
        anonymous_client_registration,
        "Let anybody register a client without a credential"
    ),
    boolean!(
        "OidcProvider.clientIdMetadataDocuments",
        client_id_metadata_documents,
        "Let a client be known by the https URL of a document that describes it, which this server fetches"
    ),
    Setting {
        name: "OidcProvider.authCodeMaxAttempts",
        meaning: "Failed redemptions after which an authorization code is dead (1 to 1000)",
        get: |provider| json!(provider.auth_code_max_attempts),
        set: |provider, value| {
            let attempts = value.as_u64().and_then(|number| u32::try_from(number).ok());
            provider.auth_code_max_attempts = attempts
                .filter(|number| (1..=1000).contains(number))
                .ok_or("must be a whole number from 1 to 1000")?;
            Ok(())
        },
    },
    Setting {
        name: "OidcProvider.journalRetention",
        meaning: "How long the journal keeps what happened; 0 keeps it for ever, anything else must be a day or more",
        get: |provider| json!(u64::try_from(provider.journal_retention.as_millis()).unwrap_or(u64::MAX)),
        set: |provider, value| {
            const DAY: Duration = Duration::from_hours(24);
            let retention = if *value == json!(0) { Duration::ZERO } else { read_duration(value)? };
            if !retention.is_zero() && retention < DAY {
                return Err("must be 0, or a day or more");
            }
            provider.journal_retention = retention;
            Ok(())
        },
    },
    duration!("OidcProvider.authCodeExpiry", auth_code_expiry, "Life of an authorization code"),
    duration!(
        "OidcProvider.userCodeExpiry",
        user_code_expiry,
        "Life of a device's user code; ten minutes at most for a client that nobody verified"
    ),
    duration!("OidcProvider.accessTokenExpiry", access_token_expiry, "Life of an access token"),
    duration!("OidcProvider.idTokenExpiry", id_token_expiry, "Life of an ID token"),
    duration!("OidcProvider.refreshTokenExpiry", refresh_token_expiry, "Life of a refresh token"),
    duration!(
        "OidcProvider.refreshTokenRenewal",
        refresh_token_renewal,
        "A confidential client's refresh token rotates when less than this is left of its life"
    ),
    Setting {
        name: "OidcProvider.signatureAlgorithm",
        meaning: "What access tokens are signed with: es256, es384, eddsa, rs256, rs384, rs512, ps256, ps384 or ps512",
        get: |provider| json!(provider.signature_algorithm.setting_name()),
        set: |provider, value| {
            provider.signature_algorithm = value
                .as_str()
                .and_then(Algorithm::parse_setting)
                .ok_or("must be es256, es384, eddsa, rs256, rs384, rs512, ps256, ps384 or ps512")?;
            Ok(())
        },
    },
    Setting {
        name: "OidcProvider.pkce",
        meaning: "Who must use PKCE: always, oauth21 (confidential clients may omit it in OpenID requests with a nonce), or public",
        get: |provider| {
            json!(match provider.pkce {
                PkcePolicy::Always => "always",
                PkcePolicy::Oauth21 => "oauth21",
                PkcePolicy::Public => "public",
            })
        },
        set: |provider, value| {
            provider.pkce = match value.as_str() {
                Some("always") => PkcePolicy::Always,
                Some("oauth21") => PkcePolicy::Oauth21,
                Some("public") => PkcePolicy::Public,
                _ => return Err("must be always, oauth21 or public"),
            };
            Ok(())
        },
    },
    Setting {
        name: "OidcProvider.deviceGrant",
        meaning: "Which clients may use the device grant: registered (with a credential, or verified by an administrator), or anybody",
        get: |provider| {
            json!(match provider.device_grant {
                DeviceGrantPolicy::Registered => "registered",
                DeviceGrantPolicy::Anybody => "anybody",
            })
        },
        set: |provider, value| {
            provider.device_grant = match value.as_str() {
                Some("registered") => DeviceGrantPolicy::Registered,
                Some("anybody") => DeviceGrantPolicy::Anybody,
                _ => return Err("must be registered or anybody"),
            };
            Ok(())
        },
    },
    Setting {
        name: "OidcProvider.allowedRedirectSchemes",
        meaning: "Private-use redirect schemes without a dot that known applications use",
        get: |provider| json!(provider.allowed_redirect_schemes),
        set: |provider, value| {
            let schemes = read_list(value)?;
            let is_scheme = |text: &String| {
                text.starts_with(|c: char| c.is_ascii_lowercase())
                    && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
            };
            if !schemes.iter().all(is_scheme) {
                return Err("must list schemes in lower case, without the colon");
            }
            provider.allowed_redirect_schemes = schemes.into_iter().collect();
            Ok(())
        },
    },
    Setting {
        name: "OidcProvider.scopes",
        meaning: "Scope values of the resource servers, beside openid, profile, email and offline_access",
        get: |provider| json!(provider.scopes.iter().collect::<Vec<_>>()),
        set: |provider, value| {
            provider.scopes = Scope::parse(&read_list(value)?.join(" "))
                .map_err(|_| "must list scope values (RFC 6749 section 3.3)")?;
            Ok(())
        },
    },
];

impl Setting {
    pub fn value(&self, provider: &OidcProvider) -> Value {
        (self.get)(provider)
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name)
    }
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
    // Clients are told of a life in whole seconds.
    let is_life = setting.name.ends_with("Expiry") || setting.name.ends_with("Renewal");
    if is_life && setting.value(provider).as_u64().is_some_and(|millis| millis < 1000) {
        return refuse("must be a second or more".to_owned());
    }
    Ok(())
}

fn read_list(value: &Value) -> Result<Vec<String>, &'static str> {
    let items: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(set) => {
            let names =
                set.iter().filter(|(_, member)| **member == Value::Bool(true)).map(|(name, _)| name.clone());
            return Ok(names.collect());
        }
        _ => return Err("must be a list of strings"),
    };
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or("must be a list of strings")).collect()
}

/// A whole number of milliseconds above zero, or a number with `ms`, `s`, `m`, `h` or `d`.
pub fn read_duration(value: &Value) -> Result<Duration, &'static str> {
    const CENTURY: u64 = 100 * 365 * 86_400_000;
    const WHY: &str =
        "must be a number of milliseconds above 0, or text such as \"90s\", \"10m\", \"1h\" or \"30d\"";
    let millis = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => {
            let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (number, unit) = text.split_at(unit_at);
            let factor = match unit {
                "ms" => Some(1),
                "s" => Some(1_000),
                "m" => Some(60_000),
                "h" => Some(3_600_000),
                "d" => Some(86_400_000),
                _ => None,
            };
            number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor))
        }
        _ => None,
    };
    millis.filter(|millis| (1..=CENTURY).contains(millis)).map(Duration::from_millis).ok_or(WHY)
}

impl fmt::Display for SettingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.name, self.why)
    }
}

impl std::error::Error for SettingError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_reads_back_what_it_writes() {
        let provider = OidcProvider::default();
        for setting in SETTINGS {
            let mut copy = provider.clone();
            assert_eq!((setting.set)(&mut copy, &setting.value(&provider)), Ok(()), "{}", setting.name);
            assert_eq!(copy, provider, "{}", setting.name);
        }
    }

    #[test]
    fn durations_are_milliseconds_or_text_with_a_unit() {
        assert_eq!(read_duration(&json!(1500)), Ok(Duration::from_millis(1500)));
        assert_eq!(read_duration(&json!("10m")), Ok(Duration::from_mins(10)));
        for bad in [json!(0), json!(-1), json!("10"), json!("1 h"), json!("1w"), json!(1.5), json!(u64::MAX)]
        {
            assert!(read_duration(&bad).is_err(), "{bad}");
        }
    }

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
