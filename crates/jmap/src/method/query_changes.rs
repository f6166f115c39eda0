//! `/queryChanges`: how the results of a query changed since a query state. RFC 8620 §5.6.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    changes::{Changed, max_changes},
    id_array, members,
    query::{Selection, Vocabulary},
};
use crate::{
    arguments::Arguments,
    capability::CoreCapability,
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    state::State,
};

/// What a `/queryChanges` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryChangesArguments<C, P> {
    pub account_id: Option<Id>,
    pub selection: Selection<C, P>,
    pub since_query_state: State,
    /// More than zero.
    pub max_changes: Option<u64>,
    /// The last result that the client knows of.
    pub up_to_id: Option<Id>,
    pub calculate_total: bool,
}

impl<C, P> QueryChangesArguments<C, P> {
    pub fn parse<V>(mut arguments: Arguments, core: &CoreCapability) -> Result<Self, MethodError>
    where
        V: Vocabulary<Condition = C, Property = P>,
    {
        let account_id = arguments.id("accountId")?;
        let selection = Selection::parse::<V>(&mut arguments, core)?;
        let since_query_state = State::new(arguments.required("sinceQueryState", Arguments::string)?);
        let max_changes = max_changes(&mut arguments)?;
        let up_to_id = arguments.id("upToId")?;
        let calculate_total = arguments.boolean("calculateTotal")?.unwrap_or(false);
        arguments.finish()?;
        Ok(Self { account_id, selection, since_query_state, max_changes, up_to_id, calculate_total })
    }

    /// The changes of the results, from the records that changed since the state and all results as they are now. A record
    /// that was updated is removed, and added again where it now stands: whoever does both to the results of then has the
    /// results of now, whatever was sorted or filtered by.
    pub fn difference(&self, changed: &Changed, results: &[Id]) -> Result<Difference, MethodError> {
        let touched: BTreeSet<&Id> = changed.created.iter().chain(&changed.updated).collect();
        // The last id that the client knows says where to stop only if it stands where it stood.
        let last = self.up_to_id.as_ref().filter(|id| !touched.contains(id));
        let last = last.and_then(|last| results.iter().position(|id| id == last));
        let end = last.map_or(results.len(), |last| last.saturating_add(1));
        let added: Vec<AddedItem> = (0_u64..)
            .zip(results.iter().take(end))
            .filter(|(_, id)| touched.contains(id))
            .map(|(index, id)| AddedItem { id: id.clone(), index })
            .collect();
        let removed: Vec<Id> = changed.updated.iter().chain(&changed.destroyed).cloned().collect();
        let count = u64::try_from(added.len().saturating_add(removed.len())).unwrap_or(u64::MAX);
        if self.max_changes.is_some_and(|most| count > most) {
            return Err(MethodErrorType::TooManyChanges.into());
        }
        Ok(Difference { removed, added })
    }
}

/// A record and its index in the results of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedItem {
    pub id: Id,
    pub index: u64,
}

/// What to take out of the results of then, and then what to put in, lowest index first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub removed: Vec<Id>,
    pub added: Vec<AddedItem>,
}

/// What a `/queryChanges` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryChangesResponse {
    pub account_id: Id,
    pub old_query_state: State,
    pub new_query_state: State,
    /// Present if it was asked for.
    pub total: Option<u64>,
    pub difference: Difference,
}

impl QueryChangesResponse {
    pub fn into_arguments(self) -> Object {
        let added = |item: AddedItem| json!({ "id": item.id.as_str(), "index": item.index });
        let mut arguments = members([
            ("accountId", self.account_id.as_str().into()),
            ("oldQueryState", self.old_query_state.as_str().into()),
            ("newQueryState", self.new_query_state.as_str().into()),
            ("removed", id_array(&self.difference.removed)),
            ("added", self.difference.added.into_iter().map(added).collect::<Value>()),
        ]);
        if let Some(total) = self.total {
            arguments.insert("total".to_owned(), total.into());
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    fn asked(up_to_id: Option<&str>, max_changes: Option<u64>) -> QueryChangesArguments<(), ()> {
        QueryChangesArguments {
            account_id: None,
            selection: Selection { filter: None, sort: Vec::new() },
            since_query_state: State::new("s"),
            max_changes,
            up_to_id: up_to_id.map(id),
            calculate_total: false,
        }
    }

    /// What §5.6 tells a client to do.
    fn apply(difference: &Difference, mut results: Vec<Id>) -> Vec<Id> {
        results.retain(|id| !difference.removed.contains(id));
        for item in &difference.added {
            results.insert(usize::try_from(item.index).unwrap(), item.id.clone());
        }
        results
    }

    fn changed(created: &[&str], updated: &[&str], destroyed: &[&str]) -> Changed {
        let ids = |texts: &[&str]| texts.iter().map(|text| id(text)).collect();
        Changed { created: ids(created), updated: ids(updated), destroyed: ids(destroyed) }
    }

    #[test]
    fn what_comes_after_the_last_known_result_is_left_out_unless_that_one_moved() {
        let results = ["a", "b", "c", "d"].map(id);
        let added = |up_to_id, updated: &[&str]| {
            let difference =
                asked(Some(up_to_id), None).difference(&changed(&[], updated, &[]), &results).unwrap();
            difference.added.iter().map(|item| (item.id.to_string(), item.index)).collect::<Vec<_>>()
        };
        assert_eq!(added("b", &["a", "d"]), [("a".to_owned(), 0)]);
        assert_eq!(added("b", &["b", "d"]), [("b".to_owned(), 1), ("d".to_owned(), 3)]);
        assert_eq!(added("z", &["d"]), [("d".to_owned(), 3)]);
    }

    #[test]
    fn a_new_record_is_added_and_not_removed() {
        let difference = asked(None, None).difference(&changed(&["a"], &[], &["z"]), &[id("a")]).unwrap();
        assert_eq!(difference.removed, [id("z")]);
        assert_eq!(difference.added, [AddedItem { id: id("a"), index: 0 }]);
    }

    #[test]
    fn each_removal_and_each_addition_counts() {
        let changed = changed(&[], &["a"], &["gone"]);
        assert!(asked(None, Some(3)).difference(&changed, &[id("a")]).is_ok());
        let error = asked(None, Some(2)).difference(&changed, &[id("a")]).unwrap_err();
        assert_eq!(error.kind(), MethodErrorType::TooManyChanges);
    }

    proptest! {
        #[test]
        fn the_results_of_then_and_the_difference_make_the_results_of_now(
            then in Just((0..8).map(|n| id(&format!("r{n}"))).collect::<Vec<_>>()).prop_shuffle(),
            touched in prop::collection::btree_set(0_u8..12, 0..6),
            places in prop::collection::vec(any::<prop::sample::Index>(), 12),
            stay in prop::collection::vec(any::<bool>(), 12),
        ) {
            let touched: Vec<Id> = touched.iter().map(|n| id(&format!("r{n}"))).collect();
            let mut now: Vec<Id> = then.iter().filter(|id| !touched.contains(*id)).cloned().collect();
            for ((id, place), stays) in touched.iter().zip(&places).zip(&stay) {
                if *stays {
                    now.insert(place.index(now.len() + 1), id.clone());
                }
            }
            let (updated, created) = touched.into_iter().partition(|id| then.contains(id));
            let changed = Changed { created, updated, destroyed: Vec::new() };
            let difference = asked(None, None).difference(&changed, &now).unwrap();
            prop_assert_eq!(apply(&difference, then), now);
        }
    }
}
