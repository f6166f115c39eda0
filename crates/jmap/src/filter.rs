//! Filters: conditions of a data type, joined by AND, OR and NOT. RFC 8620 §5.5.

use serde_json::Value;

use crate::{
    error::{MethodError, MethodErrorType},
    json::Object,
};

/// Filters that are nested deeper or have more conditions are `unsupportedFilter`: a user's search has neither.
const MAX_DEPTH: usize = 16;
const MAX_CONDITIONS: usize = 256;

/// How conditions are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// All match; without conditions that is so.
    And,
    /// At least one matches; without conditions that is not so.
    Or,
    /// None matches; without conditions that is so.
    Not,
}

/// A tree whose leaves are the conditions of a data type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter<C> {
    Condition(C),
    Operator { operator: Operator, conditions: Vec<Self> },
}

impl<C> Filter<C> {
    /// `condition` reads one leaf. Its errors are `invalidArguments` for what is no condition and `unsupportedFilter` for one
    /// that cannot be evaluated.
    pub fn parse(
        value: Value,
        condition: &mut impl FnMut(Object) -> Result<C, MethodError>,
    ) -> Result<Self, MethodError> {
        let mut left = MAX_CONDITIONS;
        parse_level(value, condition, MAX_DEPTH, &mut left)
    }

    /// Whether a record matches, given whether it matches each condition.
    pub fn matches(&self, condition: &impl Fn(&C) -> bool) -> bool {
        match self {
            Self::Condition(leaf) => condition(leaf),
            Self::Operator { operator, conditions } => match operator {
                Operator::And => conditions.iter().all(|filter| filter.matches(condition)),
                Operator::Or => conditions.iter().any(|filter| filter.matches(condition)),
                Operator::Not => !conditions.iter().any(|filter| filter.matches(condition)),
            },
        }
    }
}

fn parse_level<C>(
    value: Value,
    condition: &mut impl FnMut(Object) -> Result<C, MethodError>,
    depth: usize,
    left: &mut usize,
) -> Result<Filter<C>, MethodError> {
    let Value::Object(mut members) = value else {
        return Err(MethodError::invalid_arguments("a filter is not an object"));
    };
    *left = left.checked_sub(1).ok_or_else(|| unsupported("it has too many conditions"))?;
    let Some(operator) = members.remove("operator") else {
        return condition(members).map(Filter::Condition);
    };
    let operator = parse_operator(&operator)?;
    let Some(Value::Array(items)) = members.remove("conditions") else {
        return Err(MethodError::invalid_arguments("the conditions of a filter are not an array"));
    };
    if !members.is_empty() {
        return Err(MethodError::invalid_arguments(
            "a filter operator has other members than operator and conditions",
        ));
    }
    let deeper = depth.checked_sub(1).ok_or_else(|| unsupported("it is nested too deep"))?;
    let conditions =
        items.into_iter().map(|item| parse_level(item, condition, deeper, left)).collect::<Result<_, _>>()?;
    Ok(Filter::Operator { operator, conditions })
}

fn parse_operator(value: &Value) -> Result<Operator, MethodError> {
    match value.as_str() {
        Some("AND") => Ok(Operator::And),
        Some("OR") => Ok(Operator::Or),
        Some("NOT") => Ok(Operator::Not),
        _ => Err(MethodError::invalid_arguments("the operator of a filter is not AND, OR or NOT")),
    }
}

fn unsupported(description: &str) -> MethodError {
    MethodError::new(MethodErrorType::UnsupportedFilter, description)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: Value) -> Result<Filter<String>, MethodErrorType> {
        let mut condition = |members: Object| match members.get("hasKeyword").and_then(Value::as_str) {
            Some(keyword) if members.len() == 1 => Ok(keyword.to_owned()),
            _ => Err(unsupported("")),
        };
        Filter::parse(value, &mut condition).map_err(|error| error.kind())
    }

    fn matches(filter: Value, keywords: &[&str]) -> bool {
        parse(filter).unwrap().matches(&|keyword: &String| keywords.contains(&keyword.as_str()))
    }

    fn has(keyword: &str) -> Value {
        json!({ "hasKeyword": keyword })
    }

    fn join(operator: &str, conditions: &[Value]) -> Value {
        json!({ "operator": operator, "conditions": conditions })
    }

    #[test]
    fn operators_join_as_they_are_named() {
        let of = |operator, keywords: &[&str]| matches(join(operator, &[has("a"), has("b")]), keywords);
        assert_eq!([of("AND", &["a", "b"]), of("AND", &["a"]), of("AND", &[])], [true, false, false]);
        assert_eq!([of("OR", &["a", "b"]), of("OR", &["a"]), of("OR", &[])], [true, true, false]);
        assert_eq!([of("NOT", &["a", "b"]), of("NOT", &["a"]), of("NOT", &[])], [false, false, true]);
        let nested = join("AND", &[has("a"), join("NOT", &[join("OR", &[has("b"), has("c")])])]);
        assert!(matches(nested.clone(), &["a"]) && !matches(nested, &["a", "c"]));
    }

    #[test]
    fn operators_without_conditions_follow_from_their_words() {
        let of = |operator| matches(join(operator, &[]), &["a"]);
        assert_eq!([of("AND"), of("OR"), of("NOT")], [true, false, true]);
    }

    #[test]
    fn what_is_no_filter_is_an_invalid_argument() {
        let others = [
            json!([]),
            json!("a"),
            json!({ "operator": "and", "conditions": [] }),
            json!({ "operator": "AND" }),
            json!({ "operator": "AND", "conditions": {} }),
            json!({ "operator": "AND", "conditions": [null] }),
            json!({ "operator": "AND", "conditions": [], "hasKeyword": "a" }),
        ];
        for other in others {
            assert_eq!(parse(other.clone()), Err(MethodErrorType::InvalidArguments), "{other}");
        }
        assert_eq!(parse(json!({ "colour": "red" })), Err(MethodErrorType::UnsupportedFilter));
    }

    #[test]
    fn a_hostile_tree_is_unsupported() {
        let nest = |levels: usize| (0..levels).fold(has("a"), |inner, _| join("NOT", &[inner]));
        assert!(parse(nest(MAX_DEPTH)).is_ok());
        assert_eq!(parse(nest(MAX_DEPTH + 1)), Err(MethodErrorType::UnsupportedFilter));
        assert!(parse(join("OR", &vec![has("a"); MAX_CONDITIONS - 1])).is_ok());
        assert_eq!(
            parse(join("OR", &vec![has("a"); MAX_CONDITIONS])),
            Err(MethodErrorType::UnsupportedFilter)
        );
    }
}
