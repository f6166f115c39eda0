//! What the server says about its objects: which there are, which fields they have, and of what type each is.
//!
//! Nothing of this is known in advance: the commands work with every object that the schema document describes.

mod field;
mod find;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

#[cfg(test)]
pub(crate) use field::Class;
pub(crate) use field::{Change, Field, FieldType};

/// The schema document, as far as the commands need it.
#[derive(Debug)]
pub(crate) struct Schema {
    objects: BTreeMap<String, Object>,
    /// What objects inside objects are, by the name that fields call them by.
    inner: BTreeMap<String, Inner>,
    enums: BTreeMap<String, Vec<String>>,
}

/// An object inside an object: its fields, or those of each of its variants by the name of the variant.
#[derive(Debug)]
enum Inner {
    Single(BTreeMap<String, Field>),
    Variants(BTreeMap<String, BTreeMap<String, Field>>),
}

/// One object of the server.
#[derive(Debug)]
pub(crate) struct Object {
    /// As it stands in method names: `x:OAuthClient`.
    pub(crate) wire_name: String,
    pub(crate) description: String,
    /// There is one of it, and its id is `singleton`.
    pub(crate) is_singleton: bool,
    /// By name, in alphabetical order; `id` is not among them.
    pub(crate) fields: BTreeMap<String, Field>,
    /// What a list shows of it.
    pub(crate) columns: Vec<String>,
    /// By which property people tell one from another.
    pub(crate) label: Option<String>,
    pub(crate) filters: Vec<String>,
}

/// The id of every object of which there is one.
pub(crate) const SINGLETON: &str = "singleton";

/// The member that says which kind of several an object is.
pub(crate) const KIND: &str = "@type";

impl Schema {
    /// Reads the document; what is not understood of it is left out.
    pub(crate) fn read(document: &Value) -> Self {
        let members = |name: &str| document.get(name).and_then(Value::as_object).into_iter().flatten();
        let fields: BTreeMap<_, _> =
            members("fields").map(|(name, schema)| (name.clone(), read_fields(schema))).collect();
        let mut enums: BTreeMap<_, _> =
            members("enums").map(|(name, values)| (name.clone(), field::names(values))).collect();
        // What has no schema of its own is called by the name of its fields.
        let mut inner: BTreeMap<_, _> =
            fields.iter().map(|(name, fields)| (name.clone(), Inner::Single(fields.clone()))).collect();
        inner.extend(members("schemas").map(|(name, schema)| (name.clone(), read_inner(&fields, schema))));
        let mut objects = BTreeMap::new();
        for (name, about) in members("objects") {
            let mut object = read_object(document, inner.get(name), name, about);
            if let Some(Inner::Variants(variants)) = inner.get(name) {
                let choice = format!("{} kind", object.name());
                object.fields.insert(KIND.to_owned(), Field::choice(choice.clone()));
                enums.insert(choice, variants.keys().cloned().collect());
            }
            objects.insert(name.clone(), object);
        }
        Self { objects, inner, enums }
    }

    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// The fields of an object inside an object: of `kind`, where there are several kinds of it.
    pub(crate) fn fields_of(&self, name: &str, kind: Option<&str>) -> Option<&BTreeMap<String, Field>> {
        match self.inner.get(name)? {
            Inner::Single(fields) => Some(fields),
            Inner::Variants(variants) => variants.get(kind?),
        }
    }

    /// The kinds of an object inside an object, each with its fields; none where there is only one kind.
    pub(crate) fn kinds_of(&self, name: &str) -> Vec<(&str, Vec<&str>)> {
        match self.inner.get(name) {
            Some(Inner::Variants(variants)) => {
                let named = variants.iter().map(|(kind, fields)| (kind.as_str(), fields.keys()));
                named.map(|(kind, names)| (kind, names.map(String::as_str).collect())).collect()
            }
            Some(Inner::Single(_)) | None => Vec::new(),
        }
    }

    pub(crate) fn enum_values(&self, name: &str) -> &[String] {
        self.enums.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Object {
    /// Without the prefix of the wire.
    pub(crate) fn name(&self) -> &str {
        short(&self.wire_name)
    }
}

/// `OAuthClient` of `x:OAuthClient`.
pub(crate) fn short(wire_name: &str) -> &str {
    wire_name.strip_prefix("x:").unwrap_or(wire_name)
}

fn read_object(document: &Value, inner: Option<&Inner>, name: &str, about: &Value) -> Object {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = document.get("lists").and_then(|lists| lists.get(name));
    let of_list = |member: &str| list.and_then(|list| list.get(member));
    let mut fields = match inner {
        Some(Inner::Single(fields)) => fields.clone(),
        Some(Inner::Variants(variants)) => {
            variants.values().flatten().map(|(name, field)| (name.clone(), field.clone())).collect()
        }
        None => BTreeMap::new(),
    };
    fields.remove("id");
    Object {
        wire_name: name.to_owned(),
        description: text(about.get("description")),
        is_singleton: about.get("type").and_then(Value::as_str) == Some("singleton"),
        fields,
        columns: of_list("columns").map(field::names).unwrap_or_default(),
        label: of_list("labelProperty").and_then(Value::as_str).map(str::to_owned),
        filters: of_list("filters").map(field::names).unwrap_or_default(),
    }
}

fn read_inner(fields: &BTreeMap<String, BTreeMap<String, Field>>, schema: &Value) -> Inner {
    let named = |value: &Value| {
        let name = value.get("schemaName").and_then(Value::as_str);
        name.and_then(|name| fields.get(name)).cloned().unwrap_or_default()
    };
    match schema.get("variants").and_then(Value::as_array) {
        None => Inner::Single(named(schema)),
        Some(variants) => {
            let variant = |variant: &Value| Some((variant.get("name")?.as_str()?.to_owned(), named(variant)));
            Inner::Variants(variants.iter().filter_map(variant).collect())
        }
    }
}

fn read_fields(schema: &Value) -> BTreeMap<String, Field> {
    let nothing = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
    let default = |name: &str| schema.get("defaults").and_then(|defaults| defaults.get(name)).cloned();
    properties.iter().map(|(name, about)| (name.clone(), Field::read(about, default(name)))).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// A document with every kind of field.
    pub(crate) fn sample() -> Schema {
        Schema::read(&document())
    }

    fn document() -> Value {
        json!({
            "objects": {
                "x:App": {"type": "object", "description": "An app", "permissionPrefix": "sysApp"},
                "x:Room": {"type": "object", "description": "A room"},
                "x:Server": {"type": "singleton", "description": "The server"}
            },
            "schemas": {
                "x:App": {"type": "single", "schemaName": "x:App"},
                "x:Room": {"type": "multiple", "variants": [
                    {"name": "Hall", "label": "Hall", "schemaName": "x:Hall"},
                    {"name": "Cell", "label": "Cell", "schemaName": "x:Cell"}
                ]},
                "x:Server": {"type": "single", "schemaName": "x:Server"}
            },
            "fields": {
                "x:App": {"properties": {
                    "name": {"description": "Its name", "type": {"type": "string", "format": "string", "maxLength": 20}, "update": "immutable"},
                    "note": {"description": "", "type": {"type": "string", "nullable": true}, "update": "mutable"},
                    "secret": {"description": "", "type": {"type": "string", "format": "secret", "nullable": true}, "update": "mutable"},
                    "addresses": {"description": "", "type": {"type": "set", "class": {"type": "string", "format": "uri"}}, "update": "mutable"},
                    "roomId": {"description": "", "type": {"type": "objectId", "objectName": "x:Room", "nullable": true}, "update": "mutable"},
                    "friendIds": {"description": "", "type": {"type": "set", "class": {"type": "objectId", "objectName": "x:App"}}, "update": "mutable"},
                    "life": {"description": "", "type": {"type": "number", "format": "duration", "nullable": true}, "update": "mutable"},
                    "colour": {"description": "", "type": {"type": "enum", "enumName": "Colour"}, "update": "mutable"},
                    "endsAt": {"description": "", "type": {"type": "utcDateTime", "nullable": true}, "update": "mutable"},
                    "steps": {"description": "", "type": {"type": "objectList", "objectName": "Step"}, "update": "mutable"},
                    "isOpen": {"description": "", "type": {"type": "boolean"}, "update": "mutable"},
                    "createdAt": {"description": "", "type": {"type": "utcDateTime"}, "update": "serverSet"}
                }, "defaults": {"isOpen": true, "colour": "red"}},
                "x:Hall": {"properties": {"label": {"type": {"type": "string"}, "update": "mutable"}}, "defaults": {}},
                "x:Cell": {"properties": {
                    "label": {"type": {"type": "string"}, "update": "mutable"},
                    "lock": {"type": {"type": "boolean"}, "update": "mutable"}
                }, "defaults": {}},
                "Step": {"properties": {"after": {"type": {"type": "number", "format": "duration"}, "update": "mutable"}}},
                "x:Server": {"properties": {
                    "isStrict": {"description": "", "type": {"type": "boolean"}, "update": "mutable"},
                    "attempts": {"description": "", "type": {"type": "number", "format": "unsignedInteger", "min": 1, "max": 1000}, "update": "mutable"}
                }, "defaults": {"isStrict": false}}
            },
            "lists": {
                "x:App": {"columns": [{"name": "name", "label": "Name"}, {"name": "createdAt", "label": "Created"}],
                          "labelProperty": "name", "filters": ["text", "name", "createdAt"]},
                "x:Room": {"columns": [], "labelProperty": "label", "filters": [{"name": "text"}]}
            },
            "enums": {"Colour": [{"name": "red", "label": "Red"}, {"name": "blue", "label": "Blue"}]},
            "forms": {}, "dashboards": [], "layouts": []
        })
    }

    #[test]
    fn the_objects_of_the_document_are_known_with_their_fields() {
        let schema = sample();
        let app = schema.object("App").unwrap();
        assert_eq!(app.columns, ["name", "createdAt"]);
        assert_eq!((app.label.as_deref(), app.is_singleton), (Some("name"), false));
        assert_eq!(app.filters, ["text", "name", "createdAt"]);
        assert_eq!(schema.enum_values("Colour"), ["red", "blue"]);
        assert!(schema.object("Server").unwrap().is_singleton);
    }

    #[test]
    fn an_object_of_several_kinds_has_the_fields_of_all() {
        let schema = sample();
        let fields: Vec<_> = schema.object("Room").unwrap().fields.keys().cloned().collect();
        assert_eq!(fields, ["@type", "label", "lock"]);
        assert_eq!(schema.kinds_of("x:Room"), [("Cell", vec!["label", "lock"]), ("Hall", vec!["label"])]);
    }

    #[test]
    fn a_document_of_another_shape_has_no_objects_and_does_no_harm() {
        for odd in [
            json!(null),
            json!([]),
            json!({"objects": 1}),
            json!({"objects": {"x:A": 1}, "fields": {"x:A": []}}),
        ] {
            assert!(Schema::read(&odd).objects().all(|object| object.fields.is_empty()), "{odd}");
        }
    }
}
