//! `wayleave describe`

use crate::{
    args::Describe,
    failure::Failure,
    remote,
    schema::{Change, Field, FieldType, Object, Schema},
    terminal,
    value::shown,
};

pub(crate) fn run(describe: Describe) -> Result<(), Failure> {
    let server = remote::connect(describe.reach)?;
    match describe.object {
        Some(name) => one(&server.schema, server.schema.object(&name)?),
        None => all(&server.schema),
    }
}

fn all(schema: &Schema) -> Result<(), Failure> {
    let row = |object: &Object| {
        let how_many = if object.is_singleton { "one" } else { "many" };
        [object.name().to_owned(), how_many.to_owned(), object.description.clone()]
    };
    let rows: Vec<_> = schema.objects().map(row).collect();
    terminal::say_table(["OBJECT", "HOW MANY", "WHAT IT IS"], &rows)
}

fn one(schema: &Schema, object: &Object) -> Result<(), Failure> {
    terminal::say(&format!("{}: {}\n", object.name(), terminal::harmless(&object.description)))?;
    let rows: Vec<_> = object.fields.iter().map(|(name, field)| row(schema, name, field)).collect();
    terminal::say_table(["PROPERTY", "TYPE", "SET", "DEFAULT", "WHAT IT IS"], &rows)?;
    let mut notes = Vec::new();
    if !object.filters.is_empty() {
        notes.push(format!("--where knows {}.", object.filters.join(", ")));
    }
    if let Some(label) = object.label.as_ref().filter(|_| !object.is_singleton) {
        notes.push(format!("apply and export tell one from another by {label}."));
    }
    for kind in object.fields.values().filter_map(|field| inner(&field.kind)) {
        for (name, fields) in schema.kinds_of(kind) {
            let fields: Vec<_> = fields.iter().map(|field| format!(", \"{field}\": …")).collect();
            notes.push(format!("{kind}: {{\"@type\": \"{name}\"{}}}", fields.concat()));
        }
    }
    notes.sort();
    notes.dedup();
    if notes.is_empty() { Ok(()) } else { terminal::say(&format!("\n{}", terminal::harmless_lines(&notes))) }
}

fn inner(kind: &FieldType) -> Option<&str> {
    match kind {
        FieldType::Object(name) | FieldType::List(name) => Some(name),
        _ => None,
    }
}

fn row(schema: &Schema, name: &str, field: &Field) -> [String; 5] {
    let kind = match &field.kind {
        FieldType::Enum(values) => schema.enum_values(values).join(" | "),
        other => other.name(),
    };
    let change = match field.change {
        Change::Always => "any time",
        Change::Once => "when created",
        Change::ByServer => "by the server",
    };
    let default = field.default.as_ref().map(|default| shown(Some(&field.kind), default)).unwrap_or_default();
    [name.to_owned(), kind, change.to_owned(), default, field.description.clone()]
}
