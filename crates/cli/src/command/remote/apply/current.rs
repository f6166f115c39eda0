//! What there is of what a file names.

use std::collections::{BTreeMap, BTreeSet};

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

/// The property that says to which tenant an object belongs.
const TENANT: &str = "memberTenantId";

/// Wire names with labels.
type Names = BTreeSet<(String, String)>;

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

    /// What `desired` says is there now, under this id.
    pub(super) fn made(&mut self, desired: &Desired<'_>, id: &str) {
        let mut members = desired.members.clone();
        members.insert("id".to_owned(), id.into());
        self.by_label
            .insert((desired.object.wire_name.clone(), desired.label.clone()), Value::Object(members));
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
    for (kind, label, _) in &referred {
        labels.entry(kind).or_default().push(label.clone());
    }
    let of_tenants = of_tenants(desired, &referred);
    for (kind, mut labels) in labels {
        labels.sort();
        labels.dedup();
        by_labels(server, server.schema.object(kind)?, &labels, &of_tenants, &mut current)?;
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

/// What the file says of tenants: another object of the same name may be meant there.
fn of_tenants(desired: &[Desired<'_>], referred: &[(String, String, bool)]) -> Names {
    let named = desired.iter().filter(|each| is_of_tenant(each));
    let named = named.map(|each| (each.object.wire_name.clone(), each.label.clone()));
    let others = referred.iter().filter(|(_, _, is_of_tenant)| *is_of_tenant);
    named.chain(others.map(|(kind, label, _)| (kind.clone(), label.clone()))).collect()
}

fn is_of_tenant(desired: &Desired<'_>) -> bool {
    desired.members.get(TENANT).is_some_and(|tenant| !tenant.is_null())
}

fn by_labels(
    server: &Server,
    object: &Object,
    labels: &[String],
    of_tenants: &Names,
    current: &mut Current,
) -> Result<(), Failure> {
    let Some(property) = &object.label else {
        return Err(Failure::unusable(object.name(), "nothing tells one from another; name each by its id"));
    };
    if !object.filters.contains(property) {
        let wanted = Wanted { query: conditions::query(None, &[]), limit: None, properties: None };
        let all = listing::find(server, object, &wanted)?.list;
        return labels
            .iter()
            .try_for_each(|label| keep((object, property), label, &all, of_tenants, current));
    }
    for labels in labels.chunks(AT_ONCE) {
        let calls: Vec<_> =
            labels.iter().enumerate().flat_map(|(at, label)| pair(object, property, label, at)).collect();
        let said = server.call(&calls)?;
        for (label, said) in labels.iter().zip(said.chunks(2)) {
            let list = said.last().and_then(|got| got.get("list")).and_then(Value::as_array);
            keep(
                (object, property),
                label,
                list.map(Vec::as_slice).unwrap_or_default(),
                of_tenants,
                current,
            )?;
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

/// Keeps the one of `list` that has this very label. The server may have found more by it than that. Of several the one of no tenant is
/// meant, unless the file speaks of a tenant: what a tenant calls its objects is no concern of whoever runs the server.
fn keep(
    (object, property): (&Object, &str),
    label: &str,
    list: &[Value],
    of_tenants: &Names,
    current: &mut Current,
) -> Result<(), Failure> {
    let key = (object.wire_name.clone(), label.to_owned());
    let has_label = |found: &&Value| found.get(property).and_then(Value::as_str) == Some(label);
    let mut same: Vec<_> = list.iter().filter(has_label).collect();
    if same.len() > 1 && !of_tenants.contains(&key) {
        let is_of_none = |found: &&Value| found.get(TENANT).is_none_or(Value::is_null);
        if same.iter().any(is_of_none) {
            same.retain(is_of_none);
        }
    }
    match same.as_slice() {
        [] => Ok(()),
        [found] => {
            current.by_label.insert(key, (*found).clone());
            Ok(())
        }
        [_, _, ..] => Err(Failure::refused(
            format!("{} {label}", object.name()),
            "several have this name; say the id of the one that is meant",
        )),
    }
}

/// The labels by which objects of the file name others, with their wire names, and whether an object of a tenant does.
fn referred(schema: &Schema, desired: &[Desired<'_>]) -> Vec<(String, String, bool)> {
    let mut found = Vec::new();
    for each in desired {
        for (name, value) in &each.members {
            let Some(field) = each.object.fields.get(name) else { continue };
            let _ = references::rename::<()>(schema, &field.kind, value, &mut |of, text| {
                found.extend(
                    text.strip_prefix('#').map(|label| (of.to_owned(), label.to_owned(), is_of_tenant(each))),
                );
                Ok(text.to_owned())
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::sample;

    fn kept(list: &[Value], of_tenants: &Names) -> Result<Option<String>, Failure> {
        let schema = sample();
        let app = schema.object("App").unwrap();
        let mut current = Current::default();
        keep((app, "name"), "User", list, of_tenants, &mut current)?;
        Ok(current.by_label.values().next().map(|found| id(found).to_owned()))
    }

    #[test]
    fn of_several_the_one_of_no_tenant_is_meant_where_the_file_speaks_of_none() {
        let list = [
            json!({ "id": "a", "name": "User", "memberTenantId": "t" }),
            json!({ "id": "b", "name": "User", "memberTenantId": null }),
        ];
        assert_eq!(kept(&list, &Names::new()).unwrap(), Some("b".to_owned()));
        let names = Names::from([(sample().object("App").unwrap().wire_name.clone(), "User".to_owned())]);
        assert!(matches!(kept(&list, &names), Err(Failure::Refused(_))));
        assert!(kept(&[list[1].clone(), list[1].clone()], &Names::new()).is_err());
    }
}
