//! The standard methods: what goes in and what comes out of each. RFC 8620 §5.
//!
//! Each has a type for its arguments, parsed from an [`Arguments`](crate::arguments::Arguments) (take what the data type adds
//! before), and one for its response, with `into_arguments`. In between lies a database, of which nothing is known here.

pub mod changes;
pub mod get;
pub mod query;
pub mod query_changes;
pub mod set;
pub mod set_run;
pub mod window;

use serde_json::Value;

use crate::{id::Id, json::Object};

/// What a standard method does with its data type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    Get,
    Changes,
    Set,
    Copy,
    Query,
    QueryChanges,
}

/// `Foo/get`, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodName<'a> {
    pub data_type: &'a str,
    pub verb: Verb,
}

impl<'a> MethodName<'a> {
    /// Nothing if the name is not that of a standard method of some data type.
    pub fn parse(name: &'a str) -> Option<Self> {
        let (data_type, verb) = name.rsplit_once('/')?;
        let verb = match verb {
            "get" => Verb::Get,
            "changes" => Verb::Changes,
            "set" => Verb::Set,
            "copy" => Verb::Copy,
            "query" => Verb::Query,
            "queryChanges" => Verb::QueryChanges,
            _ => return None,
        };
        Some(Self { data_type, verb })
    }
}

fn id_array(ids: &[Id]) -> Value {
    ids.iter().map(Id::as_str).collect()
}

/// An object of these members.
fn members<const N: usize>(members: [(&str, Value); N]) -> Object {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_data_type_and_a_verb() {
        let name = MethodName::parse("x:Foo/queryChanges").unwrap();
        assert_eq!((name.data_type, name.verb), ("x:Foo", Verb::QueryChanges));
        for other in ["", "Foo", "Foo/", "Foo/GET", "Core/echo", "Foo/get/"] {
            assert_eq!(MethodName::parse(other), None, "{other}");
        }
    }
}
