//! A `/set` under way: its changes one by one, and what became of each. RFC 8620 §5.3.
//!
//! Creations come first, then updates, then destructions, so that a change may mean a record by its creation id. What needs no
//! store to be refused is refused here: a malformed patch, a creation id that nothing was created by, an update of what is to
//! be destroyed.

use std::{
    collections::{BTreeMap, BTreeSet},
    vec,
};

use serde_json::Value;

use super::{id_array, members, set::SetArguments};
use crate::{
    creation::{CreatedIds, CreationId, IdReference},
    id::Id,
    json::Object,
    patch::PatchObject,
    set_error::{SetError, SetErrorKind},
    state::State,
};

/// One change, to be made or refused whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// References within the record are resolved with [`CreatedIds::resolve`], by whoever knows which they are.
    Create {
        creation_id: CreationId,
        record: Object,
    },
    Update {
        id: Id,
        patch: PatchObject,
    },
    Destroy {
        id: Id,
    },
}

/// The changes that are left and the answers so far. Each operation that was handed out is answered by one of the six methods
/// named after the members of the response.
#[derive(Clone, Debug)]
pub struct SetRun {
    create: vec::IntoIter<(CreationId, Object)>,
    update: vec::IntoIter<(IdReference, Object)>,
    destroy: vec::IntoIter<IdReference>,
    handed_to_destroy: BTreeSet<Id>,
    answers: Answers,
}

#[derive(Clone, Debug, Default)]
struct Answers {
    created: Object,
    updated: Object,
    destroyed: Vec<Id>,
    not_created: BTreeMap<String, SetError>,
    not_updated: BTreeMap<String, SetError>,
    not_destroyed: BTreeMap<String, SetError>,
}

impl SetRun {
    pub fn begin(arguments: SetArguments) -> Self {
        Self {
            create: arguments.create.into_iter(),
            update: arguments.update.into_iter(),
            destroy: arguments.destroy.into_iter(),
            handed_to_destroy: BTreeSet::new(),
            answers: Answers::default(),
        }
    }

    /// The next change; `created_ids` are those of the call, with what [`created`](Self::created) added.
    pub fn next_operation(&mut self, created_ids: &CreatedIds) -> Option<Operation> {
        if let Some((creation_id, record)) = self.create.next() {
            return Some(Operation::Create { creation_id, record });
        }
        while let Some((reference, patch)) = self.update.next() {
            match self.update_of(&reference, patch, created_ids) {
                Ok(operation) => return Some(operation),
                Err(error) => drop(self.answers.not_updated.insert(written(&reference, created_ids), error)),
            }
        }
        for reference in self.destroy.by_ref() {
            match created_ids.resolve(&reference) {
                None => self.answers.refuse_unknown_destruction(&reference),
                Some(id) if self.handed_to_destroy.insert(id.clone()) => {
                    return Some(Operation::Destroy { id: id.clone() });
                }
                Some(_) => {}
            }
        }
        None
    }

    /// `server_set` are the properties of the record that the client did not send, its `id` not among them.
    pub fn created(
        &mut self,
        creation_id: CreationId,
        id: Id,
        mut server_set: Object,
        created_ids: &mut CreatedIds,
    ) {
        server_set.insert("id".to_owned(), id.as_str().into());
        self.answers.created.insert(creation_id.to_string(), Value::Object(server_set));
        created_ids.insert(creation_id, id);
    }

    /// `changed` are the properties that are now other than the patch made them, if any.
    pub fn updated(&mut self, id: &Id, changed: Option<Object>) {
        self.answers.updated.insert(id.to_string(), changed.map_or(Value::Null, Value::Object));
    }

    pub fn destroyed(&mut self, id: Id) {
        self.answers.destroyed.push(id);
    }

    pub fn not_created(&mut self, creation_id: &CreationId, error: impl Into<SetError>) {
        self.answers.not_created.insert(creation_id.to_string(), error.into());
    }

    pub fn not_updated(&mut self, id: &Id, error: impl Into<SetError>) {
        self.answers.not_updated.insert(id.to_string(), error.into());
    }

    pub fn not_destroyed(&mut self, id: &Id, error: impl Into<SetError>) {
        self.answers.not_destroyed.insert(id.to_string(), error.into());
    }

    /// Whether anything was changed, so that the state is another.
    pub fn has_changed_anything(&self) -> bool {
        let Answers { created, updated, destroyed, .. } = &self.answers;
        !(created.is_empty() && updated.is_empty() && destroyed.is_empty())
    }

    /// The arguments of the response. `old_state` is left out if it is not known; so is every member that is empty.
    pub fn into_arguments(self, account_id: &Id, old_state: Option<&State>, new_state: &State) -> Object {
        let answers = self.answers;
        let mut arguments = members([
            ("accountId", account_id.as_str().into()),
            ("newState", new_state.as_str().into()),
            ("created", Value::Object(answers.created)),
            ("updated", Value::Object(answers.updated)),
            ("destroyed", id_array(&answers.destroyed)),
            ("notCreated", errors(&answers.not_created)),
            ("notUpdated", errors(&answers.not_updated)),
            ("notDestroyed", errors(&answers.not_destroyed)),
        ]);
        arguments.retain(|_, value| match value {
            Value::Object(members) => !members.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
        if let Some(old_state) = old_state {
            arguments.insert("oldState".to_owned(), old_state.as_str().into());
        }
        arguments
    }

    fn update_of(
        &self,
        reference: &IdReference,
        patch: Object,
        created_ids: &CreatedIds,
    ) -> Result<Operation, SetError> {
        let id = created_ids.resolve(reference).ok_or(SetErrorKind::NotFound)?;
        let is_doomed = |other: &IdReference| created_ids.resolve(other) == Some(id);
        if self.destroy.as_slice().iter().any(is_doomed) {
            return Err(SetErrorKind::WillDestroy.into());
        }
        Ok(Operation::Update { id: id.clone(), patch: PatchObject::parse(patch)? })
    }
}

impl Answers {
    fn refuse_unknown_destruction(&mut self, reference: &IdReference) {
        self.not_destroyed.insert(reference.to_string(), SetErrorKind::NotFound.into());
    }
}

/// The id if there is one, else the reference as it was sent.
fn written(reference: &IdReference, created_ids: &CreatedIds) -> String {
    created_ids.resolve(reference).map_or_else(|| reference.to_string(), Id::to_string)
}

fn errors(errors: &BTreeMap<String, SetError>) -> Value {
    errors.iter().map(|(key, error)| (key.clone(), error.to_json())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{arguments::Arguments, capability::CoreCapability};

    /// Runs against a store that has the records `a` and `b` and calls what it creates `new-…`.
    fn run(arguments: Value) -> Value {
        let Value::Object(arguments) = arguments else { unreachable!() };
        let asked = SetArguments::parse(Arguments::new(arguments), &CoreCapability::default()).unwrap();
        let (mut run, mut created_ids) = (SetRun::begin(asked), CreatedIds::default());
        while let Some(operation) = run.next_operation(&created_ids) {
            let exists = |id: &Id| ["a", "b", "new-k"].contains(&id.as_str());
            match operation {
                Operation::Create { creation_id, .. } => {
                    let id = Id::parse(&format!("new-{creation_id}")).unwrap();
                    run.created(creation_id, id, Object::new(), &mut created_ids);
                }
                Operation::Update { id, .. } if exists(&id) => run.updated(&id, None),
                Operation::Update { id, .. } => run.not_updated(&id, SetErrorKind::NotFound),
                Operation::Destroy { id } if exists(&id) => run.destroyed(id),
                Operation::Destroy { id } => run.not_destroyed(&id, SetErrorKind::NotFound),
            }
        }
        let mut response = run.into_arguments(&Id::parse("A").unwrap(), None, &State::new("s"));
        assert_eq!(
            (response.remove("accountId"), response.remove("newState")),
            (Some("A".into()), Some("s".into()))
        );
        Value::Object(response)
    }

    #[test]
    fn only_members_that_say_something_are_in_the_response() {
        assert_eq!(run(json!({})), json!({}));
        assert_eq!(run(json!({ "update": { "a": {} } })), json!({ "updated": { "a": null } }));
    }

    #[test]
    fn a_record_can_be_created_and_updated_in_one_call() {
        let response = run(json!({ "create": { "k": {} }, "update": { "#k": { "x": 1 } } }));
        assert_eq!(response, json!({ "created": { "k": { "id": "new-k" } }, "updated": { "new-k": null } }));
    }

    #[test]
    fn an_update_of_what_is_to_be_destroyed_is_refused() {
        let response = run(json!({ "update": { "a": {} }, "destroy": ["a"] }));
        assert_eq!(response, json!({ "destroyed": ["a"], "notUpdated": { "a": { "type": "willDestroy" } } }));
        let response =
            run(json!({ "create": { "k": {} }, "update": { "new-k": {} }, "destroy": ["#k", "new-k"] }));
        assert_eq!(response["notUpdated"]["new-k"]["type"], "willDestroy");
        assert_eq!(response["destroyed"], json!(["new-k"]));
    }

    #[test]
    fn a_creation_id_that_nothing_was_created_by_is_not_found() {
        let response = run(json!({ "update": { "#z": {} }, "destroy": ["#z"] }));
        let not_found = json!({ "#z": { "type": "notFound" } });
        assert_eq!(response, json!({ "notUpdated": not_found, "notDestroyed": not_found }));
    }

    #[test]
    fn one_malformed_patch_stops_no_other_change() {
        let response = run(json!({ "update": { "a": { "x": 1, "x/y": 2 }, "b": {} }, "destroy": ["zzz"] }));
        assert_eq!(response["notUpdated"]["a"]["type"], "invalidPatch");
        assert_eq!(response["notUpdated"]["a"]["properties"], json!(["x", "x/y"]));
        assert_eq!(response["updated"], json!({ "b": null }));
        assert_eq!(response["notDestroyed"]["zzz"]["type"], "notFound");
    }
}
