//! One table that says each setting's name, meaning, default and how it is read and written.
//!
//! A value is JSON, as on the wire of the management API; durations are whole milliseconds, or text such as `"10m"` on input.

use std::fmt;

use domain::{
    jose::Algorithm,
    registration::statement::{IssuersError, TrustedIssuers},
    scope::Scope,
    settings::{DeviceGrantPolicy, OidcProvider, PkcePolicy},
};
use serde_json::{Value, json};

use super::value::{read_duration, read_list, read_retention};

/// One setting.
#[derive(Clone, Copy)]
pub struct Setting {
    /// `Object.property`.
    pub name: &'static str,
    pub meaning: &'static str,
    get: fn(&OidcProvider) -> Value,
    pub(super) set: fn(&mut OidcProvider, &Value) -> Result<(), &'static str>,
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
    ($read:ident, $name:literal, $field:ident, $meaning:literal) => {
        Setting {
            name: $name,
            meaning: $meaning,
            get: |provider| json!(u64::try_from(provider.$field.as_millis()).unwrap_or(u64::MAX)),
            set: |provider, value| {
                provider.$field = $read(value)?;
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
    duration!(
        read_retention,
        "OidcProvider.unclaimedClientRetention",
        unclaimed_client_retention,
        "How long a client stays that registered itself and that nobody allows anything; 0 is for ever, anything else must be a day or more"
    ),
    duration!(
        read_retention,
        "OidcProvider.idleClientRetention",
        idle_client_retention,
        "How long a client that registered itself stays after its last use; 0 is for ever, anything else must be a day or more"
    ),
    duration!(
        read_retention,
        "OidcProvider.journalRetention",
        journal_retention,
        "How long the journal keeps what happened; 0 keeps it for ever, anything else must be a day or more"
    ),
    duration!(
        read_duration,
        "OidcProvider.authCodeExpiry",
        auth_code_expiry,
        "Life of an authorization code"
    ),
    duration!(
        read_duration,
        "OidcProvider.userCodeExpiry",
        user_code_expiry,
        "Life of a device's user code; ten minutes at most for a client that nobody verified"
    ),
    duration!(
        read_duration,
        "OidcProvider.accessTokenExpiry",
        access_token_expiry,
        "Life of an access token"
    ),
    duration!(read_duration, "OidcProvider.idTokenExpiry", id_token_expiry, "Life of an ID token"),
    duration!(
        read_duration,
        "OidcProvider.refreshTokenExpiry",
        refresh_token_expiry,
        "Life of a refresh token"
    ),
    duration!(
        read_duration,
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
    Setting {
        name: "OidcProvider.softwareStatementIssuers",
        meaning: "Who may vouch for software by a software statement: the iss, a space, and the https URL of its keys or its JWK set; then once, where each of its statements is good for one client only",
        get: |provider| json!(provider.software_statement_issuers.lines()),
        set: |provider, value| {
            provider.software_statement_issuers =
                TrustedIssuers::parse(&read_list(value)?).map_err(IssuersError::as_str)?;
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
}
