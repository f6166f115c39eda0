use proptest::prelude::*;
use serde_json::json;

use super::*;

fn response(name: &str, arguments: Value, call_id: &str) -> Invocation {
    let Value::Object(arguments) = arguments else { panic!("{arguments} is no object") };
    Invocation { name: name.to_owned(), arguments, call_id: call_id.to_owned() }
}

fn resolve(responses: &[Invocation], name: &str, path: &str) -> Result<Value, Unresolved> {
    let reference = ResultReference::parse(&json!({ "resultOf": "t0", "name": name, "path": path }))?;
    reference.resolve(responses, &mut Allowance::new(1_000_000))
}

fn resolve_in(arguments: Value, path: &str) -> Result<Value, Unresolved> {
    resolve(&[response("Foo/get", arguments, "t0")], "Foo/get", path)
}

#[test]
fn a_star_maps_and_flattens_once() {
    let arguments = json!({ "list": [{ "ids": [["a"], "b"] }, { "ids": [] }, { "ids": ["c"] }], "deep": [[1, [2, [3]]], [4]] });
    assert_eq!(resolve_in(arguments.clone(), "/list/*/ids"), Ok(json!([["a"], "b", "c"])));
    assert_eq!(resolve_in(arguments.clone(), "/list/*/ids/*"), Ok(json!(["a", "b", "c"])));
    assert_eq!(resolve_in(arguments.clone(), "/deep/*"), Ok(json!([1, [2, [3]], 4])));
    assert_eq!(resolve_in(arguments, "/deep/*/*"), Ok(json!([1, 2, [3], 4])));
}

#[test]
fn a_star_is_a_plain_name_in_an_object_and_maps_an_empty_array_to_itself() {
    let arguments = json!({ "o": { "*": 1 }, "none": [] });
    assert_eq!(resolve_in(arguments.clone(), "/o/*"), Ok(json!(1)));
    assert_eq!(resolve_in(arguments.clone(), "/none/*/not/there"), Ok(json!([])));
    assert_eq!(resolve_in(arguments.clone(), ""), Ok(arguments));
}

#[test]
fn one_item_without_the_value_fails_the_whole_reference() {
    let arguments = json!({ "list": [{ "a": 1 }, {}] });
    assert_eq!(resolve_in(arguments.clone(), "/list/*/a"), Err(Unresolved::Nothing));
    assert_eq!(resolve_in(arguments, "/list/-"), Err(Unresolved::Nothing));
}

#[test]
fn only_the_first_response_of_a_call_counts() {
    let responses =
        [response("error", json!({ "type": "x" }), "t0"), response("Foo/get", json!({ "a": 1 }), "t0")];
    assert_eq!(resolve(&responses, "Foo/get", "/a"), Err(Unresolved::OtherName));
    assert_eq!(resolve(&[], "Foo/get", "/a"), Err(Unresolved::NoSuchCall));
}

#[test]
fn a_reference_of_another_shape_does_not_resolve() {
    let shapes = [
        json!("t0"),
        json!({ "resultOf": "t0", "name": "Foo/get" }),
        json!({ "resultOf": 0, "name": "Foo/get", "path": "" }),
        json!({ "resultOf": "t0", "name": "Foo/get", "path": "", "more": 1 }),
    ];
    for shape in shapes {
        assert_eq!(ResultReference::parse(&shape), Err(Unresolved::Malformed), "{shape}");
    }
    assert_eq!(resolve_in(json!({}), "no-slash"), Err(Unresolved::Path));
}

#[test]
fn an_argument_in_both_forms_is_an_invalid_argument() {
    let arguments = json!({ "ids": [], "#ids": { "resultOf": "t0", "name": "Foo/get", "path": "" } });
    let responses = [response("Foo/get", json!({}), "t0")];
    let Value::Object(arguments) = arguments else { unreachable!() };
    let error = resolve_arguments(arguments, &responses, &mut Allowance::new(100)).unwrap_err();
    assert_eq!(error.kind(), MethodErrorType::InvalidArguments);
}

#[test]
fn what_is_brought_in_is_paid_from_one_allowance() {
    let responses = [response("Foo/get", json!({ "a": "x".repeat(90) }), "t0")];
    let reference =
        ResultReference::parse(&json!({ "resultOf": "t0", "name": "Foo/get", "path": "/a" })).unwrap();
    let mut allowance = Allowance::new(200);
    assert!(reference.resolve(&responses, &mut allowance).is_ok());
    assert_eq!(reference.resolve(&responses, &mut allowance), Err(Unresolved::TooLarge));
}

#[test]
fn looking_costs_even_where_nothing_is_found() {
    let empty: Vec<_> = (0..1000).map(|_| json!({ "e": [] })).collect();
    let responses = [response("Foo/get", json!({ "list": empty }), "t0")];
    let reference =
        ResultReference::parse(&json!({ "resultOf": "t0", "name": "Foo/get", "path": "/list/*/e/*" }))
            .unwrap();
    assert_eq!(reference.resolve(&responses, &mut Allowance::new(1500)), Err(Unresolved::TooLarge));
    assert_eq!(reference.resolve(&responses, &mut Allowance::new(5000)), Ok(json!([])));
}

/// The words of §3.7, word by word: recursive, without limits.
fn by_the_book(value: &Value, tokens: &[&str]) -> Option<Value> {
    let Some((token, rest)) = tokens.split_first() else { return Some(value.clone()) };
    let (Value::Array(items), &"*") = (value, token) else {
        return by_the_book(child(value, token)?, rest);
    };
    let mut output = Vec::new();
    for item in items {
        match by_the_book(item, rest)? {
            Value::Array(inner) => output.extend(inner),
            other => output.push(other),
        }
    }
    Some(Value::Array(output))
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(null)), Just(json!(1)), Just(json!("x"))];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ab*0]", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_path_finds_what_the_recursive_reading_finds(
        value in any_value(),
        tokens in prop::collection::vec(prop_oneof!["\\*", "[ab01]"], 0..5),
    ) {
        let path = tokens.iter().fold(String::new(), |path, token| path + "/" + token);
        let tokens: Vec<_> = tokens.iter().map(String::as_str).collect();
        let found = resolve_in(json!({ "a": value.clone() }), &format!("/a{path}"));
        prop_assert_eq!(found.ok(), by_the_book(&value, &tokens));
    }

    #[test]
    fn a_reference_never_reads_outside_the_response_it_names(path in "[/*a0-]{0,12}") {
        let responses = [
            response("Other/get", json!({ "a": [["secret"], "secret"] }), "t1"),
            response("Foo/get", json!({ "a": [["public"]], "*": { "0": "public" } }), "t0"),
            response("Foo/get", json!({ "a": ["secret"], "0": "secret" }), "t0"),
        ];
        if let Ok(value) = resolve(&responses, "Foo/get", &path) {
            prop_assert!(!value.to_string().contains("secret"));
        }
    }
}
