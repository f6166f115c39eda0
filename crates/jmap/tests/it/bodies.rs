//! What holds for any bytes, a function for each part that reads them: driven by tests and by fuzzing.

use jmap::{
    arguments::Arguments,
    capability::CoreCapability,
    creation::CreatedIds,
    error::{MethodError, MethodErrorType},
    id::Id,
    invocation::Invocation,
    json::{self, Object},
    method::{
        MethodName, Verb,
        changes::ChangesArguments,
        get::GetArguments,
        query::{QueryArguments, Vocabulary},
        query_changes::QueryChangesArguments,
        set::SetArguments,
        set_run::{Operation, SetRun},
    },
    patch::PatchObject,
    pointer::Pointer,
    reference::{Allowance, ResultReference, Unresolved},
    set_error::SetErrorKind,
    state::State,
};
use serde_json::Value;

use crate::world::run;

/// A request is answered, each call in its place and by its id; or it is refused as a problem.
pub fn request(body: &[u8]) {
    let response = match run(body, &core(), &mut method) {
        Ok(response) => response,
        Err(problem) => return assert!(problem.problem_type().starts_with("urn:ietf:params:jmap:error:")),
    };
    assert!(response["sessionState"].is_string());
    let asked = json::parse(body).unwrap();
    let ids =
        |calls: &Value| calls.as_array().unwrap().iter().map(|call| call[2].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&response["methodResponses"]), ids(&asked["methodCalls"]));
}

/// `[arguments, path]`: a reference leads to what a plain reading of RFC 8620 §3.7 finds there, or says that it is too much.
pub fn reference(text: &[u8]) {
    let Some([Value::Object(arguments), path]) = parts(text) else { return };
    let reference = serde_json::json!({ "resultOf": "0", "name": "Foo/get", "path": path });
    let Ok(reference) = ResultReference::parse(&reference) else { return };
    let pointer = Pointer::parse(path.as_str().unwrap()).unwrap();
    let response = Invocation { name: "Foo/get".into(), arguments: arguments.clone(), call_id: "0".into() };
    let found = reference.resolve(&[response], &mut Allowance::new(core().max_size_request));
    match found {
        Ok(value) => assert_eq!(Some(value), plainly(&Value::Object(arguments), pointer.tokens())),
        Err(Unresolved::Nothing) => assert_eq!(plainly(&Value::Object(arguments), pointer.tokens()), None),
        Err(why) => assert_eq!(why, Unresolved::TooLarge),
    }
}

/// A pointer, a line, and a document: it is written as it was read, and leads to where any other reader says.
pub fn pointer(text: &[u8]) {
    let Ok(text) = str::from_utf8(text) else { return };
    let (text, document) = text.split_once('\n').unwrap_or((text, "null"));
    let Ok(pointer) = Pointer::parse(text) else { return };
    assert_eq!(pointer.to_string(), text);
    if let Ok(document) = json::parse(document.as_bytes()) {
        assert_eq!(pointer.evaluate(&document), document.pointer(text));
    }
}

/// `[patch, record, defaults]`: a patch that can be applied can be applied again and then changes nothing, and it touches nothing but
/// what it names.
pub fn patch(text: &[u8]) {
    let Some([Value::Object(changes), Value::Object(record), Value::Object(defaults)]) = parts(text) else {
        return;
    };
    let Ok(patch) = PatchObject::parse(changes) else { return };
    let named: Vec<String> = patch.properties().map(str::to_owned).collect();
    let Ok(once) = patch.clone().apply(&record, &defaults) else { return };
    assert_eq!(patch.apply(&once, &defaults).as_ref(), Ok(&once));
    let others = |record: &Object| {
        record
            .iter()
            .filter(|(name, _)| !named.contains(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Object>()
    };
    assert_eq!(others(&once), others(&record));
}

/// What it leads to, item by item and without any bound.
fn plainly(value: &Value, tokens: &[String]) -> Option<Value> {
    let Some((token, rest)) = tokens.split_first() else { return Some(value.clone()) };
    let Value::Array(items) = value else { return plainly(value.as_object()?.get(token)?, rest) };
    if token != "*" {
        let index = token.parse::<usize>().ok().filter(|index| index.to_string() == *token)?;
        return plainly(items.get(index)?, rest);
    }
    let mut all = Vec::new();
    for item in items {
        match plainly(item, rest)? {
            Value::Array(items) => all.extend(items),
            item => all.push(item),
        }
    }
    Some(Value::Array(all))
}

/// An array of so many values.
fn parts<const N: usize>(text: &[u8]) -> Option<[Value; N]> {
    let Ok(Value::Array(parts)) = json::parse(text) else { return None };
    parts.try_into().ok()
}

struct Anything;

impl Vocabulary for Anything {
    type Condition = Object;
    type Property = String;

    fn condition(members: Object) -> Result<Object, MethodError> {
        Ok(members)
    }

    fn property(name: &str) -> Option<String> {
        Some(name.to_owned())
    }
}

/// Parses the arguments of every standard method; a set is carried out, a get answered with what was asked for.
pub fn method(name: &str, arguments: Arguments, created_ids: &mut CreatedIds) -> Result<Object, MethodError> {
    let core = CoreCapability { max_objects_in_set: 5, ..CoreCapability::default() };
    let account_id = Id::parse("A").unwrap();
    let verb = MethodName::parse(name).ok_or(MethodErrorType::UnknownMethod)?.verb;
    match verb {
        Verb::Get => {
            let asked = GetArguments::parse(arguments, &core, |_| true)?;
            let found = asked.ids.iter().flatten().map(|id| (id.clone(), Object::new())).collect();
            Ok(asked.respond(account_id, State::new("s"), found).into_arguments())
        }
        Verb::Set => Ok(set(SetArguments::parse(arguments, &core)?, created_ids)),
        Verb::Query => QueryArguments::parse::<Anything>(arguments, &core).map(|_| Object::new()),
        Verb::QueryChanges => {
            QueryChangesArguments::parse::<Anything>(arguments, &core).map(|_| Object::new())
        }
        Verb::Changes => ChangesArguments::parse(arguments).map(|_| Object::new()),
        Verb::Copy => Err(MethodErrorType::UnknownMethod.into()),
    }
}

fn set(asked: SetArguments, created_ids: &mut CreatedIds) -> Object {
    let mut run = SetRun::begin(asked);
    while let Some(operation) = run.next_operation(created_ids) {
        match operation {
            Operation::Create { creation_id, record } => {
                let id = Id::parse(creation_id.as_str()).unwrap();
                run.created(creation_id, id, record, created_ids);
            }
            Operation::Update { id, patch } => match patch.apply(&Object::new(), &Object::new()) {
                Ok(record) => run.updated(&id, Some(record)),
                Err(error) => run.not_updated(&id, error),
            },
            Operation::Destroy { id } => run.not_destroyed(&id, SetErrorKind::Forbidden),
        }
    }
    run.into_arguments(&Id::parse("A").unwrap(), None, &State::new("s"))
}

pub fn core() -> CoreCapability {
    CoreCapability { max_size_request: 100_000, ..CoreCapability::default() }
}
