//! What has to change so that an object is as the file says. Nothing here speaks to a server.

use serde_json::{Map, Value, json};

use super::{Wishes, file::Desired};
use crate::{
    failure::Failure,
    schema::{Change, FieldType, KIND, Schema},
    value::{MASK, canonical, shown},
};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Nothing { id: String },
    Create { members: Map<String, Value>, lines: Vec<String> },
    Update { id: String, patch: Map<String, Value>, lines: Vec<String> },
}

/// Compares `desired`, whose references are ids already, with what there is.
pub(super) fn decide(
    schema: &Schema,
    desired: &Desired<'_>,
    current: Option<&Value>,
    wishes: Wishes,
) -> Result<Step, Failure> {
    let Some(current) = current else {
        return Ok(creation(desired));
    };
    let mut patch = Map::new();
    let mut lines = Vec::new();
    for (name, wanted) in desired.members.iter().filter(|(name, _)| *name != KIND) {
        let field = desired.object.fields.get(name);
        let kind = field.map(|field| &field.kind);
        let now = current.get(name).cloned().unwrap_or_default();
        let now = kind.map_or(now.clone(), |kind| canonical(schema, kind, &now));
        let is_secret = kind == Some(&FieldType::Secret);
        // A set secret may be shown masked or not at all: whether it is the one of the file cannot be seen.
        if is_same(wanted, &now) || is_secret && !wanted.is_null() && !wishes.secrets {
            continue;
        }
        if field.is_some_and(|field| field.change == Change::Once) {
            return Err(Failure::refused(
                desired,
                format!(
                    "{name} is {} and cannot be changed; delete it first, or correct the file",
                    shown(kind, &now)
                ),
            ));
        }
        lines.push(match kind {
            Some(FieldType::Secret) if !wanted.is_null() => format!("{name}: set to that of the file"),
            _ => format!("{name}: {} → {}", told(kind, &now), told(kind, wanted)),
        });
        patch.insert(name.clone(), wanted.clone());
    }
    let id = crate::remote::listing::id(current).to_owned();
    Ok(if patch.is_empty() { Step::Nothing { id } } else { Step::Update { id, patch, lines } })
}

/// A new object says nothing of what it does not have. Where the file has a mask there was a secret, and there must be one again: an
/// application that proved itself must not become one that anybody can pass for.
fn creation(desired: &Desired<'_>) -> Step {
    let kind = |name: &str| desired.object.fields.get(name).map(|field| &field.kind);
    let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
    let (mut members, mut lines) = (Map::new(), Vec::new());
    for (name, value) in desired.members.iter().filter(|(_, value)| !value.is_null()) {
        let is_masked = value.as_str() == Some(MASK);
        let (value, told) = match kind(name) {
            Some(FieldType::Secret) if is_masked => (json!({ KIND: "Generate" }), "a new one".to_owned()),
            Some(FieldType::Secret) => (value.clone(), "that of the file".to_owned()),
            _ if is_masked => continue,
            kind => (value.clone(), told(kind, value)),
        };
        if !is_empty(&value) {
            lines.push(format!("{name}: {told}"));
        }
        members.insert(name.clone(), value);
    }
    Step::Create { members, lines }
}

/// Whether nothing has to change. A mask means what is there.
fn is_same(wanted: &Value, now: &Value) -> bool {
    match (wanted, now) {
        (Value::String(text), _) if text == MASK => true,
        (Value::Object(wanted), Value::Object(now)) => {
            let told =
                |members: &Map<String, Value>| members.values().filter(|value| !value.is_null()).count();
            told(wanted) == told(now)
                && wanted
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .all(|(name, value)| now.get(name).is_some_and(|now| is_same(value, now)))
        }
        // An empty set that was never set.
        (Value::Object(members), Value::Null) | (Value::Null, Value::Object(members)) => members.is_empty(),
        (wanted, now) => wanted == now,
    }
}

fn told(kind: Option<&FieldType>, value: &Value) -> String {
    let text = shown(kind, value);
    if text.is_empty() { "(unset)".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{command::remote::apply::file, schema::tests::sample};

    fn step(wanted: &Value, current: Option<&Value>, secrets: bool) -> Result<Step, Failure> {
        let schema = sample();
        let text = json!({ "App": [wanted] }).to_string();
        let desired = file::read(&text, "f", &schema).unwrap();
        decide(&schema, &desired[0], current, Wishes { dry_run: false, secrets })
    }

    fn current() -> Value {
        json!({"id": "a1", "name": "a", "note": null, "secret": "****", "addresses": {"x": true}, "life": 3_600_000})
    }

    #[test]
    fn what_is_as_the_file_says_is_left_alone_however_the_file_says_it() {
        let wanted = json!({"name": "a", "note": null, "secret": "****", "addresses": ["x"], "life": "1h"});
        assert_eq!(step(&wanted, Some(&current()), false).unwrap(), Step::Nothing { id: "a1".to_owned() });
    }

    #[test]
    fn only_what_differs_is_changed() {
        let wanted = json!({"name": "a", "addresses": ["x", "y"], "life": "2h"});
        let Step::Update { patch, lines, .. } = step(&wanted, Some(&current()), false).unwrap() else {
            panic!()
        };
        assert_eq!(Value::Object(patch), json!({"addresses": {"x": true, "y": true}, "life": 7_200_000}));
        assert_eq!(lines, ["addresses: x → x, y", "life: 1h → 2h"]);
    }

    #[test]
    fn a_secret_of_what_exists_is_set_only_when_that_is_asked_for_and_never_shown() {
        let wanted = json!({"name": "a", "secret": "hunter2"});
        let bare = json!({"id": "a1", "name": "a"});
        for current in [current(), bare] {
            assert!(matches!(step(&wanted, Some(&current), false).unwrap(), Step::Nothing { .. }));
            let Step::Update { patch, lines, .. } = step(&wanted, Some(&current), true).unwrap() else {
                panic!()
            };
            assert!(patch["secret"] == "hunter2" && !lines.concat().contains("hunter2"));
        }
    }

    #[test]
    fn a_new_object_gets_what_the_file_says_and_a_new_secret_for_a_mask() {
        let wanted = json!({"name": "b", "note": null, "secret": "****", "life": "1h"});
        let Step::Create { members, lines } = step(&wanted, None, false).unwrap() else { panic!() };
        let expected = json!({"name": "b", "life": 3_600_000, "secret": {"@type": "Generate"}});
        assert_eq!(Value::Object(members), expected);
        assert_eq!(lines, ["life: 1h", "name: b", "secret: a new one"]);
    }

    #[test]
    fn what_cannot_be_changed_is_refused_by_its_name() {
        let other = json!({"id": "a1", "name": "b"});
        assert!(
            matches!(step(&json!({"name": "a"}), Some(&other), false), Err(Failure::Refused(why)) if why.contains("name is b"))
        );
    }
}
