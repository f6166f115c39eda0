//! Push: telling a client that the state of a type is another. RFC 8620 §7.1.

pub mod event_source;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{id::Id, state::State};

/// By the name of a type, the state that a `/get` would return now.
pub type TypeState = BTreeMap<String, State>;

/// The types that changed, in the accounts of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateChange {
    changed: BTreeMap<Id, TypeState>,
}

impl StateChange {
    /// Adds a change; of two changes of a type the later counts, so that many become one push.
    pub fn add(&mut self, account_id: Id, data_type: impl Into<String>, state: State) {
        self.changed.entry(account_id).or_default().insert(data_type.into(), state);
    }

    /// Adds all of a later change.
    pub fn merge(&mut self, later: Self) {
        for (account_id, types) in later.changed {
            self.changed.entry(account_id).or_default().extend(types);
        }
    }

    /// Leaves the types that are listened to.
    #[must_use]
    pub fn only(mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        for types in self.changed.values_mut() {
            types.retain(|data_type, _| is_wanted(data_type));
        }
        self.changed.retain(|_, types| !types.is_empty());
        self
    }

    /// Whether there is nothing to push.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    pub fn to_json(&self) -> Value {
        let states = |types: &TypeState| {
            types.iter().map(|(name, state)| (name.clone(), state.as_str())).collect::<Value>()
        };
        let changed: Value = self.changed.iter().map(|(id, types)| (id.to_string(), states(types))).collect();
        json!({ "@type": "StateChange", "changed": changed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(entries: &[(&str, &str, &str)]) -> StateChange {
        let mut change = StateChange::default();
        for (account_id, data_type, state) in entries {
            change.add(Id::parse(account_id).unwrap(), *data_type, State::new(*state));
        }
        change
    }

    #[test]
    fn later_changes_replace_earlier_ones_of_the_same_type() {
        let mut merged = change(&[("a", "Foo", "1"), ("a", "Bar", "1")]);
        merged.merge(change(&[("a", "Foo", "2"), ("b", "Foo", "9")]));
        assert_eq!(merged, change(&[("a", "Foo", "2"), ("a", "Bar", "1"), ("b", "Foo", "9")]));
    }

    #[test]
    fn an_account_without_a_type_that_is_wanted_is_left_out() {
        let all = change(&[("a", "Foo", "1"), ("b", "Bar", "1")]);
        assert_eq!(all.clone().only(|name| name == "Foo"), change(&[("a", "Foo", "1")]));
        assert!(all.only(|_| false).is_empty());
    }
}
