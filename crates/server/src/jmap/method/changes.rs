//! `/changes`. RFC 8620 §5.2.

use std::collections::BTreeSet;

use jmap::{
    arguments::Arguments,
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    method::changes::{Changed, ChangesArguments},
};

use super::{Call, get::id_of};
use crate::jmap::{
    head,
    object::{Kind, Scene, Wanted, kind::load_failed},
};

/// More than these are not told at a time.
const MOST: u64 = 500;

/// What happened since a position, and until which.
pub struct Since {
    pub changed: Changed,
    pub position: i64,
    pub has_more: bool,
}

pub async fn answer<K: Kind>(arguments: Arguments, call: &Call<'_>) -> Result<Object, MethodError> {
    let asked = ChangesArguments::parse(arguments)?;
    call.require(Some(K::DESCRIPTION.permissions.get))?;
    let owner = call.owner(K::DESCRIPTION, asked.account_id.as_ref()).await?;
    let scene = call.scene(&owner);
    let subject = head::subject(scene, K::DESCRIPTION);
    let since = subject
        .position(&call.app.hash_key, &asked.since_state)
        .ok_or(MethodErrorType::CannotCalculateChanges)?;
    let since = changed_since::<K>(scene, since, asked.limit(MOST)).await?;
    let new_state = subject.state(&call.app.hash_key, since.position);
    Ok(asked.respond(super::id_of(&owner)?, new_state, since.has_more, since.changed).into_arguments())
}

/// At most `most` changes since a position, as the caller may know of them.
pub async fn changed_since<K: Kind>(scene: Scene<'_>, since: i64, most: u64) -> Result<Since, MethodError> {
    let log = head::log(scene, K::DESCRIPTION, since, most).await?;
    let ids = log.changes.into_iter().filter_map(|(id, change)| Some((Id::parse(&id).ok()?, change)));
    let changed = as_seen::<K>(scene, Changed::from_log(ids)).await?;
    Ok(Since { changed, position: log.until, has_more: log.has_more })
}

/// What the caller cannot see now was never there for it, or is gone.
async fn as_seen<K: Kind>(scene: Scene<'_>, changed: Changed) -> Result<Changed, MethodError> {
    let asked: Vec<Id> = changed.created.iter().chain(&changed.updated).cloned().collect();
    if asked.is_empty() {
        return Ok(changed);
    }
    let rows = K::load(scene, Wanted::Ids(&asked)).await.map_err(|error| load_failed(&error))?;
    let seen: BTreeSet<Id> = rows.iter().filter_map(|row| id_of(&K::json(row))).collect();
    let (updated, gone) = changed.updated.into_iter().partition(|id| seen.contains(id));
    let created = changed.created.into_iter().filter(|id| seen.contains(id)).collect();
    let mut destroyed = changed.destroyed;
    // Others' own things are nobody's business, also when they were changed.
    if !K::DESCRIPTION.is_personal {
        destroyed.extend::<Vec<Id>>(gone);
    }
    Ok(Changed { created, updated, destroyed })
}
