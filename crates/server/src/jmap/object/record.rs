//! A record that was checked against the description of its object: what acts are given. RFC 8620 §5.3.

use std::collections::BTreeSet;

use domain::{secret::Secret, time::Timestamp};
use jmap::{creation::CreatedIds, json::Object, patch::PatchObject, set_error::SetError};
use serde_json::Value;

use super::{
    Description, Fault, Faults, Presence, Property, Update,
    value::{self, MASK},
};

/// Every property in its one form, with the default or `null` in the place of what was not sent; and which of them are other than before.
pub struct Record {
    values: Object,
    changed: BTreeSet<&'static str>,
}

/// What shall become of a secret.
pub enum SecretWish {
    Keep,
    Remove,
    /// The server makes one and shows it once.
    Generate,
    Set(Secret),
}

impl Record {
    /// A record to be created.
    pub fn for_create(
        description: &Description,
        mut sent: Object,
        created: &CreatedIds,
    ) -> Result<Self, SetError> {
        let mut faults = Vec::new();
        let mut values = Object::new();
        let mut changed = BTreeSet::new();
        for property in description.properties {
            let value = sent.remove(property.name);
            if value.is_some() && property.update == Update::ServerSet {
                faults.push((property.name.to_owned(), Fault::ReadOnly));
                continue;
            }
            if property.update == Update::ServerSet {
                continue;
            }
            match complete(property, value, created) {
                Ok(Value::String(text)) if property.is_secret() && text == MASK => {}
                Ok(value) => {
                    values.insert(property.name.to_owned(), value);
                    changed.insert(property.name);
                }
                Err(fault) => faults.push((property.name.to_owned(), fault)),
            }
        }
        faults.extend(sent.into_iter().map(|(name, _)| (name, Fault::Unknown)));
        match Faults::of(faults) {
            None => Ok(Self { values, changed }),
            Some(faults) => Err(faults.into()),
        }
    }

    /// The record `before` as it is after `patch`.
    pub fn patched(
        description: &Description,
        before: &Object,
        patch: PatchObject,
        created: &CreatedIds,
    ) -> Result<Self, SetError> {
        let unknown: Vec<_> = patch
            .properties()
            .filter(|name| *name != "id" && description.property(name).is_none())
            .map(|name| (name.to_owned(), Fault::Unknown))
            .collect();
        if let Some(faults) = Faults::of(unknown) {
            return Err(faults.into());
        }
        let touched: BTreeSet<String> = patch.properties().map(str::to_owned).collect();
        let mut after = patch.apply(before, &defaults(description))?;
        let mut faults = Vec::new();
        if after.get("id").is_some_and(|id| before.get("id") != Some(id)) {
            faults.push(("id".to_owned(), Fault::ReadOnly));
        }
        let mut values = before.clone();
        let mut changed = BTreeSet::new();
        for property in description.properties.iter().filter(|property| touched.contains(property.name)) {
            let value = match complete(property, after.remove(property.name), created) {
                Ok(value) => value,
                Err(fault) => {
                    faults.push((property.name.to_owned(), fault));
                    continue;
                }
            };
            let is_same = if property.is_secret() {
                let is_none_still = value.is_null() && !before.contains_key(property.name);
                value == MASK || (is_none_still && !property.is_untold)
            } else {
                before.get(property.name) == Some(&value)
            };
            if is_same {
                continue;
            }
            match property.update {
                Update::Mutable => {
                    values.insert(property.name.to_owned(), value);
                    changed.insert(property.name);
                }
                Update::Immutable | Update::ServerSet => {
                    faults.push((property.name.to_owned(), Fault::ReadOnly));
                }
            }
        }
        match Faults::of(faults) {
            None => Ok(Self { values, changed }),
            Some(faults) => Err(faults.into()),
        }
    }

    /// What the client takes the record to be if it hears nothing else: all but secrets.
    pub fn expected(&self, description: &Description) -> Object {
        let is_secret = |name: &str| description.property(name).is_some_and(Property::is_secret);
        self.values
            .iter()
            .filter(|(name, _)| !is_secret(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The properties that are other than before; of a new record, all that are not the server's.
    pub fn changed(&self) -> impl Iterator<Item = &'static str> {
        self.changed.iter().copied()
    }

    pub fn has_changed(&self, name: &str) -> bool {
        self.changed.contains(name)
    }

    /// The value; `null` where there is none.
    pub fn value(&self, name: &str) -> &Value {
        self.values.get(name).unwrap_or(&Value::Null)
    }

    /// A text; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        self.opt_text(name).unwrap_or_default()
    }

    pub fn opt_text(&self, name: &str) -> Option<String> {
        self.value(name).as_str().map(str::to_owned)
    }

    /// A number within a part; nothing where there is none.
    pub fn member(&self, name: &str, member: &str) -> Option<u32> {
        self.value(name).get(member)?.as_u64().and_then(|number| u32::try_from(number).ok())
    }

    pub fn elements(&self, name: &str) -> Vec<String> {
        value::elements(self.value(name)).map(str::to_owned).collect()
    }

    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        value::read_moment(self.value(name))
    }

    pub fn flag(&self, name: &str) -> bool {
        self.value(name).as_bool().unwrap_or(false)
    }

    pub fn secret(&self, name: &str) -> SecretWish {
        if !self.has_changed(name) {
            return SecretWish::Keep;
        }
        match self.value(name) {
            Value::String(text) => SecretWish::Set(Secret::new(text.as_str())),
            Value::Object(_) => SecretWish::Generate,
            _ => SecretWish::Remove,
        }
    }
}

/// The value that counts: in its one form, or what stands for none.
fn complete(property: &Property, value: Option<Value>, created: &CreatedIds) -> Result<Value, Fault> {
    match (value.filter(|value| !value.is_null()), property.presence) {
        (Some(value), _) => value::read(&property.kind, value, created),
        (None, Presence::Default(default)) => Ok(default()),
        (None, Presence::Optional) => Ok(Value::Null),
        (None, Presence::Required) => Err(Fault::Required),
    }
}

fn defaults(description: &Description) -> Object {
    let default = |property: &Property| match property.presence {
        Presence::Default(default) => Some((property.name.to_owned(), default())),
        Presence::Optional | Presence::Required => None,
    };
    description.properties.iter().filter_map(default).collect()
}
