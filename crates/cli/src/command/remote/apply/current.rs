//! What there is of what a file names.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Known, file::Desired};
use crate::{
    failure::Failure,
    remote::{
        Call, Server, conditions,
        listing::{self, Wanted, id},
    },
    schema::{Object, SINGLETON, Schema},
    value::references,
};

/// So many labels are looked up in one request: a query and a get for each.
const AT_ONCE: usize = 8;

/// The objects that were found, by wire name and label, or by wire name and id where the file says the id.
#[derive(Debug, Default)]
pub(super) struct Current {
    by_label: BTreeMap<(String, String), Value>,
    by_id: BTreeMap<(String, String), Value>,
}

impl Current {
    /// What there is of `desired`.
    pub(super) fn of(&self, desired: &Desired<'_>) -> Option<&Value> {
        let key = |text: &str| (desired.object.wire_name.clone(), text.to_owned());
        match &desired.id {
            Some(id) => self.by_id.get(&key(id)),
            None => self.by_label.get(&key(&desired.label)),
        }
    }
}

/// Looks for everything that `desired` names: its objects, and those that they refer to.
pub(super) fn load(server: &Server, desired: &[Desired<'_>]) -> Result<Current, Failure> {
    let mut current = Current::default();
    let mut labels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for each in desired {
        match (&each.id, each.object.is_singleton) {
            (None, true) => by_id(server, each.object, SINGLETON, "", &mut current)?,
            (Some(id), _) => by_id(server, each.object, id, &each.label, &mut current)?,
            (None, false) => labels.entry(&each.object.wire_name).or_default().push(each.label.clone()),
        }
    }
    let referred = referred(&server.schema, desired);
    for (kind, label) in &referred {
        labels.entry(kind).or_default().push(label.clone());
    }
    for (kind, mut labels) in labels {
        labels.sort();
        labels.dedup();
        by_labels(server, server.schema.object(kind)?, &labels, &mut current)?;
    }
    Ok(current)
}

/// The ids of all that was found by its label.
pub(super) fn ids(current: &Current, desired: &[Desired<'_>]) -> Known {
    let mut known: Known =
        current.by_label.iter().map(|(key, found)| (key.clone(), id(found).to_owned())).collect();
    for each in desired {
        if let Some(id) = &each.id {
            known.insert((each.object.wire_name.clone(), each.label.clone()), id.clone());
        }
    }
    known
}

fn by_id(
    server: &Server,
    object: &Object,
    of: &str,
    label: &str,
    current: &mut Current,
) -> Result<(), Failure> {
    let (list, _) = listing::by_id(server, object, &[of.to_owned()], None)?;
    let found = list.into_iter().next().ok_or_else(|| {
        Failure::refused(
            format!("{} {of}", object.name()),
            "there is no such id; take it out of the file to create it",
        )
    })?;
    let key = |text: &str| (object.wire_name.clone(), text.to_owned());
    if object.is_singleton {
        current.by_label.insert(key(label), found);
    } else {
        current.by_id.insert(key(of), found);
    }
    Ok(())
}

fn by_labels(
    server: &Server,
    object: &Object,
    labels: &[String],
    current: &mut Current,
) -> Result<(), Failure> {
    let Some(property) = &object.label else {
        return Err(Failure::unusable(object.name(), "nothing tells one from another; name each by its id"));
    };
    if !object.filters.contains(property) {
        let wanted = Wanted { query: conditions::query(None, &[]), limit: None, properties: None };
        let all = listing::find(server, object, &wanted)?.list;
        return labels.iter().try_for_each(|label| keep(object, property, label, &all, current));
    }
    for labels in labels.chunks(AT_ONCE) {
        let calls: Vec<_> =
            labels.iter().enumerate().flat_map(|(at, label)| pair(object, property, label, at)).collect();
        let said = server.call(&calls)?;
        for (label, said) in labels.iter().zip(said.chunks(2)) {
            let list = said.last().and_then(|got| got.get("list")).and_then(Value::as_array);
            keep(object, property, label, list.map(Vec::as_slice).unwrap_or_default(), current)?;
        }
    }
    Ok(())
}

fn pair(object: &Object, property: &str, label: &str, at: usize) -> [Call; 2] {
    let name = &object.wire_name;
    let reference =
        json!({ "resultOf": format!("c{}", 2 * at), "name": format!("{name}/query"), "path": "/ids" });
    [
        Call::new(name, "query", json!({ "filter": { property: label }, "limit": 500 })),
        Call::new(name, "get", json!({ "#ids": reference })),
    ]
}

/// Keeps the one of `list` that has this very label. The server may have found more by it than that.
fn keep(
    object: &Object,
    property: &str,
    label: &str,
    list: &[Value],
    current: &mut Current,
) -> Result<(), Failure> {
    let mut same = list.iter().filter(|found| found.get(property).and_then(Value::as_str) == Some(label));
    if let Some(found) = same.next() {
        if same.next().is_some() {
            let what = format!("{} {label}", object.name());
            return Err(Failure::refused(
                what,
                "several have this name; say the id of the one that is meant",
            ));
        }
        current.by_label.insert((object.wire_name.clone(), label.to_owned()), found.clone());
    }
    Ok(())
}

/// The labels by which objects of the file name others, with their wire names.
fn referred(schema: &Schema, desired: &[Desired<'_>]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for each in desired {
        for (name, value) in &each.members {
            let Some(field) = each.object.fields.get(name) else { continue };
            let _ = references::rename::<()>(schema, &field.kind, value, &mut |of, text| {
                found.extend(text.strip_prefix('#').map(|label| (of.to_owned(), label.to_owned())));
                Ok(text.to_owned())
            });
        }
    }
    found
}
