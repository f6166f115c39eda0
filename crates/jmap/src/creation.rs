//! Creation ids: the names a client gives to records that have no id yet. RFC 8620 §3.3, §5.3.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use crate::{
    id::{Id, NotAnId},
    json::Object,
};

/// A name of the client's for a record that it creates; of the form of an id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreationId(Id);

impl CreationId {
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        Id::parse(text).map(Self)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for CreationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A record by its id, or by `#` and the creation id under which it was created in the same request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdReference {
    Id(Id),
    Created(CreationId),
}

impl IdReference {
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        match text.strip_prefix('#') {
            Some(creation_id) => CreationId::parse(creation_id).map(Self::Created),
            None => Id::parse(text).map(Self::Id),
        }
    }
}

impl fmt::Display for IdReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(formatter),
            Self::Created(creation_id) => write!(formatter, "#{creation_id}"),
        }
    }
}

/// The ids that were assigned to creation ids so far: one map for all types and calls of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreatedIds(BTreeMap<CreationId, Id>);

impl CreatedIds {
    /// Nothing if a key or value is not of the form of an id.
    pub fn parse(object: &Object) -> Option<Self> {
        let entry = |(creation_id, id): (&String, &Value)| {
            Some((CreationId::parse(creation_id).ok()?, Id::parse(id.as_str()?).ok()?))
        };
        object.iter().map(entry).collect::<Option<_>>().map(Self)
    }

    /// Of two records with the same creation id, later references mean the later one.
    pub fn insert(&mut self, creation_id: CreationId, id: Id) {
        self.0.insert(creation_id, id);
    }

    /// The id that is meant; nothing if no record was created by that name.
    pub fn resolve<'a>(&'a self, reference: &'a IdReference) -> Option<&'a Id> {
        match reference {
            IdReference::Id(id) => Some(id),
            IdReference::Created(creation_id) => self.0.get(creation_id),
        }
    }

    pub fn to_json(&self) -> Value {
        self.0.iter().map(|(creation_id, id)| (creation_id.to_string(), id.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_used_again_means_the_later_record() {
        let mut created = CreatedIds::default();
        for id in ["a", "b"] {
            created.insert(CreationId::parse("k1").unwrap(), Id::parse(id).unwrap());
        }
        let reference = IdReference::parse("#k1").unwrap();
        assert_eq!(created.resolve(&reference).unwrap().as_str(), "b");
        assert_eq!(created.to_json(), json!({ "k1": "b" }));
    }

    #[test]
    fn an_id_means_itself_and_an_unknown_name_means_nothing() {
        let created = CreatedIds::default();
        assert_eq!(created.resolve(&IdReference::parse("a").unwrap()).unwrap().as_str(), "a");
        assert_eq!(created.resolve(&IdReference::parse("#a").unwrap()), None);
    }

    #[test]
    fn a_reference_is_written_as_it_was_sent() {
        for text in ["a", "#k15"] {
            assert_eq!(IdReference::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "#", "##a", "a#"] {
            assert!(IdReference::parse(text).is_err(), "{text}");
        }
    }
}
