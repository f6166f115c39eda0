//! The example of RFC 8620 §5.7: a list of things to do, kept in memory, answering through the types of the crate.

use jmap::{
    arguments::Arguments,
    capability::CoreCapability,
    creation::{CreatedIds, IdReference},
    error::{MethodError, MethodErrorType},
    filter::Filter,
    id::Id,
    json::Object,
    method::{
        MethodName, Verb,
        changes::{Changed, ChangesArguments},
        get::GetArguments,
        query::{QueryArguments, QueryResponse, Vocabulary},
        query_changes::{QueryChangesArguments, QueryChangesResponse},
        set::SetArguments,
        set_run::{Operation, SetRun},
    },
    patch,
    set_error::{SetError, SetErrorKind},
    state::State,
};
use serde_json::{Value, json};

use crate::world::{calls, object};

/// The records, the number of changes so far, and what was destroyed.
struct Todos {
    records: Vec<(Id, Object)>,
    changes: u32,
    destroyed: Vec<Id>,
}

impl Vocabulary for Todos {
    type Condition = String;
    type Property = String;

    fn condition(members: Object) -> Result<String, MethodError> {
        match members.get("hasKeyword") {
            Some(Value::String(keyword)) if members.len() == 1 => Ok(keyword.clone()),
            _ => Err(MethodErrorType::UnsupportedFilter.into()),
        }
    }

    fn property(name: &str) -> Option<String> {
        (name == "title").then(|| name.to_owned())
    }
}

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

fn todos() -> Todos {
    let piano = json!({ "id": "a", "title": "Practise Piano", "keywords": { "music": true, "mozart": true, "liszt": true }, "estimate": 3600 });
    let video = json!({ "id": "b", "title": "Watch a music video", "keywords": { "music": true, "video": true }, "estimate": 18000 });
    let other = json!({ "id": "c", "title": "Bake a cake", "keywords": {}, "estimate": 60 });
    let records =
        [other, video, piano].map(|record| (id(record["id"].as_str().unwrap()), object(record))).into();
    Todos { records, changes: 0, destroyed: Vec::new() }
}

impl Todos {
    fn changed(&self) -> Changed {
        Changed { destroyed: self.destroyed.clone(), ..Changed::default() }
    }

    fn state(&self) -> State {
        State::new(format!("s{}", self.changes))
    }

    fn call(
        &mut self,
        name: &str,
        arguments: Arguments,
        created_ids: &mut CreatedIds,
    ) -> Result<Object, MethodError> {
        let core = CoreCapability::default();
        match MethodName::parse(name).filter(|name| name.data_type == "Todo").map(|name| name.verb) {
            Some(Verb::Get) => {
                let asked = GetArguments::parse(arguments, &core, |name| {
                    ["title", "keywords", "estimate"].contains(&name)
                })?;
                Ok(asked.respond(id("x"), self.state(), self.records.clone()).into_arguments())
            }
            Some(Verb::Query) => self.query(&QueryArguments::parse::<Self>(arguments, &core)?),
            Some(Verb::Set) => self.set(SetArguments::parse(arguments, &core)?, created_ids),
            Some(Verb::Changes) => {
                let asked = ChangesArguments::parse(arguments)?;
                Ok(asked.respond(id("x"), self.state(), false, self.changed()).into_arguments())
            }
            Some(Verb::QueryChanges) => {
                let asked = QueryChangesArguments::parse::<Self>(arguments, &core)?;
                let results = self.results(asked.selection.filter.as_ref());
                let difference = asked.difference(&self.changed(), &results)?;
                let response = QueryChangesResponse {
                    account_id: id("x"),
                    old_query_state: asked.since_query_state,
                    new_query_state: self.state(),
                    total: None,
                    difference,
                };
                Ok(response.into_arguments())
            }
            Some(Verb::Copy) | None => Err(MethodErrorType::UnknownMethod.into()),
        }
    }

    /// The ids of the records that match, by title.
    fn results(&self, filter: Option<&Filter<String>>) -> Vec<Id> {
        let has = |record: &Object, keyword: &String| record["keywords"].get(keyword).is_some();
        let matches =
            |record: &Object| filter.is_none_or(|filter| filter.matches(&|keyword| has(record, keyword)));
        let mut found: Vec<_> = self.records.iter().filter(|(_, record)| matches(record)).collect();
        found.sort_by_key(|(_, record)| record["title"].as_str().unwrap().to_owned());
        found.into_iter().map(|(id, _)| id.clone()).collect()
    }

    fn query(&self, asked: &QueryArguments<String, String>) -> Result<Object, MethodError> {
        let results = self.results(asked.selection.filter.as_ref());
        let (position, ids) = asked.window.of(&results, 100)?;
        let limit = asked.window.effective_limit(100);
        let response = QueryResponse {
            account_id: id("x"),
            query_state: self.state(),
            can_calculate_changes: true,
            position,
            ids: ids.to_vec(),
            total: asked.calculate_total.then(|| u64::try_from(results.len()).unwrap()),
            limit: limit.is_servers.then_some(limit.ids),
        };
        Ok(response.into_arguments())
    }

    fn set(&mut self, asked: SetArguments, created_ids: &mut CreatedIds) -> Result<Object, MethodError> {
        let old_state = self.state();
        asked.check_state(&old_state)?;
        let mut run = SetRun::begin(asked);
        while let Some(operation) = run.next_operation(created_ids) {
            match operation {
                Operation::Create { creation_id, mut record } => {
                    let new = id(&format!("new-{creation_id}"));
                    record.insert("id".to_owned(), new.as_str().into());
                    self.records.push((new.clone(), record));
                    run.created(creation_id, new, object(json!({ "estimate": 0 })), created_ids);
                }
                Operation::Update { id, patch } => match self.update(&id, patch, created_ids) {
                    Ok(changed) => run.updated(&id, changed),
                    Err(error) => run.not_updated(&id, error),
                },
                Operation::Destroy { id } => {
                    self.records.retain(|(other, _)| *other != id);
                    self.destroyed.push(id.clone());
                    run.destroyed(id);
                }
            }
        }
        self.changes += u32::from(run.has_changed_anything());
        Ok(run.into_arguments(&id("x"), Some(&old_state), &self.state()))
    }

    fn update(
        &mut self,
        id: &Id,
        patch: patch::PatchObject,
        created_ids: &CreatedIds,
    ) -> Result<Option<Object>, SetError> {
        let record = self.records.iter_mut().find(|(other, _)| other == id).map(|(_, record)| record);
        let record = record.ok_or(SetErrorKind::NotFound)?;
        let mut patched = patch.apply(record, &object(json!({ "keywords": {} })))?;
        patch::check_server_set(record, &patched, &["id", "estimate"])?;
        for sub in patched.get_mut("subTodoIds").and_then(Value::as_array_mut).into_iter().flatten() {
            let reference = IdReference::parse(sub.as_str().unwrap()).unwrap();
            *sub = created_ids.resolve(&reference).unwrap().as_str().into();
        }
        let asked = patched.clone();
        patched.insert("estimate".to_owned(), 5400.into());
        record.clone_from(&patched);
        Ok(patch::difference(&asked, &patched))
    }
}

fn music_or_video() -> Value {
    json!({ "operator": "OR", "conditions": [{ "hasKeyword": "music" }, { "hasKeyword": "video" }] })
}

fn on(todos: &mut Todos, method_calls: &Value) -> Value {
    calls(method_calls, &mut |name, arguments, created_ids| todos.call(name, arguments, created_ids))
}

#[test]
fn a_query_and_the_records_it_found_in_one_request() {
    let responses = on(
        &mut todos(),
        &json!([
            ["Todo/query", { "accountId": "x", "filter": music_or_video(), "sort": [{ "property": "title" }], "position": 0, "limit": 10 }, "0"],
            ["Todo/get", { "accountId": "x", "#ids": { "resultOf": "0", "name": "Todo/query", "path": "/ids" }, "properties": ["title"] }, "1"]
        ]),
    );
    let query = json!({ "accountId": "x", "queryState": "s0", "canCalculateChanges": true, "position": 0, "ids": ["a", "b"] });
    let list =
        json!([{ "id": "a", "title": "Practise Piano" }, { "id": "b", "title": "Watch a music video" }]);
    let get = json!({ "accountId": "x", "state": "s0", "list": list, "notFound": [] });
    assert_eq!(responses, json!([["Todo/query", query, "0"], ["Todo/get", get, "1"]]));
}

#[test]
fn the_whole_object_and_the_minimal_patch_have_the_same_effect() {
    let whole = json!({ "id": "a", "title": "Practise Piano", "keywords": { "music": true, "chopin": true, "liszt": true }, "estimate": 3600 });
    let patch = json!({ "keywords/chopin": true, "keywords/mozart": null });
    let records = [whole, patch].map(|update| {
        let mut todos = todos();
        let responses = on(&mut todos, &json!([["Todo/set", { "accountId": "x", "ifInState": "s0", "update": { "a": update } }, "0"]]));
        let expected = json!({ "accountId": "x", "oldState": "s0", "newState": "s1", "updated": { "a": { "estimate": 5400 } } });
        assert_eq!(responses[0][1], expected);
        todos.records
    });
    assert_eq!(records[0], records[1]);
}

#[test]
fn a_server_set_property_with_another_value_is_refused() {
    let responses = on(&mut todos(), &json!([["Todo/set", { "update": { "a": { "estimate": 1 } } }, "0"]]));
    let error = &responses[0][1]["notUpdated"]["a"];
    assert_eq!((&error["type"], &error["properties"]), (&json!("invalidProperties"), &json!(["estimate"])));
    assert_eq!(responses[0][1]["newState"], "s0");
}

#[test]
fn a_foreign_key_can_name_a_record_created_in_the_same_call() {
    let mut todos = todos();
    on(
        &mut todos,
        &json!([["Todo/set", {
        "accountId": "x",
        "create": { "k15": { "title": "Warm up with scales" } },
        "update": { "a": { "subTodoIds": ["#k15"] } }
    }, "0"]]),
    );
    let piano = todos.records.iter().find(|(id, _)| id.as_str() == "a").unwrap();
    assert_eq!(piano.1["subTodoIds"], json!(["new-k15"]));
}

#[test]
fn what_changed_while_another_user_destroyed_a_record() {
    let mut todos = todos();
    on(&mut todos, &json!([["Todo/set", { "destroy": ["b"] }, "0"]]));
    let responses = on(
        &mut todos,
        &json!([
            ["Todo/changes", { "accountId": "x", "sinceState": "s0", "maxChanges": 50 }, "0"],
            ["Todo/queryChanges", {
                "accountId": "x", "filter": music_or_video(), "sort": [{ "property": "title" }], "sinceQueryState": "s0", "maxChanges": 50
            }, "1"]
        ]),
    );
    let changes = json!({
        "accountId": "x", "oldState": "s0", "newState": "s1", "hasMoreChanges": false, "created": [], "updated": [], "destroyed": ["b"]
    });
    let query_changes = json!({ "accountId": "x", "oldQueryState": "s0", "newQueryState": "s1", "removed": ["b"], "added": [] });
    assert_eq!(responses, json!([["Todo/changes", changes, "0"], ["Todo/queryChanges", query_changes, "1"]]));
}

#[test]
fn a_state_that_has_passed_stops_the_set_before_it_changes_anything() {
    let mut todos = todos();
    let responses = on(&mut todos, &json!([["Todo/set", { "ifInState": "s9", "destroy": ["b"] }, "0"]]));
    assert_eq!(responses[0], json!(["error", { "type": "stateMismatch" }, "0"]));
    assert_eq!(todos.records.len(), 3);
}
