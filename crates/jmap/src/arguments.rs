//! The arguments of a call, taken one by one by name and type; what nobody took is an error. RFC 8620 §3.5, §3.6.2, §3.9.
//!
//! An argument that is `null` counts as left out.

use serde_json::Value;

use crate::{error::MethodError, id::Id, json::Object};

/// The integers that every JSON implementation can hold: RFC 8620 §1.3.
const MAX_INT: u64 = (1 << 53) - 1;

/// Arguments that were not taken yet.
#[derive(Clone, Debug)]
pub struct Arguments(Object);

impl Arguments {
    pub const fn new(arguments: Object) -> Self {
        Self(arguments)
    }

    /// Any value; for arguments that only some data types have.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    pub fn boolean(&mut self, name: &str) -> Result<Option<bool>, MethodError> {
        self.typed(name, "a boolean", |value| value.as_bool())
    }

    pub fn string(&mut self, name: &str) -> Result<Option<String>, MethodError> {
        self.typed(name, "a string", text)
    }

    pub fn strings(&mut self, name: &str) -> Result<Option<Vec<String>>, MethodError> {
        self.typed(name, "an array of strings", |value| items(value, text))
    }

    pub fn object(&mut self, name: &str) -> Result<Option<Object>, MethodError> {
        self.typed(name, "an object", object)
    }

    pub fn id(&mut self, name: &str) -> Result<Option<Id>, MethodError> {
        self.typed(name, "an id", |value| id(&value))
    }

    /// Ids in the order they came, each once.
    pub fn ids(&mut self, name: &str) -> Result<Option<Vec<Id>>, MethodError> {
        self.typed(name, "an array of ids", |value| items(value, |item| id(&item)))
    }

    /// An `Int`: an integer between -2^53+1 and 2^53-1.
    pub fn int(&mut self, name: &str) -> Result<Option<i64>, MethodError> {
        self.typed(name, "an integer between -2^53+1 and 2^53-1", |value| {
            value.as_i64().filter(|int| int.unsigned_abs() <= MAX_INT)
        })
    }

    /// An `UnsignedInt`: an integer between 0 and 2^53-1.
    pub fn unsigned(&mut self, name: &str) -> Result<Option<u64>, MethodError> {
        self.typed(name, "an integer between 0 and 2^53-1", |value| {
            value.as_u64().filter(|int| *int <= MAX_INT)
        })
    }

    /// An argument that must be there.
    pub fn required<T>(
        &mut self,
        name: &str,
        take: impl FnOnce(&mut Self, &str) -> Result<Option<T>, MethodError>,
    ) -> Result<T, MethodError> {
        take(self, name)?.ok_or_else(|| MethodError::invalid_arguments(format!("{name} is required")))
    }

    /// Refuses what is left: arguments that the method does not have.
    pub fn finish(self) -> Result<(), MethodError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(100).collect();
                Err(MethodError::invalid_arguments(format!("there is no argument {name}")))
            }
        }
    }

    fn typed<T>(
        &mut self,
        name: &str,
        kind: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Option<T>, MethodError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match read(value) {
            Some(typed) => Ok(Some(typed)),
            None => Err(MethodError::invalid_arguments(format!("{name} is not {kind}"))),
        }
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn object(value: Value) -> Option<Object> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn id(value: &Value) -> Option<Id> {
    Id::parse(value.as_str()?).ok()
}

fn items<T>(value: Value, read: impl Fn(Value) -> Option<T>) -> Option<Vec<T>> {
    match value {
        Value::Array(items) => items.into_iter().map(read).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arguments(value: Value) -> Arguments {
        Arguments::new(object(value).unwrap())
    }

    #[test]
    fn an_argument_of_another_type_is_refused_by_name() {
        let mut given =
            arguments(json!({ "b": 1, "s": [], "i": 1.5, "u": -1, "id": "a b", "ids": ["a", 1], "o": [] }));
        let errors = [
            given.boolean("b").unwrap_err(),
            given.string("s").unwrap_err(),
            given.int("i").unwrap_err(),
            given.unsigned("u").unwrap_err(),
            given.id("id").unwrap_err(),
            given.ids("ids").unwrap_err(),
            given.object("o").unwrap_err(),
        ];
        for (error, name) in errors.iter().zip(["b", "s", "i", "u", "id", "ids", "o"]) {
            assert!(error.to_string().starts_with(&format!("invalidArguments: {name} is not ")), "{error}");
        }
    }

    #[test]
    fn integers_are_those_that_a_double_holds() {
        let edge = 9_007_199_254_740_991_i64;
        let mut given = arguments(
            json!({ "a": edge, "b": -edge, "c": edge + 1, "d": -edge - 1, "e": u64::MAX, "f": edge + 1 }),
        );
        assert_eq!(given.int("a").unwrap(), Some(edge));
        assert_eq!(given.int("b").unwrap(), Some(-edge));
        for name in ["c", "d", "e"] {
            assert!(given.int(name).is_err(), "{name}");
        }
        assert!(given.unsigned("f").is_err());
    }

    #[test]
    fn what_is_left_over_is_refused_and_null_is_as_good_as_nothing() {
        let mut given = arguments(json!({ "ids": null, "colour": 1 }));
        assert_eq!(given.ids("ids"), Ok(None));
        assert_eq!(
            given.clone().required("ids", Arguments::ids).unwrap_err().to_string(),
            "invalidArguments: ids is required"
        );
        assert_eq!(given.finish().unwrap_err().to_string(), "invalidArguments: there is no argument colour");
    }
}
