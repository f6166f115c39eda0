//! `wayleave create`

use serde_json::{Value, json};

use super::{
    shape,
    values::{self, Act},
};
use crate::{
    args::Create,
    failure::Failure,
    remote::{self, Call, refusal},
    terminal,
    value::shown,
};

/// What the new object is called in its request.
const NEW: &str = "n0";

pub(crate) fn run(create: Create) -> Result<(), Failure> {
    let server = remote::connect(create.reach)?;
    let object = server.schema.object(&create.object)?;
    if object.is_singleton {
        return Err(Failure::unusable(object.name(), "exists once; wayleave update changes it"));
    }
    let members = values::read(&create.values, object, &values::typed(&server.schema), Act::Create)?;
    let said = server.call_one(Call::new(&object.wire_name, "set", json!({ "create": { NEW: members } })))?;
    let of = |name: &str| said.get(name).and_then(|all| all.get(NEW));
    let Some(created) = of("created") else {
        let why = of("notCreated").map_or_else(|| "the server did not say why".to_owned(), refusal::of_set);
        return Err(Failure::refused(object.name(), why));
    };
    match create.values.print {
        None => shape::say_one(created, object),
        Some(name) => say_property(created, &name),
    }
}

/// Prints one property of what the server sent back of an object, and nothing else.
pub(super) fn say_property(answer: &Value, name: &str) -> Result<(), Failure> {
    match answer.get(name) {
        Some(value) => terminal::say(&terminal::harmless(&shown(None, value))),
        None => Err(Failure::refused(name, "the server did not send it back; all was done nevertheless")),
    }
}
