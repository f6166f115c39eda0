//! `wayleave get`

use serde_json::Value;

use super::{ids, shape};
use crate::{
    args::Get,
    failure::Failure,
    remote::{self, listing},
    terminal,
};

pub(crate) fn run(get: Get) -> Result<(), Failure> {
    let server = remote::connect(get.reach)?;
    let object = server.schema.object(&get.object)?;
    let ids = ids(get.ids, object)?;
    let properties = shape::properties(&get.shape, object)?;
    let (mut list, missing) = listing::by_id(&server, object, &ids, properties.as_deref())?;
    if get.shape.json {
        let all = if ids.len() == 1 { list.pop() } else { Some(Value::Array(list)) };
        all.map_or(Ok(()), |all| terminal::say_json(&all))?;
    } else if ids.len() == 1 {
        list.first().map_or(Ok(()), |one| shape::say_one(one, object))?;
    } else if !list.is_empty() {
        shape::say_list(&shape::columns(properties.as_ref(), object), &list, object)?;
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Several(
        missing.iter().map(|id| format!("{id}: there is no such {}", object.name())).collect(),
    ))
}
