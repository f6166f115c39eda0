//! The JSON forms of values: read in every form that is accepted, kept and shown in one.

use domain::{id::Id as OwnId, time::Timestamp};
use jmap::creation::{CreatedIds, IdReference};
use serde_json::{Map, Value};

use super::{Choice, Element, Fault, Number, Part, Presence, Property, TextFormat, Type, Union, Update};
use crate::admin::settings::read_duration;

/// What stands for a secret that is set.
pub const MASK: &str = "****";

/// The member that tells the variants of a union apart.
const TYPE: &str = "@type";

/// More elements than this are no set that anybody meant.
const MAX_ELEMENTS: usize = 1_000;

/// The longest text of a set, in characters.
const MAX_TEXT: usize = 2_048;

/// A moment as it is shown: RFC 3339 in UTC, with a fraction of a second only if there is one.
pub fn moment(at: Timestamp) -> Value {
    jiff::Timestamp::from_millisecond(at.millis()).map_or(Value::Null, |moment| moment.to_string().into())
}

pub fn opt_moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, moment)
}

/// A set as it is shown.
pub fn set<S: Into<String>>(elements: impl IntoIterator<Item = S>) -> Value {
    Value::Object(elements.into_iter().map(|element| (element.into(), Value::Bool(true))).collect())
}

/// A variant of a union.
pub fn variant<const N: usize>(name: &str, members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Value::Object([(TYPE.to_owned(), name.into())].into_iter().chain(members).collect())
}

/// A part whose members are numbers or `null`.
pub fn part<const N: usize>(members: [(&str, Option<u32>); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, number)| (name.to_owned(), number.into())).collect())
}

/// The name of the variant that a union's value is.
pub fn variant_name(value: &Value) -> &str {
    value.get(TYPE).and_then(Value::as_str).unwrap_or_default()
}

/// The elements of a set in its one form.
pub fn elements(value: &Value) -> impl Iterator<Item = &str> {
    value.as_object().into_iter().flatten().map(|(element, _)| element.as_str())
}

/// The moment that a text in RFC 3339 names.
pub fn read_moment(value: &Value) -> Option<Timestamp> {
    let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
    Some(Timestamp::from_millis(moment.as_millisecond()))
}

/// A value in its one form. Ids of what was created in the same request are put in the place of `#name`.
pub fn read(kind: &Type, value: Value, created: &CreatedIds) -> Result<Value, Fault> {
    match kind {
        Type::Text { format, min, max } => text(value, *format, *min, *max),
        Type::Secret { min, max } => secret(value, *min, *max),
        Type::Number { format, min, max } => number(&value, *format, *min, *max),
        Type::Moment => match read_moment(&value) {
            Some(at) => Ok(moment(at)),
            None if value.is_string() => Err(invalid(value, "must be a moment such as 2026-08-21T10:00:00Z")),
            None => Err(Fault::Type("a moment such as \"2026-08-21T10:00:00Z\"")),
        },
        Type::Boolean if value.is_boolean() => Ok(value),
        Type::Boolean => Err(Fault::Type("true or false")),
        Type::Choice(choice) => {
            let name = value.as_str().ok_or(Fault::Type("a string"))?;
            Ok(named(choice, name)?.into())
        }
        Type::Reference(_) => {
            let id = value.as_str().ok_or(Fault::Type("an id"))?;
            resolve(id, created).map(Value::from)
        }
        Type::Union(union) => read_union(union, value, created),
        Type::Part(part) => read_part(part, value, created),
        Type::Set(element) => read_set(*element, value, created),
        Type::Json => Ok(value),
    }
}

fn invalid(value: Value, why: impl Into<String>) -> Fault {
    Fault::Invalid { value, why: why.into() }
}

fn text(value: Value, format: TextFormat, min: usize, max: usize) -> Result<Value, Fault> {
    let Value::String(text) = value else { return Err(Fault::Type("a string")) };
    let text = match format {
        TextFormat::Plain => text.trim().to_owned(),
        _ => text,
    };
    check_length(&text, min, max)?;
    check_text(&text, format)?;
    Ok(text.into())
}

fn secret(value: Value, min: usize, max: usize) -> Result<Value, Fault> {
    match &value {
        Value::String(text) if text == MASK => Ok(value),
        Value::String(text) => {
            check_length(text, min, max)?;
            Ok(value)
        }
        Value::Object(members) if members.len() == 1 && variant_name(&value) == "Generate" => Ok(value),
        _ => Err(Fault::Type("a string, or {\"@type\":\"Generate\"}")),
    }
}

fn number(value: &Value, format: Number, min: i64, max: i64) -> Result<Value, Fault> {
    let number = match format {
        Number::Unsigned => value.as_i64().ok_or(Fault::Type("a whole number"))?,
        Number::Duration => match value {
            Value::Number(number) => number.as_i64().ok_or(Fault::Type("a whole number of milliseconds"))?,
            Value::String(_) => {
                let span = read_duration(value).map_err(|why| invalid(value.clone(), why))?;
                i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
            }
            _ => return Err(Fault::Type("a whole number of milliseconds, or text such as \"1h\"")),
        },
    };
    if number < min {
        return Err(Fault::MinValue(min));
    }
    if number > max { Err(Fault::MaxValue(max)) } else { Ok(number.into()) }
}

fn named(choice: &Choice, name: &str) -> Result<&'static str, Fault> {
    (choice.parse)(name).ok_or_else(|| {
        let names: Vec<_> = (choice.names)().into_iter().map(|(name, _)| name).collect();
        invalid(name.into(), format!("must be one of {}", names.join(", ")))
    })
}

/// What is no id of ours refers to nothing: it must not pass for no reference at all.
fn resolve(id: &str, created: &CreatedIds) -> Result<String, Fault> {
    let reference = IdReference::parse(id).map_err(|_| invalid(id.into(), "must be an id"))?;
    let found = created.resolve(&reference).map(ToString::to_string);
    found.filter(|found| OwnId::parse(found).is_some()).ok_or_else(|| Fault::Nothing(id.to_owned()))
}

/// `{"a":true,"b":false}` or `["a"]`, shown as `{"a":true}`.
fn read_set(element: Element, value: Value, created: &CreatedIds) -> Result<Value, Fault> {
    const KIND: Fault = Fault::Type("a set such as {\"a\":true}, or an array of strings");
    let names: Vec<String> = match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| if let Value::String(text) = item { Ok(text) } else { Err(KIND) })
            .collect::<Result<_, _>>()?,
        Value::Object(members) => {
            let member = |(name, is_in): (String, Value)| match is_in {
                Value::Bool(true) => Some(Ok(name)),
                Value::Bool(false) | Value::Null => None,
                _ => Some(Err(KIND)),
            };
            members.into_iter().filter_map(member).collect::<Result<_, _>>()?
        }
        _ => return Err(KIND),
    };
    if names.len() > MAX_ELEMENTS {
        return Err(Fault::MaxLength(MAX_ELEMENTS));
    }
    let one = |name: String| match element {
        Element::Text(format) => {
            check_length(&name, 1, MAX_TEXT)?;
            check_text(&name, format).map(|()| name)
        }
        Element::Choice(choice) => named(choice, &name).map(str::to_owned),
        Element::Reference(_) => resolve(&name, created),
    };
    Ok(set(names.into_iter().map(one).collect::<Result<Vec<_>, _>>()?))
}

fn read_union(union: &Union, value: Value, created: &CreatedIds) -> Result<Value, Fault> {
    let Value::Object(mut members) = value else { return Err(Fault::Type("an object with @type")) };
    let Some(Value::String(name)) = members.remove(TYPE) else {
        return Err(Fault::Type("an object with @type"));
    };
    let Some(variant) = union.variants.iter().find(|variant| variant.name == name) else {
        let names: Vec<_> = union.variants.iter().map(|variant| variant.name).collect();
        return Err(invalid(name.into(), format!("must have an @type of {}", names.join(", "))));
    };
    let mut read_members = Map::from_iter([(TYPE.to_owned(), name.into())]);
    for property in variant.properties {
        let sent = members.remove(property.name).filter(|value| !value.is_null());
        if let Some(value) = member(property, sent, created)? {
            read_members.insert(property.name.to_owned(), value);
        }
    }
    match members.into_iter().next() {
        None => Ok(Value::Object(read_members)),
        Some((name, value)) if value.is_null() || name == TYPE => Ok(Value::Object(read_members)),
        Some((name, _)) => {
            let name: String = name.chars().take(100).collect();
            Err(invalid(Value::Null, format!("has no member {name} in the variant {}", variant.name)))
        }
    }
}

fn read_part(part: &Part, value: Value, created: &CreatedIds) -> Result<Value, Fault> {
    let Value::Object(mut members) = value else { return Err(Fault::Type("an object")) };
    let mut read_members = Map::new();
    for property in part.properties {
        let sent = members.remove(property.name).filter(|value| !value.is_null());
        let value = member(property, sent, created)?.unwrap_or(Value::Null);
        read_members.insert(property.name.to_owned(), value);
    }
    match members.into_iter().next() {
        None => Ok(Value::Object(read_members)),
        Some((name, _)) => {
            let name: String = name.chars().take(100).collect();
            Err(invalid(Value::Null, format!("has no member {name}")))
        }
    }
}

fn member(property: &Property, sent: Option<Value>, created: &CreatedIds) -> Result<Option<Value>, Fault> {
    match (sent, property.presence) {
        (Some(_), _) if property.update == Update::ServerSet => Err(Fault::ReadOnly),
        (Some(value), _) => read(&property.kind, value, created).map(Some),
        (None, Presence::Default(default)) => Ok(Some(default())),
        (None, Presence::Optional) => Ok(None),
        (None, Presence::Required) => {
            Err(invalid(Value::Null, format!("needs the member {}", property.name)))
        }
    }
}

fn check_length(text: &str, min: usize, max: usize) -> Result<(), Fault> {
    let length = text.chars().count();
    if length < min {
        return Err(Fault::MinLength(min));
    }
    if length > max { Err(Fault::MaxLength(max)) } else { Ok(()) }
}

/// What can be said of a text without knowing what it is for.
fn check_text(text: &str, format: TextFormat) -> Result<(), Fault> {
    let refuse = |why: &str| Err(invalid(text.chars().take(200).collect::<String>().into(), why));
    if text.chars().any(char::is_control) {
        return refuse("must have no control characters");
    }
    match format {
        TextFormat::Plain => Ok(()),
        TextFormat::Email => {
            let is_address = text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && !domain.is_empty()
                    && !domain.contains('@')
                    && !text.contains(char::is_whitespace)
            });
            if is_address { Ok(()) } else { refuse("must be an e-mail address") }
        }
        TextFormat::Uri => match url::Url::parse(text) {
            Ok(_) => Ok(()),
            Err(_) => refuse("must be an absolute URI"),
        },
        TextFormat::Logo => {
            let is_logo = url::Url::parse(text).is_ok_and(|url| match url.scheme() {
                "https" => url.has_host(),
                "data" => ["image/png", "image/jpeg", "image/gif", "image/webp"].iter().any(|kind| {
                    url.path().strip_prefix(kind).is_some_and(|rest| rest.starts_with([';', ',']))
                }),
                _ => false,
            });
            if is_logo {
                Ok(())
            } else {
                refuse("must be an https URL, or a data URL of a PNG, JPEG, GIF or WebP image")
            }
        }
        TextFormat::Network => {
            let is_network = text.parse::<ipnet::IpNet>().is_ok() || text.parse::<std::net::IpAddr>().is_ok();
            if is_network { Ok(()) } else { refuse("must be an address or a network such as 203.0.113.0/24") }
        }
        TextFormat::Locale => {
            let is_tag = text.split(['-', '_']).all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            if is_tag { Ok(()) } else { refuse("must be a language tag such as en or pt-BR") }
        }
        TextFormat::TimeZone => {
            let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
            if is_name { Ok(()) } else { refuse("must be the name of a time zone such as Europe/Berlin") }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(kind: &Type, value: Value) -> Result<Value, Fault> {
        super::read(kind, value, &CreatedIds::default())
    }

    #[test]
    fn a_set_is_read_in_both_forms_and_shown_in_one() {
        let kind = Type::texts(TextFormat::Plain);
        assert_eq!(read(&kind, json!(["b", "a", "a"])), Ok(json!({ "a": true, "b": true })));
        assert_eq!(read(&kind, json!({ "a": true, "b": false, "c": null })), Ok(json!({ "a": true })));
        for other in [json!("a"), json!({ "a": 1 }), json!([1])] {
            assert!(matches!(read(&kind, other), Err(Fault::Type(_))));
        }
    }

    #[test]
    fn durations_are_milliseconds_or_text() {
        assert_eq!(read(&Type::duration(), json!("1h")), Ok(json!(3_600_000)));
        assert_eq!(read(&Type::duration(), json!(5000)), Ok(json!(5000)));
        assert_eq!(read(&Type::duration(), json!(0)), Err(Fault::MinValue(1000)));
        assert!(matches!(read(&Type::duration(), json!("soon")), Err(Fault::Invalid { .. })));
    }

    #[test]
    fn moments_are_shown_in_z_whatever_their_offset_was() {
        assert_eq!(
            read(&Type::Moment, json!("2026-08-21T12:00:00+02:00")),
            Ok(json!("2026-08-21T10:00:00Z"))
        );
        assert!(matches!(read(&Type::Moment, json!("2026-08-21")), Err(Fault::Invalid { .. })));
        assert!(matches!(read(&Type::Moment, json!(1_780_000_000)), Err(Fault::Type(_))));
    }

    #[test]
    fn a_reference_to_nothing_created_names_what_is_missing() {
        assert_eq!(read(&Type::Reference("Role"), json!("#r")), Err(Fault::Nothing("#r".to_owned())));
        assert_eq!(read(&Type::Reference("Role"), json!("abc")), Err(Fault::Nothing("abc".to_owned())));
        let id = json!("01k8475mfi0012hfoj85q7ool3");
        assert_eq!(read(&Type::Reference("Role"), id.clone()), Ok(id));
    }

    #[test]
    fn pictures_that_can_carry_a_script_are_no_logo() {
        let kind = Type::Text { format: TextFormat::Logo, min: 1, max: 1000 };
        for good in ["https://a.example/logo.svg", "data:image/png;base64,AAAA"] {
            assert!(read(&kind, json!(good)).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example/x",
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            "data:text/html,x",
            "data:image/pngx,",
        ] {
            assert!(read(&kind, json!(bad)).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_itself(names in prop::collection::vec("[a-z~/ ]{1,8}", 0..6), millis in 1..MAX) {
            let shown = set(names);
            prop_assert_eq!(read(&Type::texts(TextFormat::Plain), shown.clone()), Ok(shown));
            let shown = moment(Timestamp::from_millis(millis));
            prop_assert_eq!(read(&Type::Moment, shown.clone()), Ok(shown));
        }
    }

    /// The year 9999.
    const MAX: i64 = 253_402_300_799_999;
}
