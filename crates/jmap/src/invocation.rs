//! A call or a response: a name, named arguments and the id that ties the two together. RFC 8620 §3.2.

use serde_json::{Value, json};

use crate::json::Object;

/// `[name, arguments, method call id]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    pub name: String,
    pub arguments: Object,
    /// Any string of the client's, echoed.
    pub call_id: String,
}

impl Invocation {
    /// Nothing if the value is not an array of exactly a string, an object and a string.
    pub fn parse(value: Value) -> Option<Self> {
        let Value::Array(parts) = value else { return None };
        match <[Value; 3]>::try_from(parts) {
            Ok([Value::String(name), Value::Object(arguments), Value::String(call_id)]) => {
                Some(Self { name, arguments, call_id })
            }
            _ => None,
        }
    }

    pub fn into_json(self) -> Value {
        json!([self.name, self.arguments, self.call_id])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_parsed_is_written_again() {
        let value = json!(["Foo/get", { "ids": null }, "c0"]);
        assert_eq!(Invocation::parse(value.clone()).unwrap().into_json(), value);
    }

    #[test]
    fn a_tuple_of_other_types_or_length_is_no_invocation() {
        let others = [
            json!(["a", {}]),
            json!(["a", {}, "c", 1]),
            json!(["a", [], "c"]),
            json!([1, {}, "c"]),
            json!(["a", {}, 0]),
            json!({}),
        ];
        for other in others {
            assert_eq!(Invocation::parse(other.clone()), None, "{other}");
        }
    }
}
