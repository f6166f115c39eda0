//! Comparators: by which properties, and which way, results are sorted. RFC 8620 §5.5.

use serde_json::Value;

use crate::{
    arguments::Arguments,
    capability::CoreCapability,
    error::{MethodError, MethodErrorType},
};

/// More comparators than this are `unsupportedSort`.
const MAX_COMPARATORS: usize = 8;

/// One criterion; the next decides where it finds two records equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparator<P> {
    pub property: P,
    pub is_ascending: bool,
    /// One of the collations of the core capability.
    pub collation: Option<String>,
}

/// Reads the argument `sort`. `property` reads the name of a property that can be sorted by.
pub fn parse<P>(
    value: Value,
    core: &CoreCapability,
    property: impl Fn(&str) -> Option<P>,
) -> Result<Vec<Comparator<P>>, MethodError> {
    let Value::Array(items) = value else {
        return Err(MethodError::invalid_arguments("sort is not an array"));
    };
    if items.len() > MAX_COMPARATORS {
        return Err(unsupported(format!("at most {MAX_COMPARATORS} comparators")));
    }
    items.into_iter().map(|item| comparator(item, core, &property)).collect()
}

fn comparator<P>(
    value: Value,
    core: &CoreCapability,
    property: &impl Fn(&str) -> Option<P>,
) -> Result<Comparator<P>, MethodError> {
    let Value::Object(members) = value else {
        return Err(MethodError::invalid_arguments("a comparator is not an object"));
    };
    let mut members = Arguments::new(members);
    let name = members.required("property", Arguments::string)?;
    let is_ascending = members.boolean("isAscending")?.unwrap_or(true);
    let collation = members.string("collation")?;
    members.finish()?;
    if collation.as_ref().is_some_and(|name| !core.collation_algorithms.contains(name)) {
        return Err(unsupported("the collation is not one of collationAlgorithms".to_owned()));
    }
    let Some(property) = property(&name) else {
        let name: String = name.chars().take(100).collect();
        return Err(unsupported(format!("cannot sort by {name}")));
    };
    Ok(Comparator { property, is_ascending, collation })
}

fn unsupported(description: String) -> MethodError {
    MethodError::new(MethodErrorType::UnsupportedSort, description)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sort(value: Value) -> Result<Vec<Comparator<char>>, MethodErrorType> {
        let core = CoreCapability {
            collation_algorithms: vec!["i;ascii-casemap".into()],
            ..CoreCapability::default()
        };
        parse(value, &core, |name| (name == "title").then_some('t')).map_err(|error| error.kind())
    }

    #[test]
    fn ascending_is_the_default() {
        let comparators =
            sort(json!([{ "property": "title" }, { "property": "title", "isAscending": false }])).unwrap();
        assert_eq!(comparators.iter().map(|c| c.is_ascending).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_property_or_collation_that_is_not_known_is_unsupported() {
        let sorts = [
            json!([{ "property": "colour" }]),
            json!([{ "property": "title", "collation": "i;octet" }]),
            json!(vec![json!({ "property": "title" }); 9]),
        ];
        for value in sorts {
            assert_eq!(sort(value.clone()), Err(MethodErrorType::UnsupportedSort), "{value}");
        }
        assert!(sort(json!([{ "property": "title", "collation": "i;ascii-casemap" }])).is_ok());
    }

    #[test]
    fn what_is_no_comparator_is_an_invalid_argument() {
        for value in [json!({}), json!(["title"]), json!([{}]), json!([{ "property": "title", "up": true }])]
        {
            assert_eq!(sort(value.clone()), Err(MethodErrorType::InvalidArguments), "{value}");
        }
    }
}
