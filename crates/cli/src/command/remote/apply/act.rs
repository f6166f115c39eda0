//! Doing what was decided, and telling of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Decided, Known, Wishes, plan::Step};
use crate::{
    failure::Failure,
    remote::{
        Call, Server,
        listing::{self, Wanted, id},
        refusal,
    },
    terminal,
    value::MASK,
};

/// What became of it all.
#[derive(Debug, Default)]
pub(super) struct Tally {
    created: usize,
    changed: usize,
    deleted: usize,
    same: usize,
    refused: Vec<String>,
}

impl Tally {
    pub(super) fn sentence(&self, dry_run: bool) -> String {
        let counts = [(self.created, "created"), (self.changed, "changed"), (self.deleted, "deleted")];
        let done: Vec<_> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let same = format!("{} as they should be", self.same);
        let would = if dry_run { "nothing was changed; this would be: " } else { "" };
        match (done.is_empty(), self.refused.is_empty()) {
            (true, true) => format!("nothing to do, {same}"),
            (true, false) => format!("nothing was changed, {same}"),
            (false, _) => format!("{would}{}, {same}", done.join(", ")),
        }
    }

    /// Whether anything was not done that the file asks for.
    pub(super) const fn has_refusals(&self) -> bool {
        !self.refused.is_empty()
    }

    pub(super) fn failure(self) -> Option<Failure> {
        (!self.refused.is_empty()).then_some(Failure::Several(self.refused))
    }
}

/// Creates and changes: one request for each kind of object, or more where there are many of it.
pub(super) fn change(
    server: &Server,
    steps: Vec<Decided<'_>>,
    wishes: Wishes,
    tally: &mut Tally,
    known: &mut Known,
    kept: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let mut by_kind: BTreeMap<String, Vec<Decided<'_>>> = BTreeMap::new();
    for (desired, step) in steps {
        match &step {
            Step::Nothing { id } => {
                tally.same += 1;
                kept.insert(id.clone());
            }
            Step::Create { lines, .. } => tell('+', &desired.to_string(), lines)?,
            Step::Update { id, lines, .. } => {
                kept.insert(id.clone());
                tell('~', &desired.to_string(), lines)?;
            }
        }
        by_kind.entry(desired.object.wire_name.clone()).or_default().push((desired, step));
    }
    for (kind, steps) in by_kind {
        for some in steps.chunks(server.most_objects) {
            let said = if wishes.dry_run { pretend(some) } else { set(server, &kind, some)? };
            for (at, (desired, step)) in some.iter().enumerate() {
                settle(&said, at, (desired, step), tally, known, kept)?;
            }
        }
    }
    Ok(())
}

/// Deletes what is of one of these kinds and was not kept. What others depend on is tried again after them.
pub(super) fn prune(
    server: &Server,
    kinds: &BTreeSet<String>,
    kept: &BTreeSet<String>,
    wishes: Wishes,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut doomed: Vec<(String, String, String)> = Vec::new();
    for kind in kinds {
        let object = server.schema.object(kind)?;
        let Some(label) = object.label.as_ref().filter(|_| !object.is_singleton) else { continue };
        let properties = Some(vec!["id".to_owned(), label.clone()]);
        let all = listing::find(server, object, &Wanted { properties, ..Wanted::default() })?.list;
        for each in all.iter().filter(|each| !kept.contains(id(each))) {
            let name = each.get(label).and_then(Value::as_str).unwrap_or_else(|| id(each));
            doomed.push((kind.clone(), id(each).to_owned(), format!("{} {name}", object.name())));
        }
    }
    doomed.iter().try_for_each(|(_, _, name)| tell('-', name, &[]))?;
    if wishes.dry_run {
        tally.deleted += doomed.len();
        return Ok(());
    }
    loop {
        let before = doomed.len();
        let mut refused = Vec::new();
        for (kind, id, name) in std::mem::take(&mut doomed) {
            let said = server.call_one(Call::new(&kind, "set", json!({ "destroy": [id] })))?;
            match said.get("notDestroyed").and_then(|not| not.get(&id)) {
                None => tally.deleted += 1,
                Some(why) => {
                    refused.push(format!("{name}: {}", refusal::of_set(why)));
                    doomed.push((kind, id, name));
                }
            }
        }
        if doomed.is_empty() || doomed.len() == before {
            tally.refused.extend(refused);
            return Ok(());
        }
    }
}

fn set(server: &Server, kind: &str, steps: &[Decided<'_>]) -> Result<Value, Failure> {
    let (mut create, mut update) = (Map::new(), Map::new());
    for (at, (_, step)) in steps.iter().enumerate() {
        match step {
            Step::Nothing { .. } => {}
            Step::Create { members, .. } => {
                create.insert(format!("n{at}"), json!(members));
            }
            Step::Update { id, patch, .. } => {
                update.insert(id.clone(), json!(patch));
            }
        }
    }
    let mut arguments = Map::new();
    for (name, all) in [("create", create), ("update", update)] {
        if !all.is_empty() {
            arguments.insert(name.to_owned(), Value::Object(all));
        }
    }
    if arguments.is_empty() {
        return Ok(Value::Null);
    }
    server.call_one(Call::new(kind, "set", Value::Object(arguments)))
}

/// What a server would say that refuses nothing. An object that does not exist yet goes by its label.
fn pretend(steps: &[Decided<'_>]) -> Value {
    let (mut created, mut updated) = (Map::new(), Map::new());
    for (at, (desired, step)) in steps.iter().enumerate() {
        match step {
            Step::Nothing { .. } => {}
            Step::Create { .. } => {
                created.insert(format!("n{at}"), json!({ "id": format!("#{}", desired.label) }));
            }
            Step::Update { id, .. } => {
                updated.insert(id.clone(), Value::Null);
            }
        }
    }
    json!({ "created": created, "updated": updated })
}

/// Notes what the server said of one step.
fn settle(
    said: &Value,
    at: usize,
    (desired, step): (&super::Desired<'_>, &Step),
    tally: &mut Tally,
    known: &mut Known,
    kept: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let of = |member: &str, key: &str| said.get(member).and_then(|all| all.get(key)).cloned();
    let why = |member: &str, key: &str| {
        let why = of(member, key)
            .map_or_else(|| "the server did not say why".to_owned(), |error| refusal::of_set(&error));
        format!("{desired}: {why}")
    };
    match step {
        Step::Nothing { .. } => {}
        Step::Create { .. } => {
            let key = format!("n{at}");
            let Some(created) = of("created", &key) else {
                tally.refused.push(why("notCreated", &key));
                return Ok(());
            };
            tally.created += 1;
            kept.insert(id(&created).to_owned());
            known.insert((desired.object.wire_name.clone(), desired.label.clone()), id(&created).to_owned());
            tell_secret(desired, &created)?;
        }
        Step::Update { id, .. } => match of("updated", id) {
            Some(updated) => {
                tally.changed += 1;
                tell_secret(desired, &updated)?;
            }
            None => tally.refused.push(why("notUpdated", id)),
        },
    }
    Ok(())
}

/// A secret that the server made is seen this once.
fn tell_secret(desired: &super::Desired<'_>, answer: &Value) -> Result<(), Failure> {
    match answer.get("secret").and_then(Value::as_str).filter(|secret| *secret != MASK) {
        Some(secret) => {
            let text = format!("{desired}: its secret, shown this once: {secret}");
            terminal::say(&terminal::harmless(&text))
        }
        None => Ok(()),
    }
}

fn tell(sign: char, name: &str, lines: &[String]) -> Result<(), Failure> {
    let mut text = vec![format!("{sign} {name}")];
    text.extend(lines.iter().map(|line| format!("    {line}")));
    terminal::say(&terminal::harmless_lines(&text))
}
