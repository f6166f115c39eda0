//! `/query`: the ids of the records that match, sorted, a window of them. RFC 8620 §5.5.

use super::{id_array, members, window::Window};
use crate::{
    arguments::Arguments,
    capability::CoreCapability,
    error::MethodError,
    filter::Filter,
    id::Id,
    json::Object,
    sort::{self, Comparator},
    state::State,
};

/// What the queries of a data type can say: its filter conditions and what it can be sorted by.
pub trait Vocabulary {
    type Condition;
    type Property;

    /// Reads a filter condition. What is no condition of this type is `invalidArguments` or `unsupportedFilter`.
    fn condition(members: Object) -> Result<Self::Condition, MethodError>;

    /// The property to sort by; nothing if that cannot be done.
    fn property(name: &str) -> Option<Self::Property>;
}

/// Which records, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<C, P> {
    /// Nothing stands for all records.
    pub filter: Option<Filter<C>>,
    /// Empty stands for the order the data type chooses.
    pub sort: Vec<Comparator<P>>,
}

impl<C, P> Selection<C, P> {
    pub(super) fn parse<V>(arguments: &mut Arguments, core: &CoreCapability) -> Result<Self, MethodError>
    where
        V: Vocabulary<Condition = C, Property = P>,
    {
        let filter =
            arguments.value("filter").map(|value| Filter::parse(value, &mut V::condition)).transpose()?;
        let sort = arguments.value("sort").map(|value| sort::parse(value, core, V::property)).transpose()?;
        Ok(Self { filter, sort: sort.unwrap_or_default() })
    }
}

/// What a `/query` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryArguments<C, P> {
    pub account_id: Option<Id>,
    pub selection: Selection<C, P>,
    pub window: Window,
    pub calculate_total: bool,
}

impl<C, P> QueryArguments<C, P> {
    pub fn parse<V>(mut arguments: Arguments, core: &CoreCapability) -> Result<Self, MethodError>
    where
        V: Vocabulary<Condition = C, Property = P>,
    {
        let account_id = arguments.id("accountId")?;
        let selection = Selection::parse::<V>(&mut arguments, core)?;
        let window = Window::parse(&mut arguments)?;
        let calculate_total = arguments.boolean("calculateTotal")?.unwrap_or(false);
        arguments.finish()?;
        Ok(Self { account_id, selection, window, calculate_total })
    }
}

/// What a `/query` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryResponse {
    pub account_id: Id,
    pub query_state: State,
    pub can_calculate_changes: bool,
    /// The index of the first of `ids` in all results.
    pub position: u64,
    pub ids: Vec<Id>,
    /// Present if it was asked for.
    pub total: Option<u64>,
    /// Present if the limit is the server's and not the client's.
    pub limit: Option<u64>,
}

impl QueryResponse {
    pub fn into_arguments(self) -> Object {
        let mut arguments = members([
            ("accountId", self.account_id.as_str().into()),
            ("queryState", self.query_state.as_str().into()),
            ("canCalculateChanges", self.can_calculate_changes.into()),
            ("position", self.position.into()),
            ("ids", id_array(&self.ids)),
        ]);
        let numbers = [("total", self.total), ("limit", self.limit)];
        arguments
            .extend(numbers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
        arguments
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{error::MethodErrorType, filter::Operator, method::window::Start};

    struct Todo;

    impl Vocabulary for Todo {
        type Condition = Value;
        type Property = ();

        fn condition(members: Object) -> Result<Value, MethodError> {
            members.get("hasKeyword").cloned().ok_or_else(|| MethodErrorType::UnsupportedFilter.into())
        }

        fn property(name: &str) -> Option<()> {
            (name == "title").then_some(())
        }
    }

    fn parse(arguments: &Value) -> Result<QueryArguments<Value, ()>, MethodError> {
        let arguments = Arguments::new(arguments.as_object().unwrap().clone());
        QueryArguments::parse::<Todo>(arguments, &CoreCapability::default())
    }

    #[test]
    fn the_query_of_section_5_7_is_understood() {
        let asked = parse(&json!({
            "accountId": "x",
            "filter": { "operator": "OR", "conditions": [{ "hasKeyword": "music" }, { "hasKeyword": "video" }] },
            "sort": [{ "property": "title" }], "position": 0, "limit": 10
        }))
        .unwrap();
        let conditions = [json!("music"), json!("video")].map(Filter::Condition).into();
        assert_eq!(asked.selection.filter, Some(Filter::Operator { operator: Operator::Or, conditions }));
        assert_eq!(asked.selection.sort.len(), 1);
        assert_eq!(asked.window, Window { start: Start::Position(0), limit: Some(10) });
        assert!(!asked.calculate_total);
    }

    #[test]
    fn each_argument_is_refused_by_the_error_that_is_meant_for_it() {
        use MethodErrorType::{InvalidArguments, UnsupportedFilter, UnsupportedSort};
        let refusals = [
            (json!({ "filter": [] }), InvalidArguments),
            (json!({ "filter": { "colour": 1 } }), UnsupportedFilter),
            (json!({ "sort": [{ "property": "colour" }] }), UnsupportedSort),
            (json!({ "calculateTotal": "yes" }), InvalidArguments),
            (json!({ "limit": -1 }), InvalidArguments),
            (json!({ "collapseThreads": true }), InvalidArguments),
        ];
        for (arguments, expected) in refusals {
            assert_eq!(parse(&arguments).unwrap_err().kind(), expected, "{arguments}");
        }
    }

    #[test]
    fn total_and_limit_are_left_out_unless_there_is_something_to_tell() {
        let response = QueryResponse {
            account_id: Id::parse("x").unwrap(),
            query_state: State::new("y"),
            can_calculate_changes: true,
            position: 0,
            ids: vec![],
            total: None,
            limit: Some(500),
        };
        let expected = json!({ "accountId": "x", "queryState": "y", "canCalculateChanges": true, "position": 0, "ids": [], "limit": 500 });
        assert_eq!(Value::Object(response.into_arguments()), expected);
    }
}
