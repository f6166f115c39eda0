//! `wayleave update`

use serde_json::{Map, Value, json};

use super::{
    create::say_property,
    ids,
    values::{self, Act},
};
use crate::{
    args::Update,
    failure::Failure,
    remote::{self, Call, refusal},
    terminal,
    value::MASK,
};

pub(crate) fn run(update: Update) -> Result<(), Failure> {
    let server = remote::connect(update.reach)?;
    let object = server.schema.object(&update.object)?;
    let ids = ids(update.ids, object)?;
    let patch = values::read(&update.values, object, &values::typed(&server.schema), Act::Update)?;
    let mut refused = Vec::new();
    let mut done = 0;
    let mut told = Vec::new();
    for some in ids.chunks(server.most_objects) {
        let patches: Map<_, _> = some.iter().map(|id| (id.clone(), json!(patch))).collect();
        let said = server.call_one(Call::new(&object.wire_name, "set", json!({ "update": patches })))?;
        for id in some {
            if let Some(updated) = said.get("updated").and_then(|updated| updated.get(id)) {
                done += 1;
                told.push((id.clone(), updated.clone()));
            } else {
                let name = if object.is_singleton { object.name() } else { id };
                refused.push(format!("{name}: {}", why(&said, "notUpdated", id)));
            }
        }
        terminal::progress(&format!("{done} of {} changed", ids.len()));
    }
    terminal::progress("");
    if let Some(name) = &update.values.print {
        told.iter().try_for_each(|(_, answer)| say_property(answer, name))?;
        return if refused.is_empty() { Ok(()) } else { Err(Failure::Several(refused)) };
    }
    for (id, answer) in &told {
        // A secret that the server made is seen this once.
        if let Some(secret) = answer.get("secret").and_then(Value::as_str).filter(|secret| *secret != MASK) {
            terminal::say(&terminal::harmless(&format!("{id}: its secret, shown this once: {secret}")))?;
        }
    }
    report("changed", done, refused)
}

/// Why the server did not do it with `id`.
pub(super) fn why(said: &Value, member: &str, id: &str) -> String {
    said.get(member)
        .and_then(|refused| refused.get(id))
        .map_or_else(|| "the server did not say what became of it".to_owned(), refusal::of_set)
}

/// Says how many were done, and fails for those that were not.
pub(super) fn report(word: &str, done: usize, refused: Vec<String>) -> Result<(), Failure> {
    match (done, refused.is_empty()) {
        (0, false) => Err(Failure::Several(refused)),
        (1, true) => terminal::say(word),
        (_, true) => terminal::say(&format!("{done} {word}")),
        (_, false) => {
            terminal::say(&format!("{done} {word}"))?;
            Err(Failure::Several(refused))
        }
    }
}
