//! Conditions as they are typed, and the filters they become. RFC 8620 §5.5.

use serde_json::{Map, Value, json};

use crate::{
    failure::Failure,
    schema::{FieldType, Object},
    value::Typed,
};

/// What may stand between a name and a value, and what it adds to the name on the wire.
const OPERATORS: [(&str, &str); 5] = [
    (">=", "IsGreaterThanOrEqual"),
    ("<=", "IsLessThanOrEqual"),
    (">", "IsGreaterThan"),
    ("<", "IsLessThan"),
    ("=", ""),
];

/// The filter that holds where all of `conditions` do; none without any.
pub(crate) fn filter(
    conditions: &[String],
    object: &Object,
    typed: &Typed<'_>,
) -> Result<Option<Value>, Failure> {
    let mut filters = Vec::new();
    for condition in conditions {
        let (name, suffix, text) = split(condition)
            .ok_or_else(|| Failure::unusable(condition, "is written NAME=VALUE, NAME>VALUE or NAME<VALUE"))?;
        let name = object.filter(name)?;
        let value = value(&name, text, object, typed).map_err(|why| Failure::unusable(&name, why))?;
        filters.push(json!({ format!("{name}{suffix}"): value }));
    }
    Ok(match filters.len() {
        0 => None,
        1 => filters.pop(),
        _ => Some(json!({ "operator": "AND", "conditions": filters })),
    })
}

/// Those of `conditions` that `object` knows.
pub(crate) fn known<'c>(conditions: &'c [String], object: &Object) -> Vec<&'c String> {
    let is_known = |condition: &&String| {
        split(condition).is_some_and(|(name, _, _)| object.filter(name).is_ok() && !object.filters.is_empty())
    };
    conditions.iter().filter(is_known).collect()
}

/// `name` or `-name`, as a comparator.
pub(crate) fn comparator(text: &str, object: &Object) -> Result<Value, Failure> {
    let (name, is_ascending) = match text.strip_prefix('-') {
        Some(name) => (name, false),
        None => (text, true),
    };
    let name = if name == "id" { name } else { object.field(name)?.0 };
    Ok(json!({ "property": name, "isAscending": is_ascending }))
}

fn split(condition: &str) -> Option<(&str, &'static str, &str)> {
    let at = condition.find(['=', '<', '>'])?;
    let (name, rest) = condition.split_at(at);
    let (operator, suffix) = OPERATORS.into_iter().find(|(operator, _)| rest.starts_with(operator))?;
    (!name.is_empty()).then_some((name, suffix, rest.strip_prefix(operator)?))
}

fn value(name: &str, text: &str, object: &Object, typed: &Typed<'_>) -> Result<Value, String> {
    let Some(field) = object.fields.get(name) else {
        return Ok(json!(text));
    };
    match &field.kind {
        FieldType::Set(class) | FieldType::Map(class) => typed.read(&class.0, text),
        FieldType::Object(_) | FieldType::List(_) | FieldType::Other => Ok(json!(text)),
        _ => typed.field(field, text),
    }
}

/// The arguments of a query, without those that say nothing.
pub(crate) fn query(filter: Option<&Value>, sort: &[Value]) -> Map<String, Value> {
    let mut arguments = Map::new();
    if let Some(filter) = filter {
        arguments.insert("filter".to_owned(), filter.clone());
    }
    if !sort.is_empty() {
        arguments.insert("sort".to_owned(), json!(sort));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::sample;

    fn filter_of(conditions: &[&str]) -> Result<Option<Value>, Failure> {
        let schema = sample();
        let typed = Typed { schema: &schema, now: jiff::Timestamp::UNIX_EPOCH };
        let conditions: Vec<_> = conditions.iter().map(|condition| (*condition).to_owned()).collect();
        filter(&conditions, schema.object("App").unwrap(), &typed)
    }

    #[test]
    fn conditions_become_filters_that_all_hold() {
        assert_eq!(filter_of(&[]).unwrap(), None);
        assert_eq!(filter_of(&["text=a=b"]).unwrap(), Some(json!({"text": "a=b"})));
        let two = filter_of(&["createdAt>=2026-01-01", "name=x"]).unwrap().unwrap();
        assert_eq!(
            two,
            json!({"operator": "AND", "conditions": [{"createdAtIsGreaterThanOrEqual": "2026-01-01T00:00:00Z"}, {"name": "x"}]})
        );
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for bad in ["text", "=x", "colour=red", "createdAt>soon"] {
            assert!(filter_of(&[bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_minus_sorts_the_largest_first() {
        let schema = sample();
        let app = schema.object("App").unwrap();
        assert_eq!(
            comparator("-createdAt", app).unwrap(),
            json!({"property": "createdAt", "isAscending": false})
        );
        assert_eq!(comparator("id", app).unwrap(), json!({"property": "id", "isAscending": true}));
        assert!(comparator("size", app).is_err());
    }
}
