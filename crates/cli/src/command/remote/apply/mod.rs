//! `wayleave apply`: the server as a file says it should be.
//!
//! Objects are matched by the property that people know them by. What the file does not name is left alone, properties as well as objects,
//! and running it twice changes nothing the second time.

mod act;
mod current;
mod file;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::{
    act::Tally,
    file::Desired,
    plan::{Step, decide},
};
use crate::{
    args::Apply,
    failure::Failure,
    remote::{self, Server},
    terminal,
    value::references,
};

/// The ids of objects, by wire name and label.
type Known = BTreeMap<(String, String), String>;

/// What the command was told.
#[derive(Clone, Copy, Debug)]
struct Wishes {
    dry_run: bool,
    /// Secrets are set also for what exists already.
    secrets: bool,
}

pub(crate) fn run(apply: Apply) -> Result<(), Failure> {
    let server = &remote::connect(apply.reach)?;
    let wishes = Wishes { dry_run: apply.dry_run, secrets: apply.secrets };
    let name = apply.file.display().to_string();
    let source = if name == "-" { name.clone() } else { format!("@{name}") };
    let desired = file::read(&super::values::text_of(&source)?, &name, &server.schema)?;
    let kinds: BTreeSet<String> = desired.iter().map(|each| each.object.wire_name.clone()).collect();
    let mut current = current::load(server, &desired)?;
    let mut known = current::ids(&current, &desired);
    let mut tally = Tally::default();
    let mut kept = BTreeSet::new();
    let mut waiting = desired;
    while !waiting.is_empty() {
        let (ready, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|each| resolve(each, server, &known).is_ok());
        waiting = rest;
        // Objects that wait for one another are made without their references, which they get in the next round.
        let is_knot = ready.is_empty();
        let ready = if is_knot { loosened(&waiting, server, &known)? } else { ready };
        let mut steps = Vec::with_capacity(ready.len());
        for each in ready {
            let members = resolve(&each, server, &known).map_err(Failure::Refused)?;
            let resolved = Desired { members, ..each };
            let step = decide(&server.schema, &resolved, current.of(&resolved), wishes)?;
            steps.push((resolved, step));
        }
        let made: Vec<_> = steps.iter().filter(|_| is_knot).map(|(each, _)| each.clone()).collect();
        act::change(server, steps, wishes, &mut tally, &mut known, &mut kept)?;
        for each in made {
            match known.get(&(each.object.wire_name.clone(), each.label.clone())) {
                Some(id) => current.made(&each, id),
                // Without it the others will never be as the file says.
                None => return Err(tally.failure().unwrap_or_else(|| Failure::Several(Vec::new()))),
            }
        }
    }
    if apply.prune && tally.has_refusals() {
        // What was refused may be what others should have taken the place of.
        terminal::note("nothing is deleted, because something was refused");
    } else if apply.prune {
        act::prune(server, &kinds, &kept, wishes, &mut tally)?;
    }
    terminal::say(&tally.sentence(wishes.dry_run))?;
    tally.failure().map_or(Ok(()), Err)
}

/// The objects without what refers to others of them. The error says which labels nobody has.
fn loosened<'s>(
    waiting: &[Desired<'s>],
    server: &Server,
    known: &Known,
) -> Result<Vec<Desired<'s>>, Failure> {
    let mut with_all = known.clone();
    for each in waiting {
        with_all.insert((each.object.wire_name.clone(), each.label.clone()), String::new());
    }
    let unknown: Vec<_> = waiting.iter().filter_map(|each| resolve(each, server, &with_all).err()).collect();
    if !unknown.is_empty() {
        return Err(Failure::Several(unknown));
    }
    let is_ready = |each: &Desired<'s>, name: &String, value: &Value| {
        let members = serde_json::Map::from_iter([(name.clone(), value.clone())]);
        resolve(&Desired { members, ..each.clone() }, server, known).is_ok()
    };
    let loose = |each: &Desired<'s>| {
        let members = each.members.iter().filter(|(name, value)| is_ready(each, name, value));
        Desired {
            members: members.map(|(name, value)| (name.clone(), value.clone())).collect(),
            ..each.clone()
        }
    };
    Ok(waiting.iter().map(loose).collect())
}

/// The members of `each` with ids where the file names others by their labels. The error says which label nobody has.
fn resolve(
    each: &Desired<'_>,
    server: &Server,
    known: &Known,
) -> Result<serde_json::Map<String, Value>, String> {
    let mut members = serde_json::Map::new();
    for (name, value) in &each.members {
        let value = match each.object.fields.get(name) {
            None => value.clone(),
            Some(field) => references::rename(&server.schema, &field.kind, value, &mut |of, text| {
                let Some(label) = text.strip_prefix('#') else { return Ok(text.to_owned()) };
                let id = known.get(&(of.to_owned(), label.to_owned()));
                id.cloned().ok_or_else(|| {
                    format!(
                        "{each}: {name} names {} {label}, which is neither here nor in the file",
                        crate::schema::short(of)
                    )
                })
            })?,
        };
        members.insert(name.clone(), value);
    }
    Ok(members)
}

/// A change that was decided, with what it is about.
type Decided<'s> = (Desired<'s>, Step);
