//! Errors of one record within a `/set`: RFC 8620 §5.3, §5.4.

use serde_json::Value;

use crate::{id::Id, json::Object};

/// What is wrong with the creation, update or destruction of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetErrorKind {
    Forbidden,
    OverQuota,
    TooLarge,
    RateLimit,
    NotFound,
    /// `properties` are the pointers at fault, as they were sent.
    InvalidPatch {
        properties: Vec<String>,
    },
    WillDestroy,
    InvalidProperties {
        properties: Vec<String>,
    },
    Singleton,
    AlreadyExists {
        existing_id: Id,
    },
    /// A type that the description of a data type adds, with its members.
    Specific {
        name: &'static str,
        members: Object,
    },
}

/// A refused change of one record. The description is for whoever debugs a client, never for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError {
    kind: SetErrorKind,
    description: Option<String>,
}

impl SetErrorKind {
    /// The value of the member `type`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::OverQuota => "overQuota",
            Self::TooLarge => "tooLarge",
            Self::RateLimit => "rateLimit",
            Self::NotFound => "notFound",
            Self::InvalidPatch { .. } => "invalidPatch",
            Self::WillDestroy => "willDestroy",
            Self::InvalidProperties { .. } => "invalidProperties",
            Self::Singleton => "singleton",
            Self::AlreadyExists { .. } => "alreadyExists",
            Self::Specific { name, .. } => name,
        }
    }

    pub fn describe(self, description: impl Into<String>) -> SetError {
        SetError { kind: self, description: Some(description.into()) }
    }

    fn members(&self) -> Object {
        match self {
            Self::InvalidPatch { properties } | Self::InvalidProperties { properties } => {
                member("properties", properties.clone().into())
            }
            Self::AlreadyExists { existing_id } => member("existingId", existing_id.as_str().into()),
            Self::Specific { members, .. } => members.clone(),
            Self::Forbidden
            | Self::OverQuota
            | Self::TooLarge
            | Self::RateLimit
            | Self::NotFound
            | Self::WillDestroy
            | Self::Singleton => Object::new(),
        }
    }
}

fn member(name: &str, value: Value) -> Object {
    Object::from_iter([(name.to_owned(), value)])
}

impl SetError {
    pub const fn kind(&self) -> &SetErrorKind {
        &self.kind
    }

    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    pub fn to_json(&self) -> Value {
        let mut members = self.kind.members();
        members.insert("type".to_owned(), self.kind.as_str().into());
        if let Some(description) = &self.description {
            members.insert("description".to_owned(), Value::from(description.as_str()));
        }
        Value::Object(members)
    }
}

impl From<SetErrorKind> for SetError {
    fn from(kind: SetErrorKind) -> Self {
        Self { kind, description: None }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_carries_the_members_of_its_type_and_no_others() {
        let properties = vec!["name".to_owned()];
        let error = SetErrorKind::InvalidProperties { properties }.describe("too long");
        let expected =
            json!({ "type": "invalidProperties", "properties": ["name"], "description": "too long" });
        assert_eq!(error.to_json(), expected);
        assert_eq!(SetError::from(SetErrorKind::NotFound).to_json(), json!({ "type": "notFound" }));
    }

    #[test]
    fn a_data_type_can_add_an_error_but_not_rename_it() {
        let members =
            Object::from_iter([("type".to_owned(), "forbidden".into()), ("objectId".to_owned(), "a".into())]);
        let error = SetError::from(SetErrorKind::Specific { name: "objectIsLinked", members });
        assert_eq!(error.to_json(), json!({ "type": "objectIsLinked", "objectId": "a" }));
    }
}
