//! The file: for each kind of object a list of objects, or one where there is one.

use std::fmt;

use serde_json::{Map, Value};

use crate::{
    failure::Failure,
    schema::{Change, KIND, Object, Schema},
    value::canonical,
};

/// One object as it should be.
#[derive(Clone, Debug)]
pub(super) struct Desired<'s> {
    pub(super) object: &'s Object,
    /// By what people know it; empty where there is one.
    pub(super) label: String,
    /// Only if the file says it.
    pub(super) id: Option<String>,
    /// In the form of the wire.
    pub(super) members: Map<String, Value>,
}

impl fmt::Display for Desired<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.label.as_str() {
            "" => write!(out, "{}", self.object.name()),
            label => write!(out, "{} {label}", self.object.name()),
        }
    }
}

/// Reads all that `text` wants; `name` is where it came from.
pub(super) fn read<'s>(text: &str, name: &str, schema: &'s Schema) -> Result<Vec<Desired<'s>>, Failure> {
    let kinds = super::super::values::object_of(text, name)?;
    let mut desired: Vec<Desired<'s>> = Vec::new();
    for (kind, value) in kinds {
        let object = schema.object(&kind)?;
        let list = match value {
            Value::Array(list) if !object.is_singleton => list,
            Value::Object(_) if object.is_singleton => vec![value],
            _ if object.is_singleton => return Err(Failure::unusable(kind, "must be an object")),
            _ => return Err(Failure::unusable(kind, "must be a list of objects")),
        };
        for each in list {
            let one = one(each, object, schema)?;
            let is_twice = |other: &Desired<'_>| {
                other.object.wire_name == object.wire_name && other.label == one.label && other.id == one.id
            };
            if desired.iter().any(is_twice) {
                return Err(Failure::unusable(one.to_string(), "is in the file twice"));
            }
            desired.push(one);
        }
    }
    Ok(desired)
}

fn one<'s>(value: Value, object: &'s Object, schema: &Schema) -> Result<Desired<'s>, Failure> {
    let name = object.name();
    let Value::Object(mut given) = value else {
        return Err(Failure::unusable(name, "must be an object with properties"));
    };
    let id = given.remove("id").and_then(|id| id.as_str().map(str::to_owned));
    let label = match &object.label {
        Some(label) if !object.is_singleton => {
            let text = given.get(label).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.ok_or_else(|| Failure::unusable(name, format!("each needs {label}, by which it is known")))?
                .to_owned()
        }
        Some(_) | None => String::new(),
    };
    let mut members = Map::new();
    for (property, value) in given {
        let place = format!("{name} {label}").trim_end().to_owned();
        if property == KIND {
            members.insert(property, value);
            continue;
        }
        let (right, field) = object.field(&property).map_err(|failure| match failure {
            Failure::Unusable(why) => Failure::Unusable(format!("{place}: {why}")),
            other => other,
        })?;
        if field.change == Change::ByServer {
            return Err(Failure::unusable(
                place,
                format!("{right} is set by the server alone; take it out of the file"),
            ));
        }
        members.insert(right.to_owned(), canonical(schema, &field.kind, &value));
    }
    Ok(Desired { object, label, id, members })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::sample;

    #[test]
    fn a_file_names_kinds_objects_and_properties_that_exist() {
        let schema = sample();
        let text = r#"{"App": [{"name": "a", "life": "1h"}], "Server": {"isStrict": true}}"#;
        let names: Vec<_> = read(text, "f", &schema).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["App a", "Server"]);
        for bad in [
            "[]",
            "{",
            r#"{"Window": []}"#,
            r#"{"App": {}}"#,
            r#"{"App": [7]}"#,
            r#"{"App": [{}]}"#,
            r#"{"App": [{"name": ""}]}"#,
            r#"{"App": [{"name": "a"}, {"name": "a"}]}"#,
            r#"{"App": [{"name": "a", "createdAt": "2026-01-01T00:00:00Z"}]}"#,
            r#"{"App": [{"name": "a", "colur": "red"}]}"#,
            r#"{"Server": []}"#,
        ] {
            assert!(matches!(read(bad, "f", &schema), Err(Failure::Unusable(_))), "{bad}");
        }
    }
}
