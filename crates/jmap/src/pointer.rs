//! JSON pointers: a path of reference tokens into a value. RFC 6901.

use std::fmt;

use serde_json::Value;

/// A parsed pointer; no tokens mean the whole value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer(Vec<String>);

/// The text is not a JSON pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPointer {
    #[error("a pointer is empty or starts with /")]
    NoSlash,
    #[error("in a pointer ~ is followed by 0 or 1")]
    Escape,
}

impl Pointer {
    /// Reads a pointer as RFC 6901 §3 writes it.
    pub fn parse(text: &str) -> Result<Self, NotAPointer> {
        match text.strip_prefix('/') {
            Some(rest) => Self::parse_relative(rest),
            None if text.is_empty() => Ok(Self(Vec::new())),
            None => Err(NotAPointer::NoSlash),
        }
    }

    /// Reads a pointer whose first slash is left out, as the keys of a patch do (RFC 8620 §5.3).
    pub fn parse_relative(text: &str) -> Result<Self, NotAPointer> {
        text.split('/').map(unescape).collect::<Result<_, _>>().map(Self)
    }

    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// The value that is pointed at; nothing if there is none.
    pub fn evaluate<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, token| child(value, token))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| write!(formatter, "/{}", escape(token)))
    }
}

/// The value one token further. An index is written without leading zeros; `-` is behind the last item and never there.
pub(crate) fn child<'a>(value: &'a Value, token: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(items) => {
            let is_index =
                token == "0" || (!token.starts_with('0') && token.bytes().all(|b| b.is_ascii_digit()));
            if is_index { items.get(token.parse::<usize>().ok()?) } else { None }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A token as it is written inside a pointer: RFC 6901 §3.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn unescape(token: &str) -> Result<String, NotAPointer> {
    let mut text = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        match character {
            '~' => match characters.next() {
                Some('0') => text.push('~'),
                Some('1') => text.push('/'),
                _ => return Err(NotAPointer::Escape),
            },
            other => text.push(other),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_rfc_6901_evaluate_as_it_says() {
        let document = json!({
            "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8
        });
        let examples = [
            ("/foo", json!(["bar", "baz"])),
            ("/foo/0", json!("bar")),
            ("/", json!(0)),
            ("/a~1b", json!(1)),
            ("/c%d", json!(2)),
            ("/e^f", json!(3)),
            ("/g|h", json!(4)),
            ("/i\\j", json!(5)),
            ("/k\"l", json!(6)),
            ("/ ", json!(7)),
            ("/m~0n", json!(8)),
            ("", document.clone()),
        ];
        for (text, expected) in examples {
            assert_eq!(Pointer::parse(text).unwrap().evaluate(&document), Some(&expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_nothing() {
        let document = json!({ "foo": ["bar"], "n": 1 });
        for text in
            ["/bar", "/foo/1", "/foo/00", "/foo/-", "/foo/+0", "/foo/", "/foo/99999999999999999999", "/n/0"]
        {
            assert_eq!(Pointer::parse(text).unwrap().evaluate(&document), None, "{text}");
        }
    }

    #[test]
    fn a_text_of_another_form_is_no_pointer() {
        assert_eq!(Pointer::parse("foo"), Err(NotAPointer::NoSlash));
        for text in ["/~", "/~2", "/a/~", "/~~0"] {
            assert_eq!(Pointer::parse(text), Err(NotAPointer::Escape), "{text}");
        }
    }

    proptest! {
        #[test]
        fn tokens_are_written_and_read_without_loss(tokens in prop::collection::vec("[a~/0-1é*]{0,4}", 0..6)) {
            let text = tokens.iter().fold(String::new(), |text, token| text + "/" + &escape(token));
            let pointer = Pointer::parse(&text).unwrap();
            prop_assert_eq!(pointer.tokens(), &tokens[..]);
            prop_assert_eq!(pointer.to_string(), text);
        }

        #[test]
        fn a_pointer_reads_as_another_implementation_reads_it(text in "(/[a0-2~]{0,2}){0,3}") {
            let document = json!({ "a": [1, { "": 2, "0": [3] }, []], "0": { "a": "x" }, "~": 4 });
            if let Ok(pointer) = Pointer::parse(&text) {
                prop_assert_eq!(pointer.evaluate(&document), document.pointer(&text));
            }
        }
    }
}
