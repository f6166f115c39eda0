//! The settings as fields of a form: what each is called, what it means, and what one types into it.

use std::time::Duration;

use domain::settings::OidcProvider;
use serde_json::{Value, json};

use crate::{
    admin::settings,
    words::{Said, said},
};

/// One field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The property, in the spelling of the wire.
    pub name: &'static str,
    pub label: Said,
    pub meaning: Said,
    pub kind: Kind,
    pub part: Part,
    /// The names of the fields beside it: of what was shown, and of the unit.
    beside: (&'static str, &'static str),
}

/// What one types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Switch,
    Count {
        min: u32,
        max: u32,
    },
    /// A number and a unit.
    Life,
    /// The same, where 0 means for ever.
    Retention,
    Choice(&'static [(&'static str, Said)]),
    /// One to a line.
    Lines,
}

/// The parts of the page, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Registration,
    Safety,
    Lives,
    Values,
    Records,
}

/// What stands in a field: a text, and beside a number of a duration its unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    pub text: String,
    pub unit: String,
}

/// A value in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    On,
    Off,
    Span(Duration),
    ForEver,
    Choice(Said),
    Text(String),
    Nothing,
}

const ALGORITHMS: &[(&str, Said)] = &[
    ("es256", said("ES256: ECDSA with P-256")),
    ("es384", said("ES384: ECDSA with P-384")),
    ("eddsa", said("EdDSA: Ed25519")),
    ("rs256", said("RS256: RSA PKCS#1 v1.5 with SHA-256")),
    ("rs384", said("RS384: RSA PKCS#1 v1.5 with SHA-384")),
    ("rs512", said("RS512: RSA PKCS#1 v1.5 with SHA-512")),
    ("ps256", said("PS256: RSA PSS with SHA-256")),
    ("ps384", said("PS384: RSA PSS with SHA-384")),
    ("ps512", said("PS512: RSA PSS with SHA-512")),
];

const PKCE: &[(&str, Said)] = &[
    ("always", said("Every client")),
    ("oauth21", said("Every client but confidential ones that send a nonce")),
    ("public", said("Public clients only")),
];

const DEVICE_GRANT: &[(&str, Said)] = &[
    ("registered", said("Clients that somebody vouches for")),
    ("anybody", said("Every client, also those that nobody knows")),
];

/// The units of durations, and how many milliseconds each has.
pub(super) const UNITS: &[(&str, u64, Said)] = &[
    ("d", 86_400_000, said("days")),
    ("h", 3_600_000, said("hours")),
    ("m", 60_000, said("minutes")),
    ("s", 1_000, said("seconds")),
    ("ms", 1, said("milliseconds")),
];

macro_rules! field {
    ($name:literal, $part:expr, $kind:expr, $label:expr, $meaning:expr $(,)?) => {
        Field {
            name: $name,
            label: $label,
            meaning: $meaning,
            kind: $kind,
            part: $part,
            beside: (concat!($name, "-was"), concat!($name, "-unit")),
        }
    };
}

pub(super) const FIELDS: &[Field] = &[
    field!(
        "requireClientRegistration",
        Part::Registration,
        Kind::Switch,
        said("Only registered clients get tokens"),
        said(
            "Off: any client id is let in, and people are asked every time. On: a client that nobody registered is turned away."
        ),
    ),
    field!(
        "anonymousClientRegistration",
        Part::Registration,
        Kind::Switch,
        said("Anybody may register a client"),
        said(
            "On: no credential is needed to register. Off: it takes an API key or a token that may register."
        ),
    ),
    field!(
        "clientIdMetadataDocuments",
        Part::Registration,
        Kind::Switch,
        said("A client may be known by a document on the web"),
        said(
            "On: where the client id is an https URL, this server fetches the document there and holds the client to it. Nothing else about it needs to be registered."
        ),
    ),
    field!(
        "pkce",
        Part::Safety,
        Kind::Choice(PKCE),
        said("Who must use PKCE"),
        said("Public clients always must. The last choice is for certified legacy profiles."),
    ),
    field!(
        "deviceGrant",
        Part::Safety,
        Kind::Choice(DEVICE_GRANT),
        said("Who may ask through a device"),
        said(
            "Somebody vouches for a client that was registered with a credential, or that is verified. Codes of devices can be sent to people to trick them, so let in strangers only where nothing is at stake."
        ),
    ),
    field!(
        "authCodeMaxAttempts",
        Part::Safety,
        Kind::Count { min: 1, max: 1000 },
        said("Failed tries until an authorization code is dead"),
        said("Whoever presents a code with a wrong verifier may be guessing."),
    ),
    field!(
        "signatureAlgorithm",
        Part::Safety,
        Kind::Choice(ALGORITHMS),
        said("What access tokens are signed with"),
        said("A key for it is made when there is none. ID tokens are signed as each client registered."),
    ),
    field!(
        "authCodeExpiry",
        Part::Lives,
        Kind::Life,
        said("Authorization code"),
        said("The time between a person’s yes and the client’s request for tokens. Minutes are plenty."),
    ),
    field!(
        "userCodeExpiry",
        Part::Lives,
        Kind::Life,
        said("User code of a device"),
        said(
            "The time somebody has to type what a device shows: ten minutes at most for clients that are not verified."
        ),
    ),
    field!(
        "accessTokenExpiry",
        Part::Lives,
        Kind::Life,
        said("Access token"),
        said(
            "Servers that check tokens by their signature alone learn of a revocation only when the token ends."
        ),
    ),
    field!(
        "idTokenExpiry",
        Part::Lives,
        Kind::Life,
        said("ID token"),
        said("It says who signed in, and is read once."),
    ),
    field!(
        "refreshTokenExpiry",
        Part::Lives,
        Kind::Life,
        said("Refresh token"),
        said(
            "An app that nobody uses for so long must ask again. Clients that nobody registered get a day at most."
        ),
    ),
    field!(
        "refreshTokenRenewal",
        Part::Lives,
        Kind::Life,
        said("Renewal of a refresh token"),
        said(
            "A confidential client gets a new refresh token when less than this is left of its life. Public clients get a new one each time."
        ),
    ),
    field!(
        "scopes",
        Part::Values,
        Kind::Lines,
        said("Scope values of your resource servers"),
        said("One to a line, beside openid, profile, email and offline_access, which are always there."),
    ),
    field!(
        "allowedRedirectSchemes",
        Part::Values,
        Kind::Lines,
        said("Private-use schemes without a dot"),
        said(
            "One to a line, without the colon. Schemes with a dot, such as com.example.app, are let in anyway."
        ),
    ),
    field!(
        "journalRetention",
        Part::Records,
        Kind::Retention,
        said("How long the audit log is kept"),
        said("A day or more; 0 keeps it for ever."),
    ),
];

impl Part {
    pub const ALL: &'static [Self] =
        &[Self::Registration, Self::Safety, Self::Lives, Self::Values, Self::Records];

    pub const fn label(self) -> Said {
        match self {
            Self::Registration => said("Registration"),
            Self::Safety => said("Codes and signatures"),
            Self::Lives => said("How long things live"),
            Self::Values => said("Scopes and schemes"),
            Self::Records => said("Records"),
        }
    }

    /// The id of its section on the page.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Safety => "safety",
            Self::Lives => "lives",
            Self::Values => "values",
            Self::Records => "records",
        }
    }
}

impl Field {
    /// Beside it stands, hidden, the value that was shown.
    pub const fn was(&self) -> &'static str {
        self.beside.0
    }

    pub const fn unit(&self) -> &'static str {
        self.beside.1
    }

    pub fn is_checked(&self, filled: &Filled) -> bool {
        self.kind == Kind::Switch && !filled.text.is_empty()
    }

    /// Its value among these settings, in JSON.
    pub fn value(&self, provider: &OidcProvider) -> Value {
        settings::find(self.name).map_or(Value::Null, |setting| setting.value(provider))
    }

    /// A value of the wire as it stands in the field.
    pub fn filled(&self, value: &Value) -> Filled {
        let text = match (self.kind, value) {
            (Kind::Switch, Value::Bool(true)) => "true".to_owned(),
            (Kind::Switch, _) => String::new(),
            (Kind::Life | Kind::Retention, value) => return duration(value.as_u64().unwrap_or(0)),
            (Kind::Lines, Value::Array(items)) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
            }
            (_, Value::String(text)) => text.clone(),
            (_, value) => value.to_string(),
        };
        Filled { text, unit: String::new() }
    }

    /// What was typed, as a value of the wire; whether it can be one is not asked yet.
    pub fn typed(&self, filled: &Filled) -> Value {
        let text = filled.text.as_str();
        match self.kind {
            Kind::Switch => json!(!text.is_empty()),
            Kind::Count { .. } => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
            Kind::Retention if text == "0" => json!(0),
            Kind::Life | Kind::Retention => json!(format!("{text}{}", filled.unit)),
            Kind::Choice(_) => json!(text),
            Kind::Lines => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                Value::from(lines.collect::<Vec<_>>())
            }
        }
    }

    pub fn told(&self, value: &Value) -> Told {
        match (self.kind, value) {
            (Kind::Switch, Value::Bool(true)) => Told::On,
            (Kind::Switch, _) => Told::Off,
            (Kind::Retention, value) if value.as_u64() == Some(0) => Told::ForEver,
            (Kind::Life | Kind::Retention, value) => {
                Told::Span(Duration::from_millis(value.as_u64().unwrap_or(0)))
            }
            (Kind::Lines, Value::Array(items)) if items.is_empty() => Told::Nothing,
            (Kind::Lines, Value::Array(items)) => {
                Told::Text(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
            }
            (Kind::Choice(choices), Value::String(text)) => {
                let known = choices.iter().find(|(name, _)| name == text);
                known.map_or_else(|| Told::Text(text.clone()), |(_, label)| Told::Choice(*label))
            }
            (_, Value::String(text)) => Told::Text(text.clone()),
            (_, value) => Told::Text(value.to_string()),
        }
    }

    /// What one may type.
    pub fn rule(&self) -> Said {
        match self.kind {
            Kind::Switch | Kind::Choice(_) => said("This is none of the choices."),
            Kind::Count { .. } => said("A whole number from 1 to 1000 belongs here."),
            Kind::Life => said("A whole number belongs here, and all together it must be a second or more."),
            Kind::Retention => said("A day or more belongs here, or 0."),
            Kind::Lines if self.name == "scopes" => {
                said("One of these is no scope value: no spaces, quotes or backslashes.")
            }
            Kind::Lines => said(
                "Schemes belong here in lower case and without the colon, and none that does more than start one app, such as https or javascript.",
            ),
        }
    }
}

/// In the largest unit that says it exactly.
fn duration(millis: u64) -> Filled {
    let exact = UNITS.iter().find(|(_, size, _)| millis > 0 && millis.is_multiple_of(*size));
    let (unit, size) = exact.map_or(("d", 1), |(unit, size, _)| (*unit, *size));
    Filled { text: (millis / size).to_string(), unit: unit.to_owned() }
}

#[cfg(test)]
mod tests {
    use domain::jose::Algorithm;

    use super::*;

    #[test]
    fn every_setting_is_a_field_and_every_field_a_setting() {
        let mut settings: Vec<_> = settings::SETTINGS
            .iter()
            .map(|setting| setting.name.trim_start_matches("OidcProvider."))
            .collect();
        let mut fields: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        settings.sort_unstable();
        fields.sort_unstable();
        assert_eq!(settings, fields);
    }

    #[test]
    fn what_stands_in_a_field_is_the_value_that_it_was_filled_from() {
        let provider = OidcProvider {
            access_token_expiry: Duration::from_millis(1_500),
            journal_retention: Duration::ZERO,
            ..OidcProvider::default()
        };
        for field in FIELDS {
            let value = field.value(&provider);
            let typed = field.typed(&field.filled(&value));
            assert_eq!(settings::normal(field.name, &typed).as_ref(), Ok(&value), "{}", field.name);
        }
    }

    #[test]
    fn every_algorithm_can_be_chosen() {
        let known = ALGORITHMS.iter().filter(|(name, _)| Algorithm::parse_setting(name).is_some());
        assert_eq!(known.count(), 9);
    }
}
