//! `/changes`: which records were created, updated and destroyed since a state. RFC 8620 §5.2.

use std::collections::BTreeMap;

use super::{id_array, members};
use crate::{arguments::Arguments, error::MethodError, id::Id, json::Object, state::State};

/// What a `/changes` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesArguments {
    pub account_id: Option<Id>,
    pub since_state: State,
    /// More than zero; nothing leaves it to the server.
    pub max_changes: Option<u64>,
}

impl ChangesArguments {
    pub fn parse(mut arguments: Arguments) -> Result<Self, MethodError> {
        let account_id = arguments.id("accountId")?;
        let since_state = State::new(arguments.required("sinceState", Arguments::string)?);
        let max_changes = max_changes(&mut arguments)?;
        arguments.finish()?;
        Ok(Self { account_id, since_state, max_changes })
    }

    /// How many ids to return, where the server returns at most `most` in one response.
    pub fn limit(&self, most: u64) -> u64 {
        self.max_changes.map_or(most, |wanted| wanted.min(most))
    }

    pub fn respond(
        &self,
        account_id: Id,
        new_state: State,
        has_more_changes: bool,
        changed: Changed,
    ) -> ChangesResponse {
        ChangesResponse {
            account_id,
            old_state: self.since_state.clone(),
            new_state,
            has_more_changes,
            changed,
        }
    }
}

pub(super) fn max_changes(arguments: &mut Arguments) -> Result<Option<u64>, MethodError> {
    match arguments.unsigned("maxChanges")? {
        Some(0) => Err(MethodError::invalid_arguments("maxChanges is not greater than 0")),
        other => Ok(other),
    }
}

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    Created,
    Updated,
    Destroyed,
}

/// The ids that changed, each in one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    pub created: Vec<Id>,
    pub updated: Vec<Id>,
    pub destroyed: Vec<Id>,
}

impl Changed {
    /// From a log, oldest entry first. Created and updated is created; updated and destroyed is destroyed; what was created
    /// and destroyed since was never there.
    pub fn from_log(log: impl IntoIterator<Item = (Id, Change)>) -> Self {
        let mut last: BTreeMap<Id, (Change, Change)> = BTreeMap::new();
        for (id, change) in log {
            last.entry(id).and_modify(|(_, last)| *last = change).or_insert((change, change));
        }
        let mut changed = Self::default();
        for (id, first_and_last) in last {
            match first_and_last {
                (Change::Created, Change::Destroyed) => {}
                (Change::Created, Change::Created | Change::Updated) => changed.created.push(id),
                (Change::Updated | Change::Destroyed, Change::Destroyed) => changed.destroyed.push(id),
                (Change::Updated | Change::Destroyed, Change::Created | Change::Updated) => {
                    changed.updated.push(id);
                }
            }
        }
        changed
    }
}

/// What a `/changes` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesResponse {
    pub account_id: Id,
    pub old_state: State,
    pub new_state: State,
    pub has_more_changes: bool,
    pub changed: Changed,
}

impl ChangesResponse {
    pub fn into_arguments(self) -> Object {
        members([
            ("accountId", self.account_id.as_str().into()),
            ("oldState", self.old_state.as_str().into()),
            ("newState", self.new_state.as_str().into()),
            ("hasMoreChanges", self.has_more_changes.into()),
            ("created", id_array(&self.changed.created)),
            ("updated", id_array(&self.changed.updated)),
            ("destroyed", id_array(&self.changed.destroyed)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::error::MethodErrorType;

    fn parse(arguments: &Value) -> Result<ChangesArguments, MethodError> {
        ChangesArguments::parse(Arguments::new(arguments.as_object().unwrap().clone()))
    }

    #[test]
    fn a_state_is_required_and_the_number_of_changes_is_positive() {
        for arguments in
            [json!({}), json!({ "sinceState": 1 }), json!({ "sinceState": "a", "maxChanges": 0 })]
        {
            assert_eq!(
                parse(&arguments).unwrap_err().kind(),
                MethodErrorType::InvalidArguments,
                "{arguments}"
            );
        }
        let wanted = parse(&json!({ "sinceState": "a", "maxChanges": 50 })).unwrap();
        assert_eq!((wanted.limit(20), wanted.limit(100)), (20, 50));
    }

    #[test]
    fn several_changes_of_a_record_become_one() {
        use Change::{Created, Destroyed, Updated};
        let id = |text: &str| Id::parse(text).unwrap();
        let log = [
            ("new", Created),
            ("new", Updated),
            ("old", Updated),
            ("brief", Created),
            ("gone", Updated),
            ("old", Updated),
            ("brief", Destroyed),
            ("gone", Destroyed),
        ];
        let changed = Changed::from_log(log.map(|(text, change)| (id(text), change)));
        let expected =
            Changed { created: vec![id("new")], updated: vec![id("old")], destroyed: vec![id("gone")] };
        assert_eq!(changed, expected);
    }
}
