use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::pointer::escape;

fn object(value: Value) -> Object {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn patch(record: Value, patch: Value) -> Result<Value, SetError> {
    let defaults = object(json!({ "keywords": {} }));
    PatchObject::parse(object(patch))?.apply(&object(record), &defaults).map(Value::Object)
}

fn refused(patch_value: Value) -> Vec<String> {
    let record = json!({ "alerts": { "1": { "offset": 5 } }, "tags": ["a"], "title": "T", "none": null });
    match patch(record, patch_value).unwrap_err().kind() {
        SetErrorKind::InvalidPatch { properties } => properties.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pointer_changes_one_member_and_leaves_the_others() {
    let record = json!({ "title": "Practise Piano", "keywords": { "mozart": true, "liszt": true } });
    let patched = patch(record, json!({ "keywords/chopin": true, "keywords/mozart": null })).unwrap();
    assert_eq!(patched, json!({ "title": "Practise Piano", "keywords": { "chopin": true, "liszt": true } }));
}

#[test]
fn an_escaped_key_is_the_name_of_one_member() {
    let record = json!({ "uris": { "https://a/cb": true } });
    let patched =
        patch(record, json!({ "uris/https:~1~1b~1cb": true, "uris/https:~1~1a~1cb": null })).unwrap();
    assert_eq!(patched, json!({ "uris": { "https://b/cb": true } }));
}

#[test]
fn null_restores_the_default_or_removes_and_is_no_error_where_nothing_is() {
    let record = json!({ "keywords": { "a": true }, "title": "T" });
    assert_eq!(
        patch(record, json!({ "keywords": null, "title": null, "gone": null })).unwrap(),
        json!({ "keywords": {} })
    );
    assert_eq!(
        patch(json!({ "keywords": {} }), json!({ "keywords/a": null })).unwrap(),
        json!({ "keywords": {} })
    );
}

#[test]
fn pointers_within_each_other_are_refused_by_name() {
    assert_eq!(refused(json!({ "alerts/1/offset": 1, "alerts": {} })), ["alerts", "alerts/1/offset"]);
    assert_eq!(refused(json!({ "a": 1, "a/b~1c": 1, "a!": 1, "a0": 1 })), ["a", "a/b~1c"]);
    assert!(PatchObject::parse(object(json!({ "alerts/1": 1, "alerts/10": 1, "alertsx": 1 }))).is_ok());
}

#[test]
fn a_pointer_into_an_array_or_through_nothing_is_refused() {
    for pointer in
        ["tags/0", "tags/-", "tags/0/x", "title/x", "none/x", "alerts/2/offset", "nothing/x", "~", "a/~2"]
    {
        assert_eq!(refused(json!({ pointer: 1 })), [pointer], "{pointer}");
    }
}

#[test]
fn what_only_the_server_sets_may_be_sent_back_but_not_changed() {
    let before = object(json!({ "id": "a", "n": 1 }));
    assert_eq!(
        check_server_set(&before, &object(json!({ "id": "a", "n": 1, "t": 2 })), &["id", "n"]),
        Ok(())
    );
    let error = check_server_set(&before, &object(json!({ "id": "b" })), &["id", "n"]).unwrap_err();
    assert_eq!(error.kind(), &SetErrorKind::InvalidProperties { properties: vec!["id".into(), "n".into()] });
}

#[test]
fn the_difference_is_what_the_client_did_not_ask_for() {
    let expected = object(json!({ "id": "a", "estimate": 360, "old": 1 }));
    let actual = object(json!({ "id": "a", "estimate": 5400, "rev": 2 }));
    assert_eq!(
        difference(&expected, &actual),
        Some(object(json!({ "estimate": 5400, "rev": 2, "old": null })))
    );
    assert_eq!(difference(&actual, &actual), None);
}

/// The smallest patch from one record to another: an object in both is descended into.
fn between(before: &Object, after: &Object, prefix: &str, patch: &mut Object) {
    for name in before.keys().chain(after.keys()) {
        let pointer = format!("{prefix}{}", escape(name));
        match (before.get(name), after.get(name)) {
            (one, other) if one == other => {}
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                between(before, after, &format!("{pointer}/"), patch);
            }
            (_, after) => drop(patch.insert(pointer, after.cloned().unwrap_or(Value::Null))),
        }
    }
}

fn any_record() -> impl Strategy<Value = Object> {
    let leaf = prop_oneof![Just(json!(true)), Just(json!(7)), Just(json!([1, { "a": 2 }])), Just(json!("x"))];
    let value = leaf.prop_recursive(3, 16, 4, |inner| {
        prop::collection::btree_map("[ab~/]{0,2}", inner, 0..4).prop_map(|map| map.into_iter().collect())
    });
    prop::collection::btree_map("[ab~/]{0,2}", value, 0..5).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_patch_between_two_records_leads_from_one_to_the_other(before in any_record(), after in any_record()) {
        let mut patch = Object::new();
        between(&before, &after, "", &mut patch);
        let patch = PatchObject::parse(patch).unwrap();
        prop_assert_eq!(patch.clone().apply(&before, &Object::new()).unwrap(), after.clone());
        prop_assert_eq!(patch.clone().apply(&after, &Object::new()).unwrap(), after);
    }

    #[test]
    fn a_whole_record_is_a_patch_to_itself(before in any_record(), after in any_record()) {
        let whole: Object = after.iter().map(|(name, value)| (escape(name), value.clone())).collect();
        let patched = PatchObject::parse(whole).unwrap().apply(&before, &Object::new()).unwrap();
        for (name, value) in &after {
            prop_assert_eq!(patched.get(name), Some(value));
        }
    }

    #[test]
    fn any_patch_is_applied_or_refused(patch in any_record(), record in any_record()) {
        if let Ok(patch) = PatchObject::parse(patch) {
            drop(patch.apply(&record, &record));
        }
    }
}
