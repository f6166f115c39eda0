//! `/get`. RFC 8620 §5.1.

use jmap::{
    arguments::Arguments,
    error::MethodError,
    id::Id,
    json::Object,
    method::get::{GetArguments, check_count},
};

use super::Call;
use crate::jmap::{
    LIMITS, head,
    object::{Kind, Wanted, kind::load_failed},
};

pub async fn answer<K: Kind>(arguments: Arguments, call: &Call<'_>) -> Result<Object, MethodError> {
    let description = K::DESCRIPTION;
    let asked = GetArguments::parse(arguments, &LIMITS, |name| description.property(name).is_some())?;
    call.require(Some(description.permissions.get))?;
    let owner = call.owner(description, asked.account_id.as_ref()).await?;
    let scene = call.scene(&owner);
    // Before the records, so that what changes meanwhile is told as a change.
    let state = head::of_objects(scene, description).await?;
    let wanted = match &asked.ids {
        Some(ids) => Wanted::Ids(ids),
        None => Wanted::All { most: LIMITS.max_objects_in_get + 1 },
    };
    let rows = K::load(scene, wanted).await.map_err(|error| load_failed(&error))?;
    check_count(rows.len(), &LIMITS)?;
    let found = rows.iter().map(K::json).filter_map(|record| Some((id_of(&record)?, record))).collect();
    Ok(asked.respond(super::id_of(&owner)?, state, found).into_arguments())
}

pub fn id_of(record: &Object) -> Option<Id> {
    Id::parse(record.get("id")?.as_str()?).ok()
}
