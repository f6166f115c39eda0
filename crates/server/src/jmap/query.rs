//! Filters and sort orders, from the description of an object: RFC 8620 §5.5.

use std::{cmp::Ordering, marker::PhantomData};

use jmap::{
    error::{MethodError, MethodErrorType},
    filter::Filter,
    id::Id,
    json::Object,
    method::{query::Vocabulary, window::Window},
    sort::Comparator,
};
use serde_json::Value;

use super::object::{Element, Kind, Property, Scene, Type, Wanted, kind::load_failed, value};

/// More records than this are not looked at one by one.
pub const MOST_LOOKED_AT: usize = 10_000;

/// Nor are more than these sorted by what the store has no order for.
const MOST_SORTED: usize = 1_000;

/// The longest text that is searched for, in octets, and the most words in it.
const MAX_TEXT: usize = 1_024;
const MAX_WORDS: usize = 16;

/// The most words of all conditions together.
const MAX_WORDS_IN_ALL: usize = 64;

const SUFFIXES: [(&str, Comparison); 4] = [
    ("IsGreaterThanOrEqual", Comparison::GreaterOrEqual),
    ("IsLessThanOrEqual", Comparison::LessOrEqual),
    ("IsGreaterThan", Comparison::Greater),
    ("IsLessThan", Comparison::Less),
];

/// One thing that a record must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// Every one of these words, in lower case, stands in one of the texts.
    Words(Vec<String>),
    /// The property is this, or has it as an element.
    Is(&'static str, Value),
    /// In whole numbers, or in milliseconds since 1970.
    Compare(&'static str, Comparison, i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// All of these.
pub type Condition = Vec<Clause>;

/// The words of the queries for one kind of object.
pub struct Words<K>(PhantomData<K>);

/// A query that was understood.
#[derive(Debug)]
pub struct Question<'a> {
    pub filter: Option<&'a Filter<Condition>>,
    pub sort: &'a [Comparator<&'static str>],
    pub window: &'a Window,
    /// No more ids than these.
    pub most: u64,
    pub calculate_total: bool,
}

/// A part of the results.
#[derive(Debug)]
pub struct Found {
    pub position: u64,
    pub ids: Vec<Id>,
    /// If it was asked for, or is known anyway.
    pub total: Option<u64>,
}

impl<K: Kind> Vocabulary for Words<K> {
    type Condition = Condition;
    type Property = &'static str;

    fn condition(members: Object) -> Result<Condition, MethodError> {
        members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| clause(K::DESCRIPTION.properties, K::DESCRIPTION.text, &name, &value))
            .collect()
    }

    fn property(name: &str) -> Option<&'static str> {
        let sorted = K::DESCRIPTION.property(name).filter(|property| property.is_sort);
        sorted.map(|property| property.name).or((name == "id").then_some("id"))
    }
}

fn clause(
    properties: &'static [Property],
    text: &[&str],
    name: &str,
    value: &Value,
) -> Result<Clause, MethodError> {
    if name == "text" && !text.is_empty() {
        return words(value);
    }
    let find = |name: &str| properties.iter().find(|property| property.name == name && property.is_filter);
    if let Some(property) = find(name) {
        return equal(property, value);
    }
    for (suffix, comparison) in SUFFIXES {
        let Some(property) = name.strip_suffix(suffix).and_then(find) else { continue };
        let bound = match property.kind {
            Type::Moment => value::read_moment(value).map(domain::time::Timestamp::millis),
            Type::Number { .. } => value.as_i64(),
            _ => break,
        };
        let bound =
            bound.ok_or_else(|| MethodError::invalid_arguments(format!("{name} is no number or moment")))?;
        return Ok(Clause::Compare(property.name, comparison, bound));
    }
    let name: String = name.chars().take(100).collect();
    Err(unsupported(format!("cannot filter by {name}")))
}

fn equal(property: &'static Property, value: &Value) -> Result<Clause, MethodError> {
    let is_right = match property.kind {
        Type::Text { .. } | Type::Choice(_) | Type::Reference(_) | Type::Set(_) | Type::Union(_) => {
            value.is_string()
        }
        Type::Number { .. } => value.is_i64(),
        Type::Boolean => value.is_boolean(),
        Type::Moment => value::read_moment(value).is_some(),
        Type::Secret { .. } | Type::Part(_) | Type::Json => false,
    };
    if !is_right {
        return Err(MethodError::invalid_arguments(format!(
            "the value of {} is of another type",
            property.name
        )));
    }
    let value = match (&property.kind, value) {
        (Type::Moment, value) => value::read_moment(value).map_or(Value::Null, value::moment),
        (Type::Choice(choice) | Type::Set(Element::Choice(choice)), Value::String(name)) => {
            (choice.parse)(name).map_or_else(|| value.clone(), Value::from)
        }
        (_, value) => value.clone(),
    };
    Ok(Clause::Is(property.name, value))
}

fn words(value: &Value) -> Result<Clause, MethodError> {
    let text = value.as_str().ok_or_else(|| MethodError::invalid_arguments("text is not a string"))?;
    if text.len() > MAX_TEXT {
        return Err(unsupported(format!("a text of more than {MAX_TEXT} octets is not searched for")));
    }
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    if words.len() > MAX_WORDS {
        return Err(unsupported(format!("more than {MAX_WORDS} words are not searched for")));
    }
    Ok(Clause::Words(words))
}

fn unsupported(description: String) -> MethodError {
    MethodError::new(MethodErrorType::UnsupportedFilter, description)
}

/// Refuses filters of more words than anybody types: each is looked for in every record.
pub fn check_cost(filter: Option<&Filter<Condition>>) -> Result<(), MethodError> {
    let words = |clause: &&Clause| match clause {
        Clause::Words(words) => words.len(),
        Clause::Is(..) | Clause::Compare(..) => 0,
    };
    let count: usize = filter.map(clauses).unwrap_or_default().iter().map(words).sum();
    if count > MAX_WORDS_IN_ALL {
        return Err(unsupported(format!("more than {MAX_WORDS_IN_ALL} words in all are not searched for")));
    }
    Ok(())
}

/// Whether what the query looks at changes only with the records themselves.
pub fn follows_from_states<K: Kind>(
    filter: Option<&Filter<Condition>>,
    sort: &[Comparator<&'static str>],
) -> bool {
    if K::DESCRIPTION.journal.is_none() {
        return false;
    }
    let is_steady = |name: &str| K::DESCRIPTION.property(name).is_none_or(|property| !property.is_volatile);
    sort.iter().all(|comparator| is_steady(comparator.property))
        && filter.is_none_or(|filter| {
            clauses(filter).iter().all(|clause| match clause {
                Clause::Words(_) => true,
                Clause::Is(name, _) | Clause::Compare(name, _, _) => is_steady(name),
            })
        })
}

fn clauses(filter: &Filter<Condition>) -> Vec<&Clause> {
    match filter {
        Filter::Condition(clauses) => clauses.iter().collect(),
        Filter::Operator { conditions, .. } => conditions.iter().flat_map(clauses).collect(),
    }
}

/// Asks the store; or looks at all records where it has no such order, if there are not too many.
pub async fn ask<K: Kind>(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
    match question.sort {
        // Ids are different, so that nothing after them counts; and the journal has but one order.
        [first, _, ..] if first.property != "id" && K::DESCRIPTION.journal.is_some() => {
            let all = K::load(scene, Wanted::All { most: MOST_SORTED + 1 }).await;
            if all.map_err(|error| load_failed(&error))?.len() > MOST_SORTED {
                let why = format!("by several properties no more than {MOST_SORTED} objects are sorted");
                return Err(MethodError::new(MethodErrorType::UnsupportedSort, why));
            }
            among_all::<K>(scene, question).await
        }
        _ => K::query(scene, question).await,
    }
}

/// The answer from all records, for kinds of which there are few.
pub async fn among_all<K: Kind>(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
    let ids = all_ids::<K>(scene, question.filter, question.sort).await?;
    let (position, part) = question.window.of(&ids, question.most)?;
    let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    Ok(Found { position, ids: part.to_vec(), total: Some(total) })
}

/// The ids of all that match, in order.
async fn all_ids<K: Kind>(
    scene: Scene<'_>,
    filter: Option<&Filter<Condition>>,
    sort: &[Comparator<&'static str>],
) -> Result<Vec<Id>, MethodError> {
    let rows = K::load(scene, Wanted::All { most: MOST_LOOKED_AT + 1 }).await;
    let rows = rows.map_err(|error| load_failed(&error))?;
    if rows.len() > MOST_LOOKED_AT {
        return Err(unsupported(format!("there are more than {MOST_LOOKED_AT} objects")));
    }
    let matches = |record: &Object| {
        filter.is_none_or(|filter| {
            filter.matches(&|condition: &Condition| {
                condition.iter().all(|clause| fits(record, clause, K::DESCRIPTION.text))
            })
        })
    };
    let mut records: Vec<Object> = rows.iter().map(K::json).filter(matches).collect();
    records.sort_by(|a, b| {
        let order = sort.iter().map(|by| {
            let order = compare(a.get(by.property), b.get(by.property));
            if by.is_ascending { order } else { order.reverse() }
        });
        // Newest first, since ids grow with time.
        order.fold(Ordering::Equal, Ordering::then).then_with(|| compare(b.get("id"), a.get("id")))
    });
    Ok(records.iter().filter_map(|record| Id::parse(record.get("id")?.as_str()?).ok()).collect())
}

fn fits(record: &Object, clause: &Clause, text: &[&str]) -> bool {
    match clause {
        Clause::Words(words) => {
            let texts: Vec<String> =
                text.iter().filter_map(|name| record.get(*name)).flat_map(texts).collect();
            words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
        }
        Clause::Is(name, value) => match record.get(*name) {
            Some(Value::Object(members)) if members.contains_key("@type") => {
                members.get("@type") == Some(value)
            }
            Some(Value::Object(members)) => {
                value.as_str().is_some_and(|element| members.contains_key(element))
            }
            other => other == Some(value),
        },
        Clause::Compare(name, comparison, bound) => {
            let number = record.get(*name).and_then(|value| match value {
                Value::Number(number) => number.as_i64(),
                value => value::read_moment(value).map(domain::time::Timestamp::millis),
            });
            number.is_some_and(|number| match comparison {
                Comparison::Less => number < *bound,
                Comparison::LessOrEqual => number <= *bound,
                Comparison::Greater => number > *bound,
                Comparison::GreaterOrEqual => number >= *bound,
            })
        }
    }
}

/// The texts of a property, in lower case: itself, or the elements of a set.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.to_lowercase()],
        set @ Value::Object(_) => value::elements(set).map(str::to_lowercase).collect(),
        _ => Vec::new(),
    }
}

/// Nothing comes before something; moments in text sort as moments.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(a @ Value::String(one)), Some(b @ Value::String(other))) => {
            // A fraction of a second is written only if there is one, so that moments do not sort as texts.
            match (value::read_moment(a), value::read_moment(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => one.cmp(other),
            }
        }
        (Some(Value::Number(a)), Some(Value::Number(b))) => a.as_i64().cmp(&b.as_i64()),
        (Some(Value::Bool(a)), Some(Value::Bool(b))) => a.cmp(b),
        (a, b) => is_something(a).cmp(&is_something(b)),
    }
}

fn is_something(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_of_very_many_words_is_not_supported() {
        let words = |count| Filter::Condition(vec![Clause::Words(vec!["a".to_owned(); count])]);
        let joined = |count| Filter::Operator {
            operator: jmap::filter::Operator::Or,
            conditions: (0..count).map(|_| words(MAX_WORDS)).collect(),
        };
        assert!(check_cost(None).is_ok() && check_cost(Some(&joined(4))).is_ok());
        let refused = check_cost(Some(&joined(5))).unwrap_err();
        assert_eq!(refused.kind(), MethodErrorType::UnsupportedFilter);
    }
}
