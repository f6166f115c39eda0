//! A value in a cell of a table.

use serde_json::Value;

use super::instant;
use crate::schema::FieldType;

/// `value` as people read it; nothing for what is unset.
pub(crate) fn shown(kind: Option<&FieldType>, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (Some(FieldType::DateTime), Value::String(text)) => {
            let moment =
                instant(text).and_then(|moment| jiff::Timestamp::from_second(moment.as_second()).ok());
            moment.map_or_else(|| text.clone(), |moment| moment.to_string())
        }
        (_, Value::String(text)) => text.clone(),
        (Some(FieldType::Duration), Value::Number(number)) => {
            number.as_u64().map_or_else(|| number.to_string(), span)
        }
        (Some(FieldType::Set(_)), Value::Object(members)) => members
            .iter()
            .filter(|(_, is_in)| **is_in == Value::Bool(true))
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        (_, Value::Object(members)) if members.len() == 1 && members.contains_key("@type") => {
            members.get("@type").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        (_, other) => other.to_string(),
    }
}

/// In the largest unit that says it exactly, as it may also be typed.
fn span(millis: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let exact = units.iter().find(|(length, _)| millis > 0 && millis.is_multiple_of(*length));
    exact.map_or_else(|| format!("{millis}ms"), |(length, unit)| format!("{}{unit}", millis / length))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{schema::Class, value::millis};

    #[test]
    fn a_span_reads_back_as_it_is_shown() {
        for (length, text) in
            [(0, "0ms"), (1, "1ms"), (3_600_000, "1h"), (90_000, "90s"), (2_592_000_000, "30d")]
        {
            assert_eq!((span(length).as_str(), millis(text)), (text, Some(length)));
        }
    }

    #[test]
    fn a_set_is_shown_by_what_is_in_it_and_a_bare_kind_by_its_name() {
        let set = FieldType::Set(Class(Box::new(FieldType::Text)));
        assert_eq!(shown(Some(&set), &json!({"a": true, "b": true, "c": false})), "a, b");
        assert_eq!(shown(None, &json!({"@type": "Inherit"})), "Inherit");
        assert_eq!(shown(None, &json!(null)), "");
    }

    #[test]
    fn a_moment_is_shown_to_the_second() {
        let at = |text: &str| shown(Some(&FieldType::DateTime), &json!(text));
        assert_eq!(at("2026-11-23T12:47:54.95Z"), "2026-11-23T12:47:54Z");
        assert_eq!(at("soon"), "soon");
    }
}
