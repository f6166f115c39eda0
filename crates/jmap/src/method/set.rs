//! `/set`: create, update and destroy records. RFC 8620 §5.3.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use crate::{
    arguments::Arguments,
    capability::CoreCapability,
    creation::{CreationId, IdReference},
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    state::State,
};

/// What a `/set` asks for. It is carried out by a [`SetRun`](super::set_run::SetRun).
#[derive(Clone, Debug, PartialEq)]
pub struct SetArguments {
    pub account_id: Option<Id>,
    pub if_in_state: Option<State>,
    /// In an order in which no record comes before one that it refers to by creation id, as far as there is such an order.
    pub create: Vec<(CreationId, Object)>,
    /// The patches as they came: what is wrong with one concerns its record alone.
    pub update: Vec<(IdReference, Object)>,
    /// Each reference once.
    pub destroy: Vec<IdReference>,
}

impl SetArguments {
    /// More changes than `maxObjectsInSet` in all are `requestTooLarge`.
    pub fn parse(mut arguments: Arguments, core: &CoreCapability) -> Result<Self, MethodError> {
        let account_id = arguments.id("accountId")?;
        let if_in_state = arguments.string("ifInState")?.map(State::new);
        let create = arguments.object("create")?.unwrap_or_default();
        let update = arguments.object("update")?.unwrap_or_default();
        let destroy = arguments.strings("destroy")?.unwrap_or_default();
        arguments.finish()?;
        if create.len().saturating_add(update.len()).saturating_add(destroy.len()) > core.max_objects_in_set {
            let description = format!("at most {} objects in a set", core.max_objects_in_set);
            return Err(MethodError::new(MethodErrorType::RequestTooLarge, description));
        }
        let create = records(create, "create", |key| CreationId::parse(key).ok())?;
        let update = records(update, "update", |key| IdReference::parse(key).ok())?;
        Ok(Self { account_id, if_in_state, create: in_order(create), update, destroy: references(&destroy)? })
    }

    /// Refuses the call if the client thinks of another state than the current one.
    pub fn check_state(&self, current: &State) -> Result<(), MethodError> {
        match &self.if_in_state {
            Some(expected) if expected != current => Err(MethodErrorType::StateMismatch.into()),
            _ => Ok(()),
        }
    }
}

fn records<K>(
    map: Object,
    name: &str,
    key: impl Fn(&str) -> Option<K>,
) -> Result<Vec<(K, Object)>, MethodError> {
    let record = |(text, value): (String, Value)| match (key(&text), value) {
        (Some(key), Value::Object(record)) => Ok((key, record)),
        _ => Err(MethodError::invalid_arguments(format!("{name} is not a map of ids to objects"))),
    };
    map.into_iter().map(record).collect()
}

fn references(texts: &[String]) -> Result<Vec<IdReference>, MethodError> {
    let mut seen = BTreeSet::new();
    let mut references = Vec::with_capacity(texts.len());
    for text in texts {
        let reference = IdReference::parse(text)
            .map_err(|_| MethodError::invalid_arguments("destroy is not an array of ids"))?;
        if seen.insert(reference.clone()) {
            references.push(reference);
        }
    }
    Ok(references)
}

/// Which strings of a record are references only its data type knows; so every string that could be one counts, which at worst
/// chooses another order than needed. Records that refer to each other in a circle come last: no order could serve them.
fn in_order(create: Vec<(CreationId, Object)>) -> Vec<(CreationId, Object)> {
    let mut records: BTreeMap<CreationId, Object> = create.into_iter().collect();
    let mut awaited_by: BTreeMap<CreationId, Vec<CreationId>> = BTreeMap::new();
    let mut awaits: BTreeMap<CreationId, usize> = BTreeMap::new();
    for (creation_id, record) in &records {
        let mut found = BTreeSet::new();
        references_in(record, &mut found);
        found.retain(|other| other != creation_id && records.contains_key(other));
        awaits.insert(creation_id.clone(), found.len());
        for other in found {
            awaited_by.entry(other).or_default().push(creation_id.clone());
        }
    }
    let mut free: VecDeque<_> = awaits.iter().filter(|(_, n)| **n == 0).map(|(id, _)| id.clone()).collect();
    let mut ordered = Vec::with_capacity(records.len());
    while let Some(creation_id) = free.pop_front() {
        for waiting in awaited_by.remove(&creation_id).unwrap_or_default() {
            if let Some(left) = awaits.get_mut(&waiting) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    free.push_back(waiting);
                }
            }
        }
        ordered.extend(records.remove_entry(&creation_id));
    }
    ordered.extend(records);
    ordered
}

/// The creation ids that are named, as `#id`, by strings and by names of members, which is how sets spell their elements.
fn references_in(record: &Object, found: &mut BTreeSet<CreationId>) {
    let mut note = |text: &str| {
        if let Ok(IdReference::Created(creation_id)) = IdReference::parse(text) {
            found.insert(creation_id);
        }
    };
    let mut names: Vec<&String> = record.keys().collect();
    let mut waiting: Vec<&Value> = record.values().collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => note(text),
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                names.extend(members.keys());
                waiting.extend(members.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    for name in names {
        note(name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(arguments: &Value) -> Result<SetArguments, MethodErrorType> {
        let core = CoreCapability { max_objects_in_set: 10, ..CoreCapability::default() };
        let arguments = Arguments::new(arguments.as_object().unwrap().clone());
        SetArguments::parse(arguments, &core).map_err(|error| error.kind())
    }

    fn order(create: &Value) -> Vec<String> {
        let asked = parse(&json!({ "create": create })).unwrap();
        asked.create.iter().map(|(creation_id, _)| creation_id.to_string()).collect()
    }

    #[test]
    fn what_is_referred_to_is_created_first() {
        let create =
            json!({ "a": { "parent": "#b" }, "b": { "in": { "#c": true } }, "c": { "x": ["#z", "#", "c"] } });
        assert_eq!(order(&create), ["c", "b", "a"]);
    }

    #[test]
    fn a_circle_is_left_to_whoever_resolves_the_references() {
        assert_eq!(
            order(&json!({ "a": { "p": "#b" }, "b": { "p": "#a" }, "c": { "p": "#c" } })),
            ["c", "a", "b"]
        );
    }

    #[test]
    fn creations_updates_and_destructions_count_together() {
        let ids = |n: usize| (0..n).map(|n| format!("d{n}")).collect::<Vec<_>>();
        let arguments = |n| json!({ "create": { "k": {} }, "update": { "a": {} }, "destroy": ids(n) });
        assert!(parse(&arguments(8)).is_ok());
        assert_eq!(parse(&arguments(9)), Err(MethodErrorType::RequestTooLarge));
    }

    #[test]
    fn arguments_of_another_type_are_invalid() {
        let others = [
            json!({ "create": [] }),
            json!({ "create": { "k": null } }),
            json!({ "create": { "#k": {} } }),
            json!({ "update": { "a": true } }),
            json!({ "update": { "a/b": {} } }),
            json!({ "destroy": { "a": true } }),
            json!({ "destroy": ["a", ""] }),
            json!({ "ifInState": 1 }),
            json!({ "onSuccess": {} }),
        ];
        for other in others {
            assert_eq!(parse(&other), Err(MethodErrorType::InvalidArguments), "{other}");
        }
    }

    #[test]
    fn another_state_than_the_current_one_is_a_mismatch() {
        let (current, other) = (State::new("s1"), State::new("s2"));
        assert_eq!(parse(&json!({ "ifInState": "s1" })).unwrap().check_state(&current), Ok(()));
        assert_eq!(parse(&json!({ "ifInState": null })).unwrap().check_state(&other), Ok(()));
        let error = parse(&json!({ "ifInState": "s1" })).unwrap().check_state(&other).unwrap_err();
        assert_eq!(error.kind(), MethodErrorType::StateMismatch);
    }

    proptest! {
        #[test]
        fn every_record_is_kept_and_comes_after_what_it_refers_to(edges in prop::collection::vec((0_u8..8, 0_u8..8), 0..12)) {
            let mut create: BTreeMap<u8, Vec<String>> = (0..8).map(|n| (n, vec![])).collect();
            for (one, other) in edges.iter().filter(|(one, other)| one > other) {
                create.get_mut(one).unwrap().push(format!("#k{other}"));
            }
            let records: Object = create.iter().map(|(n, on)| (format!("k{n}"), json!({ "on": on }))).collect();
            let ordered = order(&Value::Object(records));
            let place = |n: &u8| ordered.iter().position(|id| *id == format!("k{n}"));
            prop_assert_eq!(ordered.len(), 8);
            for (one, other) in edges.iter().filter(|(one, other)| one > other) {
                prop_assert!(place(other) < place(one));
            }
        }
    }
}
