//! Patches: what to change in a record, by pointer. RFC 8620 §5.3.
//!
//! A whole record is a patch too, and since no pointer may be within another, the order of the changes makes no difference.

use serde_json::Value;

use crate::{
    json::Object,
    pointer::Pointer,
    set_error::{SetError, SetErrorKind},
};

/// A patch whose pointers are well formed and not within each other.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchObject(Vec<(Pointer, Value)>);

impl PatchObject {
    /// Reads the value of a record in `update`; what is wrong with it is `invalidPatch`, naming the pointers as sent.
    pub fn parse(patch: Object) -> Result<Self, SetError> {
        let mut changes = Vec::with_capacity(patch.len());
        for (key, value) in patch {
            match Pointer::parse_relative(&key) {
                Ok(pointer) => changes.push((pointer, value)),
                Err(why) => return Err(invalid(vec![key], &why.to_string())),
            }
        }
        changes.sort_by(|(one, _), (other, _)| one.cmp(other));
        // Sorted, whatever begins with a pointer stands right behind it.
        for ((outer, _), (inner, _)) in changes.iter().zip(changes.iter().skip(1)) {
            if inner.tokens().starts_with(outer.tokens()) {
                return Err(invalid(vec![key(outer), key(inner)], "one is within the other"));
            }
        }
        Ok(Self(changes))
    }

    /// The changes, sorted by pointer.
    pub fn changes(&self) -> impl Iterator<Item = (&Pointer, &Value)> {
        self.0.iter().map(|(pointer, value)| (pointer, value))
    }

    /// The names of the properties that are changed in whole or in part.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(pointer, _)| pointer.tokens().first().map(String::as_str))
    }

    /// The record as it is after the patch. A property that is set to `null` gets its value in `defaults`, and is gone if it
    /// has none there. A pointer into an array or through something that is not there is `invalidPatch`.
    pub fn apply(self, record: &Object, defaults: &Object) -> Result<Object, SetError> {
        let mut patched = record.clone();
        for (pointer, value) in self.0 {
            let Some((last, parents)) = pointer.tokens().split_last() else { continue };
            let Some(parent) = descend(&mut patched, parents) else {
                return Err(invalid(vec![key(&pointer)], "what it is within is not an object that exists"));
            };
            let default = if parents.is_empty() { defaults.get(last) } else { None };
            match (value, default) {
                (Value::Null, None) => drop(parent.remove(last)),
                (Value::Null, Some(default)) => drop(parent.insert(last.clone(), default.clone())),
                (value, _) => drop(parent.insert(last.clone(), value)),
            }
        }
        Ok(patched)
    }
}

fn descend<'a>(record: &'a mut Object, parents: &[String]) -> Option<&'a mut Object> {
    parents.iter().try_fold(record, |object, token| object.get_mut(token)?.as_object_mut())
}

/// The pointer as the key of a patch.
fn key(pointer: &Pointer) -> String {
    pointer.to_string().split_off(1)
}

fn invalid(properties: Vec<String>, why: &str) -> SetError {
    SetErrorKind::InvalidPatch { properties }.describe(why)
}

/// Refuses a patch that changed properties only the server sets; sending them back as they are is no change.
pub fn check_server_set(before: &Object, after: &Object, server_set: &[&str]) -> Result<(), SetError> {
    let changed = server_set.iter().filter(|name| before.get(**name) != after.get(**name));
    let properties: Vec<String> = changed.map(|name| (*name).to_owned()).collect();
    if properties.is_empty() {
        return Ok(());
    }
    Err(SetErrorKind::InvalidProperties { properties }.describe("only the server sets these"))
}

/// The properties of the record that are not as expected, as `created` and `updated` tell them; nothing if all are. One that
/// is gone is `null`.
pub fn difference(expected: &Object, actual: &Object) -> Option<Object> {
    let new = actual.iter().filter(|(name, value)| expected.get(*name) != Some(value));
    let gone = expected.keys().filter(|name| !actual.contains_key(*name));
    let properties: Object = new
        .map(|(name, value)| (name.clone(), value.clone()))
        .chain(gone.map(|name| (name.clone(), Value::Null)))
        .collect();
    (!properties.is_empty()).then_some(properties)
}

#[cfg(test)]
mod tests;
