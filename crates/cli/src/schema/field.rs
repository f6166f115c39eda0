//! One field of an object, and its type.

use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) description: String,
    pub(crate) kind: FieldType,
    pub(crate) is_nullable: bool,
    pub(crate) change: Change,
    pub(crate) default: Option<Value>,
}

/// Who may set a field, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Always,
    /// When the object is created.
    Once,
    ByServer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    Secret,
    Boolean,
    Integer,
    Float,
    /// Milliseconds.
    Duration,
    DateTime,
    Enum(String),
    /// A reference to an object of this wire name.
    Reference(String),
    /// An object of this schema.
    Object(String),
    /// A list of objects of this schema.
    List(String),
    Set(Class),
    Map(Class),
    /// Whatever it is, it is written as JSON.
    Other,
}

/// What the elements of a set are, or the values of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class(pub(crate) Box<FieldType>);

impl Field {
    /// One of the values of an enum, chosen when the object is created.
    pub(super) fn choice(enum_name: String) -> Self {
        Self {
            description: "Which kind it is".to_owned(),
            kind: FieldType::Enum(enum_name),
            is_nullable: false,
            change: Change::Once,
            default: None,
        }
    }

    pub(super) fn read(about: &Value, default: Option<Value>) -> Self {
        let kind = about.get("type").unwrap_or(&Value::Null);
        // The type may stand among the members of the field or be an object of its own.
        let kind = if kind.is_object() { kind } else { about };
        Self {
            description: about.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
            kind: FieldType::read(kind),
            is_nullable: flag(kind, "nullable") || flag(about, "nullable"),
            change: match about.get("update").and_then(Value::as_str) {
                Some("immutable") => Change::Once,
                Some("serverSet") => Change::ByServer,
                _ => Change::Always,
            },
            default,
        }
    }
}

impl FieldType {
    fn read(kind: &Value) -> Self {
        let text = |member: &str| kind.get(member).and_then(Value::as_str);
        let name = || text("objectName").or_else(|| text("schemaName")).unwrap_or_default().to_owned();
        let class = |member: &str| {
            Class(Box::new(match kind.get(member) {
                Some(Value::String(name)) => Self::of_name(name, None),
                Some(class) => Self::read(class),
                None => Self::Text,
            }))
        };
        match text("type").or_else(|| kind.as_str()).unwrap_or_default() {
            "enum" => Self::Enum(text("enumName").unwrap_or_default().to_owned()),
            "objectId" => Self::Reference(name()),
            "object" => Self::Object(name()),
            "objectList" => Self::List(name()),
            "set" => Self::Set(class("class")),
            "map" => Self::Map(class("valueClass")),
            simple => Self::of_name(simple, text("format")),
        }
    }

    fn of_name(name: &str, format: Option<&str>) -> Self {
        match (name, format) {
            ("string", Some("secret")) => Self::Secret,
            ("string", _) => Self::Text,
            ("boolean", _) => Self::Boolean,
            ("number", Some("duration")) => Self::Duration,
            ("number", Some("float")) => Self::Float,
            ("number", _) => Self::Integer,
            ("utcDateTime", _) => Self::DateTime,
            _ => Self::Other,
        }
    }

    /// In one word, for people.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Secret => "secret".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Integer => "whole number".to_owned(),
            Self::Float => "number".to_owned(),
            Self::Duration => "time span".to_owned(),
            Self::DateTime => "date and time".to_owned(),
            Self::Enum(name) => format!("one of {name}"),
            Self::Reference(name) => format!("id of {}", super::short(name)),
            Self::Object(name) => super::short(name).to_owned(),
            Self::List(name) => format!("list of {}", super::short(name)),
            Self::Set(class) => format!("set of {}", class.0.name()),
            Self::Map(class) => format!("map to {}", class.0.name()),
            Self::Other => "JSON".to_owned(),
        }
    }
}

/// The names in a list of names, of objects with a name, or in the keys of an object.
pub(super) fn names(list: &Value) -> Vec<String> {
    let name = |item: &Value| match item {
        Value::String(name) => Some(name.clone()),
        item => ["name", "property", "value"]
            .iter()
            .find_map(|member| item.get(member))
            .and_then(Value::as_str)
            .map(str::to_owned),
    };
    match list {
        Value::Array(items) => items.iter().filter_map(name).collect(),
        Value::Object(members) => match members.get("values") {
            Some(values) => names(values),
            None => members.keys().cloned().collect(),
        },
        _ => Vec::new(),
    }
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_may_stand_beside_the_other_members_of_its_field() {
        let flat = Field::read(&json!({"type": "number", "format": "duration", "nullable": true}), None);
        assert_eq!((flat.kind, flat.is_nullable), (FieldType::Duration, true));
        let nested = Field::read(
            &json!({"type": {"type": "set", "class": {"type": "objectId", "objectName": "x:A"}}}),
            None,
        );
        assert_eq!(nested.kind.name(), "set of id of A");
    }

    #[test]
    fn a_type_that_is_not_known_is_json() {
        assert_eq!(Field::read(&json!({"type": {"type": "tensor"}}), None).kind, FieldType::Other);
        assert_eq!(Field::read(&json!(7), None).kind, FieldType::Other);
    }
}
