//! What is wrong with the properties of a record, and how it is told: RFC 8620 §5.3, and the closed list of our own kinds.

use domain::id::Id as OwnId;
use jmap::{
    json::Object,
    set_error::{SetError, SetErrorKind},
};
use serde_json::{Value, json};

/// What is wrong with one property.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// There is no property of that name.
    Unknown,
    /// Only the server sets it, or it was set once and for all.
    ReadOnly,
    /// It is no value of its type.
    Type(&'static str),
    Required,
    /// A value of its type that cannot be.
    Invalid {
        value: Value,
        why: String,
    },
    MinLength(usize),
    MaxLength(usize),
    MinValue(i64),
    MaxValue(i64),
    /// It refers to something that is not there.
    Nothing(String),
}

/// All that is wrong with a record; not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Faults(Vec<(String, Fault)>);

impl Faults {
    /// Nothing if nothing is wrong.
    pub fn of(faults: Vec<(String, Fault)>) -> Option<Self> {
        (!faults.is_empty()).then_some(Self(faults))
    }

    pub fn one(property: impl Into<String>, fault: Fault) -> Self {
        Self(vec![(property.into(), fault)])
    }
}

/// A value of the right type that the object cannot have, for what an act refuses.
pub fn invalid(property: &str, why: impl Into<String>) -> SetError {
    Faults::one(property, Fault::Invalid { value: Value::Null, why: why.into() }).into()
}

/// Another object has the value already.
pub fn taken(property: &str, object_id: Option<&str>) -> SetError {
    let mut members = Object::new();
    members.insert("properties".to_owned(), json!([property]));
    if let Some(id) = object_id {
        members.insert("objectId".to_owned(), id.into());
    }
    SetErrorKind::Specific { name: "primaryKeyViolation", members }.describe(format!("{property} is taken"))
}

/// What it refers to is not there.
pub fn no_such_object(id: &str) -> SetError {
    let members = Object::from_iter([("objectId".to_owned(), id.into())]);
    SetErrorKind::Specific { name: "invalidForeignKey", members }.describe("there is no such object")
}

/// Others refer to it.
pub fn linked(id: &OwnId, by: &[OwnId]) -> SetError {
    let by: Vec<_> = by.iter().map(OwnId::as_str).collect();
    let members = Object::from_iter([
        ("objectId".to_owned(), id.as_str().into()),
        ("linkedObjects".to_owned(), json!(by)),
    ]);
    SetErrorKind::Specific { name: "objectIsLinked", members }.describe("other objects refer to it")
}

impl From<Faults> for SetError {
    /// A reference to nothing is told first, then what no record can have, then values out of their bounds.
    fn from(Faults(faults): Faults) -> Self {
        let missing = faults.iter().find_map(|(_, fault)| match fault {
            Fault::Nothing(id) => Some(id),
            _ => None,
        });
        if let Some(id) = missing {
            return no_such_object(id);
        }
        let shape = |fault: &Fault| match fault {
            Fault::Unknown => Some("is no property".to_owned()),
            Fault::ReadOnly => Some("cannot be changed".to_owned()),
            Fault::Type(kind) => Some(format!("must be {kind}")),
            _ => None,
        };
        let misshapen: Vec<_> =
            faults.iter().filter_map(|(name, fault)| Some((name.clone(), shape(fault)?))).collect();
        if misshapen.is_empty() {
            return validation_failed(&faults);
        }
        let sentences: Vec<_> =
            misshapen.iter().map(|(name, why)| format!("{} {why}", short(name))).collect();
        let properties = misshapen.into_iter().map(|(name, _)| name).collect();
        SetErrorKind::InvalidProperties { properties }.describe(sentences.join("; "))
    }
}

fn validation_failed(faults: &[(String, Fault)]) -> SetError {
    let errors: Vec<Value> =
        faults.iter().filter_map(|(name, fault)| validation_error(name, fault)).collect();
    let sentences: Vec<_> =
        faults.iter().map(|(name, fault)| format!("{} {}", short(name), sentence(fault))).collect();
    let members = Object::from_iter([("validationErrors".to_owned(), Value::Array(errors))]);
    SetErrorKind::Specific { name: "validationFailed", members }.describe(sentences.join("; "))
}

fn validation_error(property: &str, fault: &Fault) -> Option<Value> {
    let (kind, required, value) = match fault {
        Fault::Required => ("Required", None, None),
        Fault::Invalid { value, .. } => ("Invalid", None, Some(value).filter(|value| !value.is_null())),
        Fault::MinLength(bound) => ("MinLength", Some(json!(bound)), None),
        Fault::MaxLength(bound) => ("MaxLength", Some(json!(bound)), None),
        Fault::MinValue(bound) => ("MinValue", Some(json!(bound)), None),
        Fault::MaxValue(bound) => ("MaxValue", Some(json!(bound)), None),
        Fault::Unknown | Fault::ReadOnly | Fault::Type(_) | Fault::Nothing(_) => return None,
    };
    let mut error = json!({ "type": kind, "property": property });
    if let Some(members) = error.as_object_mut() {
        members.extend(required.map(|bound| ("required".to_owned(), bound)));
        members.extend(value.map(|value| ("value".to_owned(), value.clone())));
    }
    Some(error)
}

fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::Required => "is required".to_owned(),
        Fault::Invalid { why, .. } => why.clone(),
        Fault::MinLength(bound) => format!("must have at least {bound} characters"),
        Fault::MaxLength(bound) => format!("must have at most {bound} characters"),
        Fault::MinValue(bound) => format!("must be at least {bound}"),
        Fault::MaxValue(bound) => format!("must be at most {bound}"),
        Fault::Unknown | Fault::ReadOnly | Fault::Type(_) | Fault::Nothing(_) => String::new(),
    }
}

/// A name as a stranger sent it, not longer than anybody wants to read it again.
fn short(name: &str) -> String {
    name.chars().take(100).collect()
}
