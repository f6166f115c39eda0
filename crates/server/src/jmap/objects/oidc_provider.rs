//! `x:OidcProvider`: the settings, over `admin::settings`, in force at once.

use domain::{
    directory::permission::Permission, jose::Algorithm, journal::ObjectKind, secret::Secret,
    settings::OidcProvider as Settings,
};
use jmap::json::Object;
use serde_json::{Value, json};
use store::StoreError;

use crate::{
    admin::settings::{self, SettingsError},
    jmap::object::{
        ActError, Choice, Description, Kind, List, Multiplicity, Number, Permissions, Property, Record,
        SINGLETON, Scene, Section, TextFormat, Type, Union, Variant, Wanted, fault::invalid,
        property::MAX_INT, value,
    },
};

pub struct OidcProvider;

static ALGORITHM: Choice = Choice {
    name: "SignatureAlgorithm",
    names: || {
        let meanings = [
            ("es256", "ECDSA with P-256 and SHA-256"),
            ("es384", "ECDSA with P-384 and SHA-384"),
            ("eddsa", "Ed25519"),
            ("rs256", "RSA PKCS#1 v1.5 with SHA-256"),
            ("rs384", "RSA PKCS#1 v1.5 with SHA-384"),
            ("rs512", "RSA PKCS#1 v1.5 with SHA-512"),
            ("ps256", "RSA PSS with SHA-256"),
            ("ps384", "RSA PSS with SHA-384"),
            ("ps512", "RSA PSS with SHA-512"),
        ];
        meanings.to_vec()
    },
    parse: |text| Algorithm::parse_setting(text).map(Algorithm::setting_name),
};

static PKCE: Choice = Choice {
    name: "PkcePolicy",
    names: || {
        vec![
            ("always", "Every client"),
            ("oauth21", "Confidential clients may leave it out in an OpenID request that carries a nonce"),
            ("public", "Only public clients, for certified legacy profiles"),
        ]
    },
    parse: |text| ["always", "oauth21", "public"].into_iter().find(|name| *name == text),
};

static DEVICE_GRANT: Choice = Choice {
    name: "DeviceGrantPolicy",
    names: || {
        vec![
            ("registered", "Clients registered with a credential, or verified by an administrator"),
            ("anybody", "Also clients that registered themselves, or not at all where nobody has to"),
        ]
    },
    parse: |text| ["registered", "anybody"].into_iter().find(|name| *name == text),
};

const VARIABLE: Property =
    Property::new("variableName", Type::text(256), "The environment variable that holds it");
const FILE: Property = Property::new("filePath", Type::text(4096), "The file that holds it");

static SIGNATURE_KEY: Union = Union {
    name: "SignatureKey",
    variants: &[
        Variant {
            name: "Text",
            meaning: "The key itself",
            properties: &[Property::new("secret", Type::Secret { min: 1, max: 65_536 }, "The private key")],
        },
        Variant { name: "EnvironmentVariable", meaning: "A key in the environment", properties: &[VARIABLE] },
        Variant { name: "File", meaning: "A key in a file", properties: &[FILE] },
    ],
};

static ENCRYPTION_KEY: Union = Union {
    name: "EncryptionKey",
    variants: &[
        Variant {
            name: "Value",
            meaning: "The key itself",
            properties: &[Property::new("secret", Type::Secret { min: 1, max: 4_096 }, "The key")],
        },
        Variant { name: "EnvironmentVariable", meaning: "A key in the environment", properties: &[VARIABLE] },
        Variant { name: "File", meaning: "A key in a file", properties: &[FILE] },
    ],
};

macro_rules! default {
    ($name:literal) => {
        || default($name)
    };
}

static DESCRIPTION: Description = Description {
    name: "OidcProvider",
    meaning: "How clients register and what they are given, in force at once on every node",
    multiplicity: Multiplicity::Singleton,
    journal: Some(ObjectKind::OidcProvider),
    is_personal: false,
    permissions: Permissions {
        get: Permission::OidcProviderGet,
        query: None,
        create: None,
        update: Some(Permission::OidcProviderUpdate),
        destroy: None,
    },
    permission_prefix: "sysOidcProvider",
    properties: &[
        Property::new("requireClientRegistration", Type::Boolean, "Issue tokens only to registered clients")
            .or(default!("requireClientRegistration")),
        Property::new(
            "anonymousClientRegistration",
            Type::Boolean,
            "Let anybody register a client without a credential",
        )
        .or(default!("anonymousClientRegistration")),
        Property::new(
            "clientIdMetadataDocuments",
            Type::Boolean,
            "Let a client be known by the https URL of a document that describes it, which this server fetches",
        )
        .or(default!("clientIdMetadataDocuments")),
        Property::new(
            "authCodeMaxAttempts",
            Type::count(1, 1000),
            "Failed redemptions after which an authorization code is dead",
        )
        .or(default!("authCodeMaxAttempts")),
        Property::new("authCodeExpiry", Type::duration(), "Life of an authorization code")
            .or(default!("authCodeExpiry")),
        Property::new("userCodeExpiry", Type::duration(), "Life of a device's user code")
            .or(default!("userCodeExpiry")),
        Property::new("accessTokenExpiry", Type::duration(), "Life of an access token")
            .or(default!("accessTokenExpiry")),
        Property::new("idTokenExpiry", Type::duration(), "Life of an ID token").or(default!("idTokenExpiry")),
        Property::new("refreshTokenExpiry", Type::duration(), "Life of a refresh token")
            .or(default!("refreshTokenExpiry")),
        Property::new(
            "refreshTokenRenewal",
            Type::duration(),
            "A confidential client's refresh token rotates when less than this is left of its life",
        )
        .or(default!("refreshTokenRenewal")),
        Property::new("signatureAlgorithm", Type::Choice(&ALGORITHM), "What access tokens are signed with")
            .or(default!("signatureAlgorithm")),
        Property::new(
            "signatureKey",
            Type::Union(&SIGNATURE_KEY),
            "Always null: the server makes its signing keys itself, one for each algorithm, and rotates them",
        )
        .optional(),
        Property::new(
            "encryptionKey",
            Type::Union(&ENCRYPTION_KEY),
            "Always null: what the server seals is sealed under its master key",
        )
        .optional(),
        Property::new("pkce", Type::Choice(&PKCE), "Who must use PKCE").or(default!("pkce")),
        Property::new("deviceGrant", Type::Choice(&DEVICE_GRANT), "Which clients may use the device grant")
            .or(default!("deviceGrant")),
        Property::new(
            "allowedRedirectSchemes",
            Type::texts(TextFormat::Plain),
            "Private-use redirect schemes without a dot that known applications use",
        )
        .or(default!("allowedRedirectSchemes")),
        Property::new(
            "scopes",
            Type::texts(TextFormat::Plain),
            "Scope values of the resource servers, beside openid, profile, email and offline_access",
        )
        .or(default!("scopes")),
        Property::new(
            "unclaimedClientRetention",
            Type::Number { format: Number::Duration, min: 0, max: MAX_INT },
            "How long a client stays that registered itself and that nobody allows anything: a day or more, or 0 for ever",
        )
        .or(default!("unclaimedClientRetention")),
        Property::new(
            "idleClientRetention",
            Type::Number { format: Number::Duration, min: 0, max: MAX_INT },
            "How long a client that registered itself stays after its last use: a day or more, or 0 for ever",
        )
        .or(default!("idleClientRetention")),
        Property::new(
            "softwareStatementIssuers",
            Type::texts(TextFormat::Plain),
            "Who may vouch for software by a software statement: the iss, a space, and the https URL of its keys or its JWK set; then once, where each of its statements is good for one client only",
        )
        .or(default!("softwareStatementIssuers")),
        Property::new(
            "journalRetention",
            Type::Number { format: Number::Duration, min: 0, max: MAX_INT },
            "How long the journal keeps what happened: a day or more, or 0 for ever",
        )
        .or(default!("journalRetention")),
    ],
    text: &[],
    list: List {
        section: Section::Settings,
        title: "OIDC Provider",
        singular: "OIDC provider",
        plural: "OIDC provider",
        columns: &[],
        label: "id",
    },
};

/// The default of a setting, in the form of the wire.
fn default(name: &str) -> Value {
    in_json(name, &Settings::default())
}

fn in_json(name: &str, provider: &Settings) -> Value {
    match settings::find(name).map(|setting| setting.value(provider)) {
        Ok(Value::Array(items)) => value::set(items.iter().filter_map(Value::as_str)),
        Ok(value) => value,
        Err(_) => Value::Null,
    }
}

impl Kind for OidcProvider {
    type Row = Settings;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(row: &Settings) -> Object {
        let values = DESCRIPTION
            .properties
            .iter()
            .map(|property| (property.name.to_owned(), in_json(property.name, row)));
        [("id".to_owned(), json!(SINGLETON))].into_iter().chain(values).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Settings>, ActError> {
        let is_meant = match wanted {
            Wanted::Ids(ids) => ids.iter().any(|id| id.as_str() == SINGLETON),
            Wanted::All { .. } => true,
        };
        if !is_meant {
            return Ok(Vec::new());
        }
        match settings::load(&scene.app.store).await {
            Ok(provider) => Ok(vec![provider]),
            Err(SettingsError::Store(error)) => Err(error.into()),
            Err(error) => Err(StoreError::Corrupt { what: error.to_string() }.into()),
        }
    }

    async fn update(scene: Scene<'_>, _row: Settings, record: Record) -> Result<Option<Secret>, ActError> {
        for (name, why) in [
            (
                "signatureKey",
                "cannot be set: the server makes and rotates its own signing keys, of the algorithm in signatureAlgorithm",
            ),
            ("encryptionKey", "cannot be set: the server derives its keys from its master key"),
        ] {
            if record.has_changed(name) {
                return Err(invalid(name, why).into());
            }
        }
        let changes: Vec<(&str, Value)> =
            record.changed().map(|name| (name, record.value(name).clone())).collect();
        let app = scene.app;
        settings::set(scene.store, &app.key_sealer, &changes, scene.actor, &app.chance, scene.now)
            .await
            .map_err(|error| match error {
                SettingsError::Setting(error) => {
                    let name = error.name.trim_start_matches("OidcProvider.");
                    ActError::from(invalid(name, error.why.clone()))
                }
                SettingsError::Forbidden(error) => error.into(),
                SettingsError::Store(error) => error.into(),
                error @ SettingsError::Keys(_) => StoreError::Corrupt { what: error.to_string() }.into(),
            })?;
        // Other nodes, and this one if it fails here, see it within a second.
        if let Err(error) = app.refresh().await {
            tracing::warn!(%error, "new settings are not in force yet");
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_a_property_and_every_property_a_setting() {
        let settings: Vec<_> = settings::SETTINGS
            .iter()
            .map(|setting| setting.name.trim_start_matches("OidcProvider."))
            .collect();
        let properties: Vec<_> = DESCRIPTION.properties.iter().map(|property| property.name).collect();
        assert!(settings.iter().all(|name| properties.contains(name)), "{settings:?}");
        let others: Vec<_> = properties.iter().filter(|name| !settings.contains(name)).collect();
        assert_eq!(others, [&"signatureKey", &"encryptionKey"]);
    }
}
