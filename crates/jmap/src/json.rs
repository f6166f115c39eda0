//! JSON as JMAP wants it: I-JSON, in which no object names a member twice. RFC 8620 §1.5, RFC 7493 §2.
//!
//! A parser that keeps the last of two equal members lets a filter in front see another request than the one that is served,
//! so here such a text is no JSON at all. The nesting limit of the parser (128) stays on, and what the values take in memory has one
//! too: that is up to a hundred times as much as their text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON object: arguments of a call, a record, a patch.
pub type Object = Map<String, Value>;

/// What all values of a text may take, in octets, beside their texts. More is nothing that a person or a program meant.
const MAX_MEMORY: usize = 4 << 20;

/// What a value takes, and the name of a member.
const VALUE: usize = 32;

/// What an object takes for the first of its members, and again for each so many more.
const NODE: usize = 600;
const MEMBERS_OF_A_NODE: usize = 6;

/// Why a text was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The message names the line and column.
    #[error("{0}")]
    NotIJson(#[from] serde_json::Error),
    #[error("its values take more than {MAX_MEMORY} octets")]
    TooManyValues,
}

/// Reads one I-JSON value and nothing after it.
pub fn parse(text: &[u8]) -> Result<Value, Unreadable> {
    let mut left = Some(MAX_MEMORY);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = Strict { left: &mut left }.deserialize(&mut deserializer);
    if left.is_none() {
        return Err(Unreadable::TooManyValues);
    }
    let value = read?;
    deserializer.end()?;
    Ok(value)
}

/// What values may still take; nothing once it was too much.
struct Strict<'a> {
    left: &'a mut Option<usize>,
}

impl Strict<'_> {
    fn inner(&mut self) -> Strict<'_> {
        Strict { left: &mut *self.left }
    }

    fn spend<E: Error>(&mut self, cost: usize) -> Result<(), E> {
        *self.left = self.left.and_then(|left| left.checked_sub(cost));
        if self.left.is_none() { Err(E::custom("too many values")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<Value, D::Error> {
        self.spend(VALUE)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        without_noncharacters(&value)?;
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner())? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some(name) = members.next_key::<String>()? {
            without_noncharacters(&name)?;
            let node = if object.len().is_multiple_of(MEMBERS_OF_A_NODE) { NODE } else { 0 };
            self.spend(VALUE + node)?;
            let value = members.next_value_seed(self.inner())?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is named twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// Noncharacters have no place in a text: RFC 7493 §2.1.
fn without_noncharacters<E: Error>(text: &str) -> Result<(), E> {
    let is_noncharacter = |c: char| matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE;
    if text.chars().any(is_noncharacter) {
        return Err(E::custom("a string has a noncharacter"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let text = br#" {"a":[1,-2,3.5,true,null,"\u00e9"],"b":{"c":18446744073709551615}} "#;
        let value = parse(text).unwrap();
        assert_eq!(value, json!({"a": [1, -2, 3.5, true, null, "é"], "b": {"c": u64::MAX}}));
    }

    #[test]
    fn a_member_named_twice_is_refused_at_any_depth_and_in_any_spelling() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"x":{"a":1,"\u0061":2}}]"#] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_i_json_is_refused() {
        let texts: [&[u8]; 10] = [
            b"",
            b"{",
            b"{} {}",
            b"\xEF\xBB\xBF{}",
            b"\"\xFF\"",
            b"\"\\ud800\"",
            b"\"\\uffff\"",
            b"{\"\\ufdd0\":1}",
            b"1e999",
            b"{'a':1}",
        ];
        for text in texts {
            assert!(parse(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn values_beyond_all_measure_are_refused_as_such() {
        const MOST: usize = MAX_MEMORY / VALUE;
        let text = |zeros: usize| format!("[{}0]", "0,".repeat(zeros - 1));
        assert!(parse(text(MOST - 1).as_bytes()).is_ok());
        for text in [text(MOST), format!("{}!", text(MOST))] {
            assert!(matches!(parse(text.as_bytes()), Err(Unreadable::TooManyValues)));
        }
    }

    #[test]
    fn j15_objects_weigh_what_they_take_in_memory() {
        let objects = |count: usize| format!("[{}{{}}]", r#"{"a":{}},"#.repeat(count));
        assert!(parse(objects(5_000).as_bytes()).is_ok());
        assert!(matches!(parse(objects(7_000).as_bytes()), Err(Unreadable::TooManyValues)));
        let members = |count: usize| {
            let members: Vec<_> = (0..count).map(|number| format!("\"{number}\":1")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(parse(members(20_000).as_bytes()).is_ok());
        assert!(matches!(parse(members(30_000).as_bytes()), Err(Unreadable::TooManyValues)));
    }

    #[test]
    fn hostile_nesting_is_refused_and_not_followed() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = |levels| format!("{}1{}", open.repeat(levels), close.repeat(levels));
            assert!(parse(deep(100).as_bytes()).is_ok());
            assert!(parse(deep(200).as_bytes()).is_err());
            assert!(parse(open.repeat(1_000_000).as_bytes()).is_err());
        }
    }
}
