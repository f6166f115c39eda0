//! `wayleave export`

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    args::Export,
    failure::Failure,
    remote::{
        self, Server, conditions,
        listing::{self, Wanted, id},
    },
    schema::{Change, KIND, Object},
    terminal,
    value::{self, Typed, references},
};

/// The labels of objects, by wire name and id.
type Labels = BTreeMap<(String, String), Option<String>>;

pub(crate) fn run(export: Export) -> Result<(), Failure> {
    let server = &remote::connect(export.reach)?;
    let mut all = Map::new();
    let mut labels = Labels::new();
    let named = !export.objects.is_empty();
    for object in wanted(&export.objects, server)? {
        let list = match read(server, object, &export.conditions) {
            Ok(list) => list,
            // Whoever asks for everything gets what there is to be seen.
            Err(Failure::Refused(why)) if !named => {
                terminal::note(&format!("left out: {why}"));
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let mut portable = Vec::with_capacity(list.len());
        let repeated = repeated(object, &list);
        for each in &list {
            let mut members = members(server, object, each, &mut labels)?;
            if label_of(object, each).is_some_and(|label| repeated.contains(label)) {
                members.insert("id".to_owned(), id(each).into());
            }
            portable.push(Value::Object(members));
        }
        let of_object =
            if object.is_singleton { portable.pop().unwrap_or_default() } else { Value::Array(portable) };
        all.insert(object.name().to_owned(), of_object);
    }
    terminal::say_json(&Value::Object(all))
}

fn wanted<'s>(names: &[String], server: &'s Server) -> Result<Vec<&'s Object>, Failure> {
    if names.is_empty() {
        return Ok(server.schema.objects().filter(|object| is_declarable(object)).collect());
    }
    let one = |name: &String| {
        let object = server.schema.object(name)?;
        let why = "cannot be exported: it has nothing to set, or nothing to tell one from another by";
        if is_declarable(object) { Ok(object) } else { Err(Failure::unusable(object.name(), why)) }
    };
    names.iter().map(one).collect()
}

/// Whether a file can say how it should be.
pub(super) fn is_declarable(object: &Object) -> bool {
    let has_label = object.label.as_ref().is_some_and(|label| object.fields.contains_key(label));
    (object.is_singleton || has_label) && object.fields.values().any(|field| field.change != Change::ByServer)
}

fn read(server: &Server, object: &Object, conditions: &[String]) -> Result<Vec<Value>, Failure> {
    if object.is_singleton {
        return listing::by_id(server, object, &[crate::schema::SINGLETON.to_owned()], None)
            .map(|(list, _)| list);
    }
    let known: Vec<_> = conditions::known(conditions, object).into_iter().cloned().collect();
    let typed = Typed { schema: &server.schema, now: remote::now() };
    let filter = conditions::filter(&known, object, &typed)?;
    let wanted = Wanted { query: conditions::query(filter.as_ref(), &[]), limit: None, properties: None };
    listing::find(server, object, &wanted).map(|found| found.list)
}

fn label_of<'v>(object: &Object, each: &'v Value) -> Option<&'v str> {
    each.get(object.label.as_ref()?)?.as_str()
}

/// The labels that more than one of these has: they tell nobody which is meant.
fn repeated(object: &Object, list: &[Value]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let labels = list.iter().filter_map(|each| label_of(object, each));
    labels.filter(|label| !seen.insert(*label)).map(str::to_owned).collect()
}

/// What of `each` can be said again elsewhere: no ids, and other objects by their labels.
fn members(
    server: &Server,
    object: &Object,
    each: &Value,
    labels: &mut Labels,
) -> Result<Map<String, Value>, Failure> {
    let mut members = Map::new();
    for (name, field) in object.fields.iter().filter(|(_, field)| field.change != Change::ByServer) {
        let Some(value) = each.get(name) else { continue };
        let value = value::canonical(&server.schema, &field.kind, value);
        let value = references::rename(&server.schema, &field.kind, &value, &mut |of, text| {
            let label = label(server, of, text, labels)?;
            Ok::<_, Failure>(label.map_or_else(|| text.to_owned(), |label| format!("#{label}")))
        })?;
        members.insert(name.clone(), value);
    }
    if let Some(kind) = each.get(KIND) {
        members.insert(KIND.to_owned(), kind.clone());
    }
    Ok(members)
}

/// By what people know the object of this kind and id; nothing if it has no such name.
fn label(server: &Server, wire_name: &str, of: &str, labels: &mut Labels) -> Result<Option<String>, Failure> {
    let key = (wire_name.to_owned(), of.to_owned());
    if let Some(known) = labels.get(&key) {
        return Ok(known.clone());
    }
    let Ok(object) = server.schema.object(wire_name) else {
        return Ok(None);
    };
    let Some(property) = &object.label else {
        return Ok(None);
    };
    let properties = ["id".to_owned(), property.clone()];
    // Where labels are no filter they need not be unique, and of such objects there are few.
    if !object.filters.contains(property) {
        let wanted = Wanted { properties: Some(properties.to_vec()), ..Wanted::default() };
        let all = listing::find(server, object, &wanted)?.list;
        let repeated = repeated(object, &all);
        for each in &all {
            let label = label_of(object, each).filter(|label| !repeated.contains(*label)).map(str::to_owned);
            labels.insert((wire_name.to_owned(), id(each).to_owned()), label);
        }
        return Ok(labels.entry(key).or_default().clone());
    }
    let (list, _) = listing::by_id(server, object, &[of.to_owned()], Some(&properties))?;
    let found = list.first().filter(|found| id(found) == of);
    let label = found.and_then(|found| label_of(object, found)).map(str::to_owned);
    labels.insert(key, label.clone());
    Ok(label)
}
