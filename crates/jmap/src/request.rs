//! A request: the capabilities it uses and the calls it makes, in order. RFC 8620 §3.3.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    capability::CoreCapability,
    creation::CreatedIds,
    invocation::Invocation,
    json::{self, Object, Unreadable},
    problem::{Limit, Problem},
};

/// A request that is within the limits and uses only capabilities that are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub(crate) using: BTreeSet<String>,
    pub(crate) method_calls: Vec<Invocation>,
    /// Present if the client wants the map back.
    pub(crate) created_ids: Option<CreatedIds>,
}

impl Request {
    /// Reads the body of a request. `is_known` says of a capability whether it may be used here. Members that are not
    /// understood are ignored, as §3.3 asks.
    pub fn parse(
        body: &[u8],
        core: &CoreCapability,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Self, Problem> {
        if body.len() > core.max_size_request {
            return Err(Problem::Limit { limit: Limit::MaxSizeRequest });
        }
        let value = json::parse(body).map_err(problem)?;
        let Value::Object(mut members) = value else { return Err(not_request("it is not an object")) };
        let using = using(&mut members)?;
        let calls = method_calls(&mut members)?;
        let created_ids = created_ids(&mut members)?;
        if let Some(unknown) = using.iter().find(|capability| !is_known(capability)) {
            return Err(Problem::unknown_capability(unknown));
        }
        if calls.len() > core.max_calls_in_request {
            return Err(Problem::Limit { limit: Limit::MaxCallsInRequest });
        }
        Ok(Self { using, method_calls: calls, created_ids })
    }

    pub fn uses(&self, capability: &str) -> bool {
        self.using.contains(capability)
    }

    pub fn method_calls(&self) -> &[Invocation] {
        &self.method_calls
    }
}

fn problem(why: Unreadable) -> Problem {
    match why {
        Unreadable::NotIJson(error) => Problem::NotJson { reason: error.to_string() },
        Unreadable::TooManyValues => Problem::Limit { limit: Limit::MaxSizeRequest },
    }
}

const fn not_request(reason: &'static str) -> Problem {
    Problem::NotRequest { reason }
}

fn using(members: &mut Object) -> Result<BTreeSet<String>, Problem> {
    let Some(Value::Array(items)) = members.remove("using") else {
        return Err(not_request("using is not an array"));
    };
    let text = |item| match item {
        Value::String(text) => Ok(text),
        _ => Err(not_request("using has an item that is not a string")),
    };
    items.into_iter().map(text).collect()
}

fn method_calls(members: &mut Object) -> Result<Vec<Invocation>, Problem> {
    let Some(Value::Array(items)) = members.remove("methodCalls") else {
        return Err(not_request("methodCalls is not an array"));
    };
    let call = |item| Invocation::parse(item).ok_or(not_request("a call is not [name, arguments, call id]"));
    items.into_iter().map(call).collect()
}

fn created_ids(members: &mut Object) -> Result<Option<CreatedIds>, Problem> {
    match members.remove("createdIds") {
        None => Ok(None),
        Some(Value::Object(map)) => match CreatedIds::parse(&map) {
            Some(created_ids) => Ok(Some(created_ids)),
            None => Err(not_request("createdIds has something that is not an id")),
        },
        Some(_) => Err(not_request("createdIds is not an object")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::capability::CORE;

    fn parse(body: &str) -> Result<Request, Problem> {
        let core =
            CoreCapability { max_calls_in_request: 2, max_size_request: 500, ..CoreCapability::default() };
        Request::parse(body.as_bytes(), &core, |capability| capability == CORE)
    }

    fn problem_type(body: &str) -> &'static str {
        parse(body).unwrap_err().problem_type().rsplit(':').next().unwrap()
    }

    #[test]
    fn a_request_has_its_calls_in_order_and_other_members_are_ignored() {
        let body = json!({ "using": [CORE], "methodCalls": [["a", {}, "0"], ["b", {}, "0"]], "color": 1 });
        let request = parse(&body.to_string()).unwrap();
        assert!(request.uses(CORE) && !request.uses("x"));
        assert_eq!(request.method_calls().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_is_not_i_json_is_not_json() {
        let twice = format!(r#"{{"using":["{CORE}"],"methodCalls":[],"methodCalls":[]}}"#);
        for body in ["", "{", "nope", &twice, &"[".repeat(300)] {
            assert_eq!(problem_type(body), "notJSON", "{body}");
        }
    }

    #[test]
    fn json_of_another_shape_is_not_a_request() {
        let bodies = [
            json!(null),
            json!([]),
            json!({}),
            json!({ "using": [CORE] }),
            json!({ "methodCalls": [] }),
            json!({ "using": CORE, "methodCalls": [] }),
            json!({ "using": [1], "methodCalls": [] }),
            json!({ "using": [CORE], "methodCalls": {} }),
            json!({ "using": [CORE], "methodCalls": [["a", {}]] }),
            json!({ "using": [CORE], "methodCalls": [], "createdIds": [] }),
            json!({ "using": [CORE], "methodCalls": [], "createdIds": { "#a": "b" } }),
            json!({ "using": [CORE], "methodCalls": [], "createdIds": { "a": null } }),
        ];
        for body in bodies {
            assert_eq!(problem_type(&body.to_string()), "notRequest", "{body}");
        }
    }

    #[test]
    fn a_capability_that_is_not_known_is_named() {
        let body = json!({ "using": [CORE, "https://example.com/apis/foobar"], "methodCalls": [] });
        let problem = parse(&body.to_string()).unwrap_err();
        assert_eq!(
            problem,
            Problem::UnknownCapability { capability: "https://example.com/apis/foobar".into() }
        );
    }

    #[test]
    fn the_limit_that_was_passed_is_named() {
        let calls: Vec<_> = (0..3).map(|n| json!(["a", {}, n.to_string()])).collect();
        let body = json!({ "using": [CORE], "methodCalls": calls });
        assert_eq!(parse(&body.to_string()), Err(Problem::Limit { limit: Limit::MaxCallsInRequest }));
        assert_eq!(parse(&" ".repeat(501)), Err(Problem::Limit { limit: Limit::MaxSizeRequest }));
    }
}
