//! What a person types for a field, read by the type of the field.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::schema::{Field, FieldType, Schema};

/// Reads typed text by the schema, at `now`.
#[derive(Debug)]
pub(crate) struct Typed<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) now: Timestamp,
}

impl Typed<'_> {
    /// The value of `field` that `text` means; nothing at all unsets what may be unset. The error says what is expected.
    pub(crate) fn field(&self, field: &Field, text: &str) -> Result<Value, String> {
        if text.is_empty() && field.is_nullable {
            return Ok(Value::Null);
        }
        self.read(&field.kind, text)
    }

    pub(crate) fn read(&self, kind: &FieldType, text: &str) -> Result<Value, String> {
        match kind {
            FieldType::Text | FieldType::Secret if text.starts_with('{') && kind == &FieldType::Secret => {
                json_of(text)
            }
            FieldType::Text | FieldType::Secret | FieldType::Reference(_) => Ok(json!(text)),
            FieldType::Boolean => match text {
                "true" => Ok(json!(true)),
                "false" => Ok(json!(false)),
                _ => Err("must be true or false".to_owned()),
            },
            FieldType::Integer => number(text).ok_or_else(|| "must be a whole number".to_owned()),
            FieldType::Float => text
                .parse::<f64>()
                .ok()
                .map(|number| json!(number))
                .ok_or_else(|| "must be a number".to_owned()),
            FieldType::Duration => millis(text)
                .map(|span| json!(span))
                .ok_or_else(|| "must be a time span such as 90s, 10m, 1h or 30d".to_owned()),
            FieldType::DateTime => self.moment(text),
            FieldType::Enum(name) => Self::one_of(self.schema.enum_values(name), text),
            FieldType::Set(class) if text.starts_with(['{', '[']) => json_of(text)
                .map(|value| super::canonical(self.schema, &FieldType::Set(class.clone()), &value)),
            FieldType::Set(class) => self.set(&class.0, text),
            FieldType::Object(_) | FieldType::List(_) | FieldType::Map(_) => {
                json_of(text).map(|value| super::canonical(self.schema, kind, &value))
            }
            FieldType::Other => Ok(serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
        }
    }

    /// `a,b`
    fn set(&self, class: &FieldType, text: &str) -> Result<Value, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        let elements = items.map(|item| match self.read(class, item)? {
            Value::String(text) => Ok(text),
            other => Ok(other.to_string()),
        });
        let elements = elements.collect::<Result<Vec<_>, String>>()?;
        Ok(Value::Object(elements.into_iter().map(|element| (element, json!(true))).collect()))
    }

    /// A moment, or how long from now it is.
    fn moment(&self, text: &str) -> Result<Value, String> {
        let later = || {
            let span = i64::try_from(millis(text)?).ok()?;
            let moment = Timestamp::from_millisecond(self.now.as_millisecond().checked_add(span)?).ok()?;
            Timestamp::from_second(moment.as_second()).ok()
        };
        let moment = instant(text).or_else(later);
        moment.map(|moment| json!(moment.to_string())).ok_or_else(|| {
            "must be a moment such as 2027-01-01T00:00:00Z, or a time span from now such as 30d".to_owned()
        })
    }

    fn one_of(known: &[String], text: &str) -> Result<Value, String> {
        let found = known.iter().find(|value| value.eq_ignore_ascii_case(text));
        match found {
            Some(value) => Ok(json!(value)),
            None if known.is_empty() => Ok(json!(text)),
            None => Err(format!("must be one of {}", known.join(", "))),
        }
    }
}

/// Milliseconds of `1500`, `90s`, `10m`, `1h` or `30d`.
pub(crate) fn millis(text: &str) -> Option<u64> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor = match unit {
        "" | "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// A moment of RFC 3339, or the beginning of a day in UTC.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let day = || format!("{text}T00:00:00Z").parse().ok();
    text.parse().ok().or_else(day)
}

fn number(text: &str) -> Option<Value> {
    let negative = || text.parse::<i64>().ok().map(|number| json!(number));
    text.parse::<u64>().ok().map(|number| json!(number)).or_else(negative)
}

fn json_of(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("must be JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::sample;

    fn typed(field: &str, text: &str) -> Result<Value, String> {
        let schema = sample();
        let (_, field) = schema.object("App").unwrap().field(field).unwrap();
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        Typed { schema: &schema, now }.field(field, text)
    }

    #[test]
    fn every_type_is_typed_as_people_write_it() {
        for (field, text, value) in [
            ("note", "true", json!("true")),
            ("isOpen", "false", json!(false)),
            ("life", "1h", json!(3_600_000)),
            ("life", "1500", json!(1500)),
            ("colour", "BLUE", json!("blue")),
            ("addresses", "https://a/,https://b/", json!({"https://a/": true, "https://b/": true})),
            ("addresses", r#"["a,b"]"#, json!({"a,b": true})),
            ("addresses", "", json!({})),
            ("endsAt", "2027-01-01", json!("2027-01-01T00:00:00Z")),
            ("endsAt", "1d", json!("2026-09-22T14:13:20Z")),
            ("steps", r#"[{"after": "1s"}]"#, json!({"0": {"after": 1000}})),
            ("secret", r#"{"@type": "Generate"}"#, json!({"@type": "Generate"})),
        ] {
            assert_eq!(typed(field, text), Ok(value), "{field}={text}");
        }
    }

    #[test]
    fn nothing_unsets_what_may_be_unset() {
        assert_eq!(typed("note", ""), Ok(Value::Null));
        assert_eq!(typed("name", ""), Ok(json!("")));
    }

    #[test]
    fn what_does_not_fit_the_type_is_answered_with_what_does() {
        for (field, text, word) in [
            ("isOpen", "yes", "true or false"),
            ("life", "soon", "30d"),
            ("colour", "green", "red, blue"),
            ("endsAt", "tomorrow", "2027-01-01T00:00:00Z"),
            ("steps", "[", "JSON"),
        ] {
            assert!(typed(field, text).unwrap_err().contains(word), "{field}={text}");
        }
    }

    #[test]
    fn spans_that_overflow_are_none() {
        assert_eq!(millis("99999999999999999999d"), None);
        assert_eq!(millis("999999999999999999d"), None);
    }
}
