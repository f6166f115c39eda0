//! The schema document: every object as its table of properties says, for tools that know none of them beforehand.

use std::{collections::BTreeMap, sync::LazyLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use jmap::json::Object;
use serde_json::{Value, json};

use super::{
    object::{
        Choice, Description, Element, Multiplicity, Number, Part, Presence, Property, Section, TextFormat,
        Type, Union, Update,
    },
    objects,
};

/// The document and what it is called by, which changes with it.
#[derive(Debug)]
pub struct Schema {
    pub hash: String,
    pub body: Bytes,
}

/// That of this program.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let body = Bytes::from(document(&objects::all().collect::<Vec<_>>()).to_string());
    Schema { hash: URL_SAFE_NO_PAD.encode(digest(&SHA256, &body)), body }
});

/// What objects refer to: unions and closed lists, by their names.
#[derive(Default)]
struct Named {
    unions: BTreeMap<&'static str, &'static Union>,
    parts: BTreeMap<&'static str, &'static Part>,
    choices: BTreeMap<&'static str, &'static Choice>,
}

fn document(objects: &[&'static Description]) -> Value {
    let mut parts = Named::default();
    for object in objects {
        parts.collect(object.properties);
    }
    let named = |describe: fn(&Description) -> Value| {
        objects.iter().map(|object| (wire_name(object), describe(object))).collect::<Object>()
    };
    let mut schemas = named(schema);
    schemas.extend(parts.unions.values().map(|union| (union.name.to_owned(), union_schema(union))));
    let single = |part: &&Part| (part.name.to_owned(), json!({ "type": "single", "schemaName": part.name }));
    schemas.extend(parts.parts.values().copied().map(|part| single(&part)));
    let mut fields: Object = objects.iter().flat_map(|object| object_fields(object)).collect();
    fields.extend(parts.parts.values().map(|part| (part.name.to_owned(), self::fields(part.properties))));
    fields.extend(parts.unions.values().flat_map(|union| union_fields(union)));
    json!({
        "objects": named(object),
        "schemas": schemas,
        "fields": fields,
        "forms": named(form),
        "lists": named(list),
        "enums": parts.choices.values().map(|choice| (choice.name.to_owned(), choice_values(choice))).collect::<Object>(),
        "dashboards": [],
        "layouts": Section::ALL.map(|section| layout(section, objects)),
    })
}

impl Named {
    fn collect(&mut self, properties: &'static [Property]) {
        for property in properties {
            match property.kind {
                Type::Choice(choice) | Type::Set(Element::Choice(choice)) => {
                    self.choices.insert(choice.name, choice);
                }
                Type::Union(union) => {
                    self.unions.insert(union.name, union);
                    for variant in union.variants {
                        self.collect(variant.properties);
                    }
                }
                Type::Part(part) => {
                    self.parts.insert(part.name, part);
                    self.collect(part.properties);
                }
                _ => {}
            }
        }
    }
}

fn wire_name(object: &Description) -> String {
    format!("x:{}", object.name)
}

fn object(object: &Description) -> Value {
    let kind = match object.multiplicity {
        Multiplicity::Singleton => "singleton",
        Multiplicity::Many => "object",
    };
    json!({ "type": kind, "description": object.meaning, "permissionPrefix": object.permission_prefix })
}

/// What tells the variants of an object apart, if it has any.
fn variants(object: &Description) -> Option<Vec<(&'static str, &'static str)>> {
    match object.property("@type")?.kind {
        Type::Choice(choice) => Some((choice.names)()),
        _ => None,
    }
}

fn schema(object: &Description) -> Value {
    let Some(variants) = variants(object) else {
        return json!({ "type": "single", "schemaName": object.name });
    };
    let variant = |(name, meaning): &(&str, &str)| json!({ "name": name, "label": meaning, "schemaName": format!("{}{name}", object.name) });
    json!({ "type": "multiple", "variants": variants.iter().map(variant).collect::<Vec<_>>() })
}

fn union_schema(union: &Union) -> Value {
    let variants: Vec<_> = union
        .variants
        .iter()
        .map(|variant| {
            json!({ "name": variant.name, "label": variant.meaning, "schemaName": format!("{}{}", union.name, variant.name) })
        })
        .collect();
    json!({ "type": "multiple", "variants": variants })
}

fn object_fields(object: &Description) -> Vec<(String, Value)> {
    match variants(object) {
        None => vec![(object.name.to_owned(), fields(object.properties))],
        Some(variants) => variants
            .iter()
            .map(|(name, _)| (format!("{}{name}", object.name), fields(object.properties)))
            .collect(),
    }
}

fn union_fields(union: &Union) -> Vec<(String, Value)> {
    let variant = |variant: &super::object::Variant| {
        (format!("{}{}", union.name, variant.name), fields(variant.properties))
    };
    union.variants.iter().map(variant).collect()
}

fn fields(properties: &[Property]) -> Value {
    let shown = || properties.iter().filter(|property| property.name != "@type");
    let described: Object = shown()
        .map(|property| {
            let update = match property.update {
                Update::Mutable => "mutable",
                Update::Immutable => "immutable",
                Update::ServerSet => "serverSet",
            };
            let is_nullable = matches!(property.presence, Presence::Optional);
            let members =
                json!({ "description": property.meaning, "type": field_type(&property.kind, is_nullable), "update": update });
            (property.name.to_owned(), members)
        })
        .collect();
    let defaults: Object = shown()
        .filter_map(|property| match property.presence {
            Presence::Default(default) => Some((property.name.to_owned(), default())),
            Presence::Optional | Presence::Required => None,
        })
        .collect();
    json!({ "properties": described, "defaults": defaults })
}

fn field_type(kind: &Type, is_nullable: bool) -> Value {
    let mut described = match kind {
        Type::Text { format, min, max } => {
            json!({ "type": "string", "format": format_name(*format), "minLength": min, "maxLength": max })
        }
        Type::Secret { min, max } => {
            json!({ "type": "string", "format": "secret", "minLength": min, "maxLength": max })
        }
        Type::Number { format, min, max } => {
            let format = match format {
                Number::Unsigned => "unsignedInteger",
                Number::Duration => "duration",
            };
            json!({ "type": "number", "format": format, "min": min, "max": max })
        }
        Type::Moment => json!({ "type": "utcDateTime" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Choice(choice) => json!({ "type": "enum", "enumName": choice.name }),
        Type::Reference(name) => json!({ "type": "objectId", "objectName": format!("x:{name}") }),
        Type::Union(union) => json!({ "type": "object", "objectName": union.name }),
        Type::Part(part) => json!({ "type": "object", "objectName": part.name }),
        Type::Set(element) => json!({ "type": "set", "class": element_type(*element) }),
        Type::Json => {
            json!({ "type": "map", "keyClass": { "type": "string" }, "valueClass": { "type": "string" } })
        }
    };
    if let (true, Some(members)) = (is_nullable, described.as_object_mut()) {
        members.insert("nullable".to_owned(), true.into());
    }
    described
}

fn element_type(element: Element) -> Value {
    match element {
        Element::Text(format) => json!({ "type": "string", "format": format_name(format) }),
        Element::Choice(choice) => json!({ "type": "enum", "enumName": choice.name }),
        Element::Reference(name) => json!({ "type": "objectId", "objectName": format!("x:{name}") }),
    }
}

const fn format_name(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Plain => "string",
        TextFormat::Email => "emailAddress",
        TextFormat::Uri => "uri",
        TextFormat::Logo => "logo",
        TextFormat::Network => "ipNetwork",
        TextFormat::Locale => "locale",
        TextFormat::TimeZone => "timeZone",
    }
}

fn choice_values(choice: &Choice) -> Value {
    let value = |(name, meaning): (&str, &str)| json!({ "name": name, "label": meaning });
    (choice.names)().into_iter().map(value).collect()
}

fn form(object: &Description) -> Value {
    let is_input = |property: &&Property| property.update != Update::ServerSet && property.name != "@type";
    let fields: Vec<_> =
        object.properties.iter().filter(is_input).map(|property| column(property.name)).collect();
    json!({ "title": object.list.title, "sections": [{ "title": object.list.title, "fields": fields }] })
}

fn list(object: &Description) -> Value {
    let list = &object.list;
    let mut filters: Vec<_> = object
        .properties
        .iter()
        .filter(|property| property.is_filter)
        .map(|property| column(property.name))
        .collect();
    if !object.text.is_empty() {
        filters.insert(0, column("text"));
    }
    json!({
        "title": list.title,
        "subtitle": object.meaning,
        "singularName": list.singular,
        "pluralName": list.plural,
        "columns": list.columns.iter().map(|name| column(name)).collect::<Vec<_>>(),
        "labelProperty": list.label,
        "filters": filters,
    })
}

fn layout(section: Section, objects: &[&'static Description]) -> Value {
    let is_here = |object: &&&Description| object.list.section == section;
    let item = |object: &&Description| json!({ "name": object.list.title, "object": wire_name(object) });
    let items: Vec<_> = objects.iter().filter(is_here).map(item).collect();
    json!({ "name": section.name(), "icon": section.icon(), "items": items })
}

/// A property with the words that stand above it: `createdAt` is "Created at".
fn column(name: &str) -> Value {
    let mut label = String::new();
    for (index, c) in name.chars().enumerate() {
        if index == 0 {
            label.extend(c.to_uppercase());
        } else {
            if c.is_uppercase() {
                label.push(' ');
            }
            label.extend(c.to_lowercase());
        }
    }
    json!({ "name": name, "label": label })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_referred_to_is_there() {
        let document = document(&objects::all().collect::<Vec<_>>());
        let names = |key: &str| document[key].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for schema in document["schemas"].as_object().unwrap().values() {
            let variants = schema["variants"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
            for variant in variants {
                assert!(
                    names("fields").contains(&variant["schemaName"].as_str().unwrap().to_owned()),
                    "{variant}"
                );
            }
        }
        let kinds = document["fields"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|fields| fields["properties"].as_object().unwrap().values());
        for kind in kinds.map(|property| &property["type"]) {
            for kind in [kind, &kind["class"]] {
                let known = [("enumName", "enums"), ("objectName", "schemas")];
                for (member, key) in known {
                    let Some(name) = kind[member].as_str() else { continue };
                    assert!(names(key).contains(&name.to_owned()), "{kind}");
                }
            }
        }
    }

    #[test]
    fn names_become_words() {
        assert_eq!(column("createdAt")["label"], "Created at");
    }

    #[test]
    fn every_default_is_a_value_of_its_property() {
        for object in objects::all() {
            for property in object.properties {
                let Presence::Default(default) = property.presence else { continue };
                let read = super::super::object::value::read(
                    &property.kind,
                    default(),
                    &jmap::creation::CreatedIds::default(),
                );
                assert_eq!(read, Ok(default()), "{} {}", object.name, property.name);
            }
        }
    }
}
