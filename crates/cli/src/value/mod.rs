//! Values: what a person types, what the wire carries, what a table shows.

pub(crate) mod references;
mod shown;
mod typed;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(crate) use shown::shown;
pub(crate) use typed::{Typed, instant, millis};

use crate::schema::{Field, FieldType, KIND, Schema};

/// What stands for a secret that is set. Sent back it means "unchanged".
pub(crate) const MASK: &str = "****";

/// The one form of `value` on the wire: sets and lists as objects, time spans in milliseconds, moments in UTC, nothing that says nothing.
/// What has another shape than its type is left as it is, for the server to judge.
pub(crate) fn canonical(schema: &Schema, kind: &FieldType, value: &Value) -> Value {
    match (kind, value) {
        (FieldType::Duration, Value::String(text)) => millis(text).map_or_else(|| value.clone(), Value::from),
        (FieldType::DateTime, Value::String(text)) => {
            instant(text).map_or_else(|| value.clone(), |moment| Value::from(moment.to_string()))
        }
        (FieldType::Set(class), Value::Array(items)) => {
            let elements = items.iter().filter_map(|item| match canonical(schema, &class.0, item) {
                Value::String(text) => Some(text),
                Value::Null => None,
                other => Some(other.to_string()),
            });
            Value::Object(elements.map(|element| (element, Value::Bool(true))).collect())
        }
        (FieldType::Set(_), Value::Object(members)) => {
            let present =
                members.iter().filter(|(_, is_in)| !matches!(is_in, Value::Bool(false) | Value::Null));
            Value::Object(present.map(|(name, is_in)| (name.clone(), is_in.clone())).collect())
        }
        (FieldType::Map(class), Value::Object(members)) => Value::Object(
            members.iter().map(|(name, value)| (name.clone(), canonical(schema, &class.0, value))).collect(),
        ),
        (FieldType::List(name), Value::Array(items)) => {
            let item = FieldType::Object(name.clone());
            let numbered = items.iter().enumerate();
            Value::Object(
                numbered.map(|(at, value)| (at.to_string(), canonical(schema, &item, value))).collect(),
            )
        }
        (FieldType::List(name), Value::Object(members)) => {
            let item = FieldType::Object(name.clone());
            Value::Object(
                members.iter().map(|(at, value)| (at.clone(), canonical(schema, &item, value))).collect(),
            )
        }
        (FieldType::Object(name), Value::Object(members)) => {
            let kind = members.get(KIND).and_then(Value::as_str);
            object(schema, schema.fields_of(name, kind), members)
        }
        _ => value.clone(),
    }
}

fn object(schema: &Schema, fields: Option<&BTreeMap<String, Field>>, members: &Map<String, Value>) -> Value {
    let field = |name: &String| fields.and_then(|fields| fields.get(name));
    let told = members.iter().filter(|(_, value)| !value.is_null());
    let canonical = |name: &String, value: &Value| match field(name) {
        Some(field) => canonical(schema, &field.kind, value),
        None => value.clone(),
    };
    Value::Object(told.map(|(name, value)| (name.clone(), canonical(name, value))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::tests::sample;

    fn of(field: &str, value: &Value) -> Value {
        let schema = sample();
        let (_, field) = schema.object("App").unwrap().field(field).unwrap();
        canonical(&schema, &field.kind, value)
    }

    #[test]
    fn a_set_is_an_object_of_what_is_in_it() {
        assert_eq!(of("addresses", &json!(["a", "b"])), json!({"a": true, "b": true}));
        assert_eq!(of("addresses", &json!({"a": true, "b": false, "c": null})), json!({"a": true}));
    }

    #[test]
    fn times_are_told_in_one_way() {
        assert_eq!(of("life", &json!("2h")), json!(7_200_000));
        assert_eq!(of("endsAt", &json!("2026-08-21T12:00:00+02:00")), json!("2026-08-21T10:00:00Z"));
    }

    #[test]
    fn a_list_is_numbered_and_its_objects_are_read_by_their_own_types() {
        assert_eq!(of("steps", &json!([{"after": "1m", "x": null}])), json!({"0": {"after": 60_000}}));
    }

    #[test]
    fn what_has_another_shape_is_left_for_the_server_to_judge() {
        for (field, value) in
            [("life", json!("soon")), ("addresses", json!(7)), ("steps", json!("x")), ("endsAt", json!("x"))]
        {
            assert_eq!(of(field, &value), value);
        }
    }
}
