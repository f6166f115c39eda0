//! Result references: an argument taken from the result of an earlier call. RFC 8620 §3.7.
//!
//! An argument that references everything before it doubles what there is, and sixteen calls of that fill any memory; so what
//! references may look at and bring in, over all calls of a request, has an [`Allowance`].

use serde_json::Value;

use crate::{
    error::{MethodError, MethodErrorType},
    invocation::Invocation,
    json::Object,
    pointer::{Pointer, child},
};

/// A value that is nested deeper is not brought in.
const MAX_DEPTH: usize = 128;

/// About what a value takes in memory beside its text, and what an object takes as soon as it has a member.
const VALUE: usize = 32;
const OBJECT: usize = 600;

/// What references may still cost in this request: in values looked at, and in octets of memory for what is brought in.
#[derive(Clone, Debug)]
pub struct Allowance(usize);

impl Allowance {
    pub const fn new(octets: usize) -> Self {
        Self(octets)
    }

    fn spend(&mut self, cost: usize) -> Result<(), Unresolved> {
        self.0 = self.0.checked_sub(cost).ok_or(Unresolved::TooLarge)?;
        Ok(())
    }
}

/// Why a reference has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    #[error("it is not an object of the strings resultOf, name and path alone")]
    Malformed,
    #[error("its path is not a JSON pointer")]
    Path,
    #[error("no earlier call has that id")]
    NoSuchCall,
    #[error("the call with that id has a response of another name")]
    OtherName,
    #[error("its path leads to nothing")]
    Nothing,
    #[error("it brings in too much")]
    TooLarge,
}

/// Where in the responses so far a value is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultReference {
    result_of: String,
    name: String,
    path: Pointer,
}

impl ResultReference {
    pub fn parse(value: &Value) -> Result<Self, Unresolved> {
        let members = value.as_object().filter(|members| members.len() == 3).ok_or(Unresolved::Malformed)?;
        let text = |name| members.get(name).and_then(Value::as_str).ok_or(Unresolved::Malformed);
        let path = Pointer::parse(text("path")?).map_err(|_| Unresolved::Path)?;
        Ok(Self { result_of: text("resultOf")?.to_owned(), name: text("name")?.to_owned(), path })
    }

    /// The value in `responses`, which are those of the calls before, in order.
    pub fn resolve(&self, responses: &[Invocation], allowance: &mut Allowance) -> Result<Value, Unresolved> {
        allowance.spend(1)?;
        let response = responses.iter().find(|response| response.call_id == self.result_of);
        let response = response.ok_or(Unresolved::NoSuchCall)?;
        if response.name != self.name {
            return Err(Unresolved::OtherName);
        }
        let Some((first, rest)) = self.path.tokens().split_first() else {
            weigh_members(&response.arguments, MAX_DEPTH, allowance)?;
            return Ok(Value::Object(response.arguments.clone()));
        };
        let start = response.arguments.get(first).ok_or(Unresolved::Nothing)?;
        select(start, rest, allowance)
    }
}

/// Replaces every argument `#name` by the value it refers to, as `name`.
pub fn resolve_arguments(
    arguments: Object,
    responses: &[Invocation],
    allowance: &mut Allowance,
) -> Result<Object, MethodError> {
    let (references, mut resolved): (Object, Object) =
        arguments.into_iter().partition(|(name, _)| name.starts_with('#'));
    for (reference, value) in references {
        let name = reference.strip_prefix('#').unwrap_or(&reference);
        if resolved.contains_key(name) {
            return Err(MethodError::invalid_arguments(format!("{name} is given more than once")));
        }
        let value = ResultReference::parse(&value)
            .and_then(|target| target.resolve(responses, allowance))
            .map_err(|why| {
                MethodError::new(MethodErrorType::InvalidResultReference, format!("{reference}: {why}"))
            })?;
        resolved.insert(name.to_owned(), value);
    }
    Ok(resolved)
}

/// Follows the tokens; `*` on an array follows the rest for each item. Level by level, so that no path makes it recurse: all
/// that a `*` leads to ends in one flat array, into which a value that is an array gives its items.
fn select(start: &Value, tokens: &[String], allowance: &mut Allowance) -> Result<Value, Unresolved> {
    let mut reached = vec![start];
    let mut is_mapped = false;
    for token in tokens {
        let mut next = Vec::with_capacity(reached.len());
        for value in reached {
            match value {
                Value::Array(items) if token == "*" => {
                    is_mapped = true;
                    allowance.spend(items.len())?;
                    next.extend(items);
                }
                _ => {
                    allowance.spend(1)?;
                    next.push(child(value, token).ok_or(Unresolved::Nothing)?);
                }
            }
        }
        reached = next;
    }
    for value in &reached {
        weigh(value, MAX_DEPTH, allowance)?;
    }
    match (is_mapped, reached.first()) {
        (false, Some(value)) => Ok((*value).clone()),
        (false, None) => Err(Unresolved::Nothing),
        (true, _) => Ok(Value::Array(flatten(&reached))),
    }
}

fn flatten(values: &[&Value]) -> Vec<Value> {
    let mut flat = Vec::with_capacity(values.len());
    for value in values {
        match value {
            Value::Array(items) => flat.extend(items.iter().cloned()),
            other => flat.push((*other).clone()),
        }
    }
    flat
}

/// Spends what the copy of a value will take, before it is made.
fn weigh(value: &Value, depth: usize, allowance: &mut Allowance) -> Result<(), Unresolved> {
    let deeper = depth.checked_sub(1).ok_or(Unresolved::TooLarge)?;
    allowance.spend(VALUE)?;
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => allowance.spend(text.len()),
        Value::Array(items) => items.iter().try_for_each(|item| weigh(item, deeper, allowance)),
        Value::Object(members) => weigh_members(members, deeper, allowance),
    }
}

fn weigh_members(members: &Object, depth: usize, allowance: &mut Allowance) -> Result<(), Unresolved> {
    allowance.spend(if members.is_empty() { 0 } else { OBJECT })?;
    members.iter().try_for_each(|(name, value)| {
        allowance.spend(name.len())?;
        weigh(value, depth, allowance)
    })
}

#[cfg(test)]
mod tests;
