//! From a query of JMAP to a search of the store, and back.

use domain::{id::Id, time::Timestamp};
use jmap::{
    error::{MethodError, MethodErrorType},
    filter::{Filter as Asked, Operator},
    method::window::Start as AskedStart,
};
use store::search::{self, Filter, Found as Stored, Page, Search, Start};

use crate::{
    admin::QueryError,
    jmap::{
        object::{ActError, Scene, Wanted, kind::store_failed},
        query::{Clause, Comparison, Condition, Found, Question},
    },
};

/// The search for what a question asks; `condition` turns one clause of it into one of the store, `by` the name of a property into an
/// order. What they have no answer for the store cannot do.
pub fn search<C, S: Default>(
    question: &Question<'_>,
    condition: impl Fn(&Clause) -> Option<C>,
    by: impl Fn(&str) -> Option<S>,
) -> Result<Search<C, S>, MethodError> {
    let filter = question.filter.map(|filter| level(filter, &condition)).transpose()?;
    let (sort, is_ascending) = match question.sort {
        [] => (S::default(), false),
        // Ids are different, so that nothing after them counts.
        [first, ..] if first.property == "id" => (S::default(), first.is_ascending),
        [only] => (by(only.property).ok_or(MethodErrorType::UnsupportedSort)?, only.is_ascending),
        [_, _, ..] => {
            let why = "only one comparator is supported";
            return Err(MethodError::new(MethodErrorType::UnsupportedSort, why));
        }
    };
    Ok(Search { tenant: None, filter, sort, page: page(question, is_ascending)? })
}

/// The part of what is found that a question asks for.
pub fn page(question: &Question<'_>, is_ascending: bool) -> Result<Page, MethodError> {
    let start = match &question.window.start {
        AskedStart::Position(position) => Start::Position(*position),
        AskedStart::Anchor { id, offset } => {
            let id = Id::parse(id.as_str()).ok_or(MethodErrorType::AnchorNotFound)?;
            Start::Anchor { id, offset: *offset }
        }
    };
    let limit = u32::try_from(question.most).unwrap_or(u32::MAX);
    Ok(Page { is_ascending, start, limit, wants_total: question.calculate_total })
}

/// Everything, newest first, up to so many.
pub fn everything<C, S: Default>(most: usize) -> Search<C, S> {
    let limit = u32::try_from(most).unwrap_or(u32::MAX);
    let page = Page { is_ascending: false, start: Start::Position(0), limit, wants_total: false };
    Search { tenant: None, filter: None, sort: S::default(), page }
}

fn level<C>(
    filter: &Asked<Condition>,
    condition: &impl Fn(&Clause) -> Option<C>,
) -> Result<Filter<C>, MethodError> {
    match filter {
        Asked::Condition(clauses) => {
            let clause = |clause: &Clause| {
                let condition = condition(clause).map(Filter::Condition);
                condition.ok_or(MethodErrorType::UnsupportedFilter.into())
            };
            Ok(Filter::And(clauses.iter().map(clause).collect::<Result<_, MethodError>>()?))
        }
        Asked::Operator { operator, conditions } => {
            let conditions =
                conditions.iter().map(|filter| level(filter, condition)).collect::<Result<_, _>>()?;
            Ok(match operator {
                Operator::And => Filter::And(conditions),
                Operator::Or => Filter::Or(conditions),
                Operator::Not => Filter::Not(conditions),
            })
        }
    }
}

pub const fn comparison(comparison: Comparison) -> search::Comparison {
    match comparison {
        Comparison::Less => search::Comparison::Less,
        Comparison::LessOrEqual => search::Comparison::LessOrEqual,
        Comparison::Greater => search::Comparison::Greater,
        Comparison::GreaterOrEqual => search::Comparison::GreaterOrEqual,
    }
}

/// The words of a text filter as one text, which the store takes apart as it took apart what it searches.
pub fn text(words: &[String]) -> String {
    words.join(" ")
}

pub const fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub fn found(found: Result<Stored, QueryError>) -> Result<Found, MethodError> {
    let found = found.map_err(|error| match error {
        QueryError::Forbidden(forbidden) => {
            MethodError::new(MethodErrorType::Forbidden, forbidden.to_string())
        }
        QueryError::UnknownAccount => MethodErrorType::AccountNotFound.into(),
        QueryError::AnchorNotFound => MethodErrorType::AnchorNotFound.into(),
        QueryError::Store(error) => store_failed(&error),
    })?;
    let ids = found.ids.iter().filter_map(|id| jmap::id::Id::parse(id.as_str()).ok()).collect();
    Ok(Found { position: found.position, ids, total: found.total })
}

/// The ids of what is wanted: those that were named, as far as they can be ids of ours, or those that `all` finds.
pub async fn ids(
    wanted: Wanted<'_>,
    all: impl AsyncFnOnce(usize) -> Result<Stored, QueryError>,
) -> Result<Vec<Id>, ActError> {
    match wanted {
        Wanted::Ids(ids) => Ok(ids.iter().filter_map(|id| Id::parse(id.as_str())).collect()),
        Wanted::All { most } => match all(most).await {
            Ok(found) => Ok(found.ids),
            Err(QueryError::Forbidden(forbidden)) => Err(forbidden.into()),
            Err(QueryError::UnknownAccount | QueryError::AnchorNotFound) => Ok(Vec::new()),
            Err(QueryError::Store(error)) => Err(error.into()),
        },
    }
}

/// What acts of this moment work with.
pub fn means(scene: Scene<'_>) -> crate::admin::Means<'_> {
    crate::admin::Means { store: scene.store, ..crate::admin::Means::at(scene.app, scene.now) }
}

/// `wanted` in the order of `before`, and what is new after it: sets have no order, and what they are kept as may have one.
pub fn in_order(before: &[String], wanted: Vec<String>) -> Vec<String> {
    let kept = before.iter().filter(|text| wanted.contains(text)).cloned();
    let mut ordered: Vec<String> = kept.collect();
    for text in wanted {
        if !ordered.contains(&text) {
            ordered.push(text);
        }
    }
    ordered
}

pub fn opt_id(record: &crate::jmap::object::Record, name: &str) -> Option<Id> {
    record.opt_text(name).as_deref().and_then(Id::parse)
}
