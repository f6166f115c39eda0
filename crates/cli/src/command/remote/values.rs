//! The values that `create` and `update` were given.

use std::{
    fs,
    io::{self, Read},
};

use serde_json::{Map, Value};

use crate::{
    args::Values,
    failure::Failure,
    schema::{Change, FieldType, KIND, Object, Schema},
    value::{self, Typed},
};

/// What the values are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Create,
    Update,
}

/// The members of the object, or of the patch, in the form of the wire.
pub(super) fn read(
    values: &Values,
    object: &Object,
    typed: &Typed<'_>,
    act: Act,
) -> Result<Map<String, Value>, Failure> {
    let mut members = match &values.json {
        Some(source) => object_of(&text_of(source)?, "--json")?,
        None => Map::new(),
    };
    check(&members, object, act)?;
    for (name, value) in &mut members {
        if let Some(field) = object.fields.get(name) {
            *value = value::canonical(typed.schema, &field.kind, value);
        }
    }
    for field in &values.fields {
        let (name, text) =
            field.split_once('=').ok_or_else(|| Failure::unusable(field, "is written NAME=VALUE"))?;
        let (name, value) = one(name, text, object, typed, act)?;
        members.insert(name, value);
    }
    if members.is_empty() && act == Act::Update {
        return Err(Failure::unusable("--field", "say what to change, as --field NAME=VALUE or --json"));
    }
    Ok(members)
}

/// The text of `--json`: itself, a file or standard input.
pub(super) fn text_of(source: &str) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::unusable(source, error);
    match source.strip_prefix('@') {
        Some(file) => fs::read_to_string(file).map_err(failed),
        None if source == "-" => {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text).map_err(failed)?;
            Ok(text)
        }
        None => Ok(source.to_owned()),
    }
}

/// `text` as a JSON object; `name` is where it came from.
pub(super) fn object_of(text: &str, name: &str) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Failure::unusable(name, "must be a JSON object")),
        Err(error) => Err(Failure::unusable(name, format!("must be a JSON object: {error}"))),
    }
}

fn one(
    name: &str,
    text: &str,
    object: &Object,
    typed: &Typed<'_>,
    act: Act,
) -> Result<(String, Value), Failure> {
    // `redirectUris/https:~1~1a=true` changes one element of a set and leaves the others.
    if let Some((first, element)) = name.split_once('/').filter(|_| act == Act::Update) {
        let (first, field) = object.field(first)?;
        settable(first, field.change, act)?;
        let value = match &field.kind {
            FieldType::Map(class) if !text.is_empty() => typed.read(&class.0, text),
            FieldType::Set(_) => {
                typed.read(&FieldType::Boolean, if text.is_empty() { "false" } else { text })
            }
            _ if text.is_empty() => Ok(Value::Null),
            _ => typed.read(&FieldType::Other, text),
        };
        let value = value.map_err(|why| Failure::unusable(name, why))?;
        return Ok((format!("{first}/{element}"), value));
    }
    let (name, field) = object.field(name)?;
    settable(name, field.change, act)?;
    let value = typed.field(field, text).map_err(|why| Failure::unusable(name, why))?;
    Ok((name.to_owned(), value))
}

fn check(members: &Map<String, Value>, object: &Object, act: Act) -> Result<(), Failure> {
    for name in members.keys().filter(|name| *name != KIND) {
        let first = name.split('/').next().unwrap_or(name);
        let (right, field) = object.field(first)?;
        if right != first {
            return Err(Failure::unusable(first, format!("is spelled {right}")));
        }
        settable(right, field.change, act)?;
    }
    Ok(())
}

fn settable(name: &str, change: Change, act: Act) -> Result<(), Failure> {
    match (change, act) {
        (Change::ByServer, _) => Err(Failure::unusable(name, "is set by the server alone")),
        (Change::Once, Act::Update) => {
            Err(Failure::unusable(name, "cannot be changed once the object exists"))
        }
        (Change::Once, Act::Create) | (Change::Always, _) => Ok(()),
    }
}

/// The schema is at hand wherever values are read.
pub(super) fn typed(schema: &Schema) -> Typed<'_> {
    Typed { schema, now: crate::remote::now() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::tests::sample;

    fn given(fields: &[&str], json: Option<&str>, act: Act) -> Result<Value, Failure> {
        let schema = sample();
        let values = Values {
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            json: json.map(str::to_owned),
            print: None,
        };
        read(&values, schema.object("App").unwrap(), &typed(&schema), act).map(Value::Object)
    }

    #[test]
    fn fields_win_over_json_and_both_are_read_by_the_schema() {
        let read = given(&["is-open=false"], Some(r#"{"isOpen": true, "life": "1h"}"#), Act::Update).unwrap();
        assert_eq!(read, json!({"isOpen": false, "life": 3_600_000}));
    }

    #[test]
    fn one_element_of_a_set_is_added_or_taken_away() {
        let read = given(&["addresses/https:~1~1a=true", "addresses/b="], None, Act::Update).unwrap();
        assert_eq!(read, json!({"addresses/https:~1~1a": true, "addresses/b": false}));
    }

    #[test]
    fn what_only_the_server_sets_or_nobody_changes_is_refused_by_its_name() {
        assert!(given(&["createdAt=2026-01-01"], None, Act::Create).is_err());
        assert!(given(&["name=x"], None, Act::Update).is_err());
        assert!(given(&["name=x"], None, Act::Create).is_ok());
        assert!(given(&[], Some(r#"{"createdAt": "x"}"#), Act::Create).is_err());
    }

    #[test]
    fn an_update_of_nothing_and_json_of_another_shape_are_refused() {
        assert!(given(&[], None, Act::Update).is_err());
        assert!(given(&["name"], None, Act::Create).is_err());
        for bad in ["[]", "{", "7"] {
            assert!(given(&[], Some(bad), Act::Create).is_err(), "{bad}");
        }
    }
}
