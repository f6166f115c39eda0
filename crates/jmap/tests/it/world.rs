//! Drives an exchange as an endpoint would, with a closure in the place of the database.

use jmap::{
    arguments::Arguments,
    capability::{CORE, CoreCapability},
    creation::CreatedIds,
    error::MethodError,
    exchange::{Exchange, Step},
    json::Object,
    problem::Problem,
    request::Request,
    state::State,
};
use serde_json::{Value, json};

pub const STATE: &str = "75128aab4b1b";

/// What answers a call, by its name and arguments.
pub type Method<'a> = dyn FnMut(&str, Arguments, &mut CreatedIds) -> Result<Object, MethodError> + 'a;

pub fn run(body: &[u8], core: &CoreCapability, method: &mut Method) -> Result<Value, Problem> {
    let is_known = |name: &str| name.starts_with("urn:ietf:params:jmap:");
    let request = Request::parse(body, core, is_known)?;
    let mut exchange = Exchange::begin(request, core);
    let answered = loop {
        match exchange.next_step() {
            Step::Done(answered) => break answered,
            Step::Call(mut call) => {
                let (name, arguments) = (call.name().to_owned(), call.take_arguments());
                let result = method(&name, arguments, call.created_ids());
                exchange = call.answer(result);
            }
        }
    };
    Ok(answered.into_response(State::new(STATE)).into_json())
}

/// Makes the calls and returns the responses.
pub fn calls(method_calls: &Value, method: &mut Method) -> Value {
    let body = json!({ "using": [CORE], "methodCalls": method_calls }).to_string();
    let mut response = run(body.as_bytes(), &CoreCapability::default(), method).unwrap();
    response["methodResponses"].take()
}

/// All arguments of a call, as they are after references were resolved.
pub fn all(arguments: Arguments, names: &[&str]) -> Object {
    let mut arguments = arguments;
    let all = names.iter().filter_map(|name| Some(((*name).to_owned(), arguments.value(name)?))).collect();
    arguments.finish().unwrap();
    all
}

pub fn object(value: Value) -> Object {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}
