//! What an event keeps of a change: where the two sides differ, and nothing else. Whoever toggles one contact of a client must not make
//! the journal keep all its metadata twice.

use serde_json::{Map, Value};

/// Of longer lists only the elements in which they differ are told.
const SHORT_LIST: usize = 8;

/// The members in which two objects differ, of each side those it has; `None` when there are none. Members of members are compared
/// likewise, except in a tagged union (`@type`), which is one value. Of long lists each side tells the elements that the other has not.
/// What is no object is taken whole.
pub fn difference(before: Value, after: Value) -> Option<(Value, Value)> {
    match (before, after) {
        (before, after) if before == after => None,
        (Value::Object(before), Value::Object(after)) => Some(of_members(before, after)),
        whole => Some(whole),
    }
}

fn of_members(mut before: Map<String, Value>, mut after: Map<String, Value>) -> (Value, Value) {
    let names: Vec<String> = before.keys().cloned().collect();
    for name in names {
        let Some(new) = after.remove(&name) else { continue };
        let Some(old) = before.remove(&name) else { continue };
        if let Some((old, new)) = of_values(old, new) {
            before.insert(name.clone(), old);
            after.insert(name, new);
        }
    }
    (Value::Object(before), Value::Object(after))
}

fn of_values(before: Value, after: Value) -> Option<(Value, Value)> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) if is_union(&before) || is_union(&after) => {
            (before != after).then_some((Value::Object(before), Value::Object(after)))
        }
        (Value::Array(before), Value::Array(after)) if before.len().max(after.len()) > SHORT_LIST => {
            of_long_lists(&before, &after)
        }
        (before, after) => difference(before, after),
    }
}

fn is_union(members: &Map<String, Value>) -> bool {
    members.contains_key("@type")
}

fn of_long_lists(before: &[Value], after: &[Value]) -> Option<(Value, Value)> {
    if before == after {
        return None;
    }
    let only = |own: &[Value], other: &[Value]| {
        Value::Array(own.iter().filter(|element| !other.contains(element)).cloned().collect())
    };
    Some((only(before, after), only(after, before)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let before = json!({ "a": 1, "b": [1], "gone": true });
        let after = json!({ "a": 1, "b": [1, 2], "new": null });
        let told = (json!({ "b": [1], "gone": true }), json!({ "b": [1, 2], "new": null }));
        assert_eq!(difference(before, after), Some(told));
    }

    #[test]
    fn where_nothing_differs_there_is_nothing_to_tell() {
        assert_eq!(difference(json!({ "a": 1 }), json!({ "a": 1 })), None);
    }

    #[test]
    fn members_of_members_are_told_only_where_they_differ() {
        let side = |contact: &str| json!({ "metadata": { "logo": "x".repeat(9000), "contacts": [contact] } });
        let told =
            (json!({ "metadata": { "contacts": ["a"] } }), json!({ "metadata": { "contacts": ["b"] } }));
        assert_eq!(difference(side("a"), side("b")), Some(told));
    }

    #[test]
    fn a_tagged_union_is_told_whole() {
        let side = |name: &str| json!({ "roles": { "@type": "Custom", "roleIds": [name] } });
        assert_eq!(difference(side("a"), side("b")), Some((side("a"), side("b"))));
    }

    #[test]
    fn of_a_long_list_the_elements_are_told_that_differ() {
        let side = |last: u32| json!({ "uris": (0..50).chain([last]).collect::<Vec<_>>() });
        assert_eq!(difference(side(77), side(78)), Some((json!({ "uris": [77] }), json!({ "uris": [78] }))));
    }
}
