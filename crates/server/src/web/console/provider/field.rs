//! A setting as a field of a form: what stands in it, what one may type, and how its value reads.

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
    pub beside: (&'static str, &'static str),
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

/// The units of durations, and how many milliseconds each has.
pub(super) const UNITS: &[(&str, u64, Said)] = &[
    ("d", 86_400_000, said("days")),
    ("h", 3_600_000, said("hours")),
    ("m", 60_000, said("minutes")),
    ("s", 1_000, said("seconds")),
    ("ms", 1, said("milliseconds")),
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
            Kind::Lines if self.name == "softwareStatementIssuers" => said(
                "Each issuer belongs on a line of its own, once, with a space and the https URL of its keys or its public keys as a JWK set after it.",
            ),
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
    use super::{super::table::FIELDS, *};

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
}
