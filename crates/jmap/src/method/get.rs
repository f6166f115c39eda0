//! `/get`: records by their ids, or all of them. RFC 8620 §5.1.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{id_array, members};
use crate::{
    arguments::Arguments,
    capability::CoreCapability,
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    state::State,
};

/// What a `/get` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetArguments {
    /// Nothing stands for the caller's own, where the server allows that.
    pub account_id: Option<Id>,
    /// Each id once; nothing stands for all records.
    pub ids: Option<Vec<Id>>,
    /// Nothing stands for all properties.
    pub properties: Option<Vec<String>>,
}

impl GetArguments {
    /// `is_property` says whether the data type has a property of that name. Ids beyond `maxObjectsInGet` are
    /// `requestTooLarge`.
    pub fn parse(
        mut arguments: Arguments,
        core: &CoreCapability,
        is_property: impl Fn(&str) -> bool,
    ) -> Result<Self, MethodError> {
        let account_id = arguments.id("accountId")?;
        let ids = arguments.ids("ids")?.map(each_once);
        let properties = arguments.strings("properties")?;
        arguments.finish()?;
        if properties.iter().flatten().any(|name| name != "id" && !is_property(name)) {
            return Err(MethodError::invalid_arguments("properties has a name that is no property"));
        }
        check_count(ids.as_ref().map_or(0, Vec::len), core)?;
        Ok(Self { account_id, ids, properties })
    }

    /// Leaves of a record what was asked for, and its `id` always.
    pub fn project(&self, mut record: Object) -> Object {
        if let Some(properties) = &self.properties {
            record.retain(|name, _| name == "id" || properties.contains(name));
        }
        record
    }

    /// The response, from the records that were found, by id; those that were not are worked out.
    pub fn respond(&self, account_id: Id, state: State, found: Vec<(Id, Object)>) -> GetResponse {
        let mut records: BTreeMap<Id, Object> = BTreeMap::new();
        let mut order = Vec::with_capacity(found.len());
        for (id, record) in found {
            order.push(id.clone());
            records.insert(id, self.project(record));
        }
        let requested = self.ids.as_ref().unwrap_or(&order);
        let (mut list, mut not_found) = (Vec::new(), Vec::new());
        for id in requested {
            match records.remove(id) {
                Some(record) => list.push(record),
                None => not_found.push(id.clone()),
            }
        }
        GetResponse { account_id, state, list, not_found }
    }
}

/// Refuses more records than one call may ask for; also for `ids: null`, once their number is known.
pub fn check_count(records: usize, core: &CoreCapability) -> Result<(), MethodError> {
    if records > core.max_objects_in_get {
        let description = format!("at most {} objects in a get", core.max_objects_in_get);
        return Err(MethodError::new(MethodErrorType::RequestTooLarge, description));
    }
    Ok(())
}

/// An id that is named again is the same record: it is answered once.
fn each_once(mut ids: Vec<Id>) -> Vec<Id> {
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

/// What a `/get` answers.
#[derive(Clone, Debug, PartialEq)]
pub struct GetResponse {
    pub account_id: Id,
    pub state: State,
    pub list: Vec<Object>,
    pub not_found: Vec<Id>,
}

impl GetResponse {
    pub fn into_arguments(self) -> Object {
        members([
            ("accountId", self.account_id.as_str().into()),
            ("state", self.state.as_str().into()),
            ("list", self.list.into_iter().map(Value::Object).collect()),
            ("notFound", id_array(&self.not_found)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(arguments: &Value) -> Result<GetArguments, MethodError> {
        let core = CoreCapability { max_objects_in_get: 3, ..CoreCapability::default() };
        let arguments = Arguments::new(arguments.as_object().unwrap().clone());
        GetArguments::parse(arguments, &core, |name| ["title", "done"].contains(&name))
    }

    fn record(id: &str) -> (Id, Object) {
        let record = json!({ "id": id, "title": "T", "done": true });
        (Id::parse(id).unwrap(), record.as_object().unwrap().clone())
    }

    #[test]
    fn an_id_that_is_named_twice_is_answered_once() {
        let asked = parse(&json!({ "ids": ["b", "x", "b", "x", "a", "b"] })).unwrap();
        let response =
            asked.respond(Id::parse("A1").unwrap(), State::new("s"), vec![record("a"), record("b")]);
        let ids: Vec<_> = response.list.iter().map(|record| record["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["b", "a"]);
        assert_eq!(response.not_found, [Id::parse("x").unwrap()]);
    }

    #[test]
    fn only_the_properties_asked_for_are_returned_and_the_id_always() {
        let asked = parse(&json!({ "accountId": "A1", "properties": ["title"] })).unwrap();
        let response = asked.respond(Id::parse("A1").unwrap(), State::new("s"), vec![record("a")]);
        let expected =
            json!({ "accountId": "A1", "state": "s", "list": [{ "id": "a", "title": "T" }], "notFound": [] });
        assert_eq!(Value::Object(response.into_arguments()), expected);
    }

    #[test]
    fn a_property_or_an_argument_that_does_not_exist_is_refused() {
        for arguments in
            [json!({ "properties": ["tytle"] }), json!({ "properties": "title" }), json!({ "id": "a" })]
        {
            assert_eq!(
                parse(&arguments).unwrap_err().kind(),
                MethodErrorType::InvalidArguments,
                "{arguments}"
            );
        }
    }

    #[test]
    fn more_ids_than_the_limit_are_too_large() {
        assert!(parse(&json!({ "ids": ["a", "b", "c", "a"] })).is_ok());
        let error = parse(&json!({ "ids": ["a", "b", "c", "d"] })).unwrap_err();
        assert_eq!(error.kind(), MethodErrorType::RequestTooLarge);
    }
}
