//! Where in a value other objects are named.

use serde_json::{Map, Value};

use crate::schema::{FieldType, KIND, Schema};

/// `value` with every reference in it replaced by what `rename` says for the wire name of its kind and its text.
pub(crate) fn rename<E>(
    schema: &Schema,
    kind: &FieldType,
    value: &Value,
    rename: &mut dyn FnMut(&str, &str) -> Result<String, E>,
) -> Result<Value, E> {
    match (kind, value) {
        (FieldType::Reference(of), Value::String(text)) => Ok(Value::String(rename(of, text)?)),
        (FieldType::Set(class), Value::Object(members)) => {
            let FieldType::Reference(of) = &*class.0 else {
                return Ok(value.clone());
            };
            let renamed = members.iter().map(|(name, is_in)| Ok((rename(of, name)?, is_in.clone())));
            renamed.collect::<Result<Map<_, _>, E>>().map(Value::Object)
        }
        (FieldType::List(name), Value::Object(members)) => {
            let item = FieldType::Object(name.clone());
            let mut renamed = Map::new();
            for (at, value) in members {
                renamed.insert(at.clone(), self::rename(schema, &item, value, rename)?);
            }
            Ok(Value::Object(renamed))
        }
        (FieldType::Object(name), Value::Object(members)) => {
            let fields = schema.fields_of(name, members.get(KIND).and_then(Value::as_str));
            let mut renamed = Map::new();
            for (name, value) in members {
                let field = fields.and_then(|fields| fields.get(name));
                let value = match field {
                    Some(field) => self::rename(schema, &field.kind, value, rename)?,
                    None => value.clone(),
                };
                renamed.insert(name.clone(), value);
            }
            Ok(Value::Object(renamed))
        }
        _ => Ok(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::tests::sample;

    #[test]
    fn references_are_renamed_wherever_they_are_and_nothing_else_is() {
        let schema = sample();
        let app = schema.object("App").unwrap();
        let of = |field: &str, value: &Value| {
            let kind = &app.fields[field].kind;
            rename::<()>(&schema, kind, value, &mut |of, text| Ok(format!("{of}:{text}"))).unwrap()
        };
        assert_eq!(of("roomId", &json!("r1")), json!("x:Room:r1"));
        assert_eq!(of("friendIds", &json!({"a": true})), json!({"x:App:a": true}));
        assert_eq!(of("addresses", &json!({"a": true})), json!({"a": true}));
        assert_eq!(of("steps", &json!({"0": {"after": 1}})), json!({"0": {"after": 1}}));
        assert_eq!(of("roomId", &json!(null)), json!(null));
    }
}
