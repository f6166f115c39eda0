//! Reading objects, however many there are.

use serde_json::{Map, Value, json};

use super::{Call, Server};
use crate::{failure::Failure, schema::Object, terminal};

/// What a query looks for, already in the words of the wire.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// `filter` and `sort`.
    pub(crate) query: Map<String, Value>,
    /// At most so many; all without it.
    pub(crate) limit: Option<usize>,
    /// All properties without it.
    pub(crate) properties: Option<Vec<String>>,
}

/// What was found of it, and whether there is more.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) list: Vec<Value>,
    pub(crate) has_more: bool,
}

/// Looks for objects page by page, each page with one request.
pub(crate) fn find(server: &Server, object: &Object, wanted: &Wanted) -> Result<Found, Failure> {
    let mut list: Vec<Value> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let room = wanted.limit.map_or(server.most_objects, |limit| limit.saturating_sub(list.len()));
        let size = room.min(server.most_objects);
        if size == 0 {
            return Ok(Found { list, has_more: false });
        }
        let (ids, page) = page(server, object, wanted, after.as_deref(), size)?;
        let is_last_page = ids.len() < size;
        after = ids.into_iter().next_back();
        list.extend(page);
        let is_enough = wanted.limit.is_some_and(|limit| list.len() >= limit);
        if is_last_page || is_enough || after.is_none() {
            clear_progress(list.len());
            return Ok(Found { has_more: is_enough && !is_last_page, list });
        }
        terminal::progress(&format!("{} {} read", list.len(), object.name()));
    }
}

/// One page, after the object `after`: a query and a get in one request.
fn page(
    server: &Server,
    object: &Object,
    wanted: &Wanted,
    after: Option<&str>,
    size: usize,
) -> Result<(Vec<String>, Vec<Value>), Failure> {
    let mut query = wanted.query.clone();
    query.insert("limit".to_owned(), json!(size));
    if let Some(after) = after {
        query.insert("anchor".to_owned(), json!(after));
        query.insert("anchorOffset".to_owned(), json!(1));
    }
    let reference =
        json!({ "resultOf": "c0", "name": format!("{}/query", object.wire_name), "path": "/ids" });
    let get = json!({ "#ids": reference, "properties": wanted.properties });
    let calls = [
        Call::new(&object.wire_name, "query", Value::Object(query)),
        Call::new(&object.wire_name, "get", get),
    ];
    let mut said = server.call(&calls)?;
    let list = said.pop().map(|got| array(&got, "list")).unwrap_or_default();
    let ids = said.pop().map(|found| array(&found, "ids")).unwrap_or_default();
    let ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok((ids.clone(), in_order(&ids, list)))
}

/// The objects with these ids, in this order, and the ids that name none.
pub(crate) fn by_id(
    server: &Server,
    object: &Object,
    ids: &[String],
    properties: Option<&[String]>,
) -> Result<(Vec<Value>, Vec<String>), Failure> {
    let (mut list, mut missing) = (Vec::new(), Vec::new());
    for ids in ids.chunks(server.most_objects) {
        let arguments = json!({ "ids": ids, "properties": properties });
        let got = server.call_one(Call::new(&object.wire_name, "get", arguments))?;
        list.extend(in_order(ids, array(&got, "list")));
        missing.extend(array(&got, "notFound").iter().filter_map(Value::as_str).map(str::to_owned));
    }
    Ok((list, missing))
}

/// The id of an object.
pub(crate) fn id(object: &Value) -> &str {
    object.get("id").and_then(Value::as_str).unwrap_or_default()
}

fn in_order(ids: &[String], mut list: Vec<Value>) -> Vec<Value> {
    let place = |object: &Value| ids.iter().position(|known| known == id(object));
    list.sort_by_cached_key(place);
    list
}

fn array(answer: &Value, name: &str) -> Vec<Value> {
    answer.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn clear_progress(read: usize) {
    if read > 0 {
        terminal::progress("");
    }
}
