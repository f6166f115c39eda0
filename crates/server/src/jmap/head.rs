//! Where the journal stands: what states are made from. Everything committed before is in it when it is asked. RFC 8620 §5.1, §5.2.

use domain::journal::Change as Happened;
use jmap::{
    error::{MethodError, MethodErrorType},
    method::changes::Change,
    state::State,
};
use store::{StoreError, journal};

use crate::admin::journal::seal_now;

use super::{
    object::{Description, Multiplicity, SINGLETON, Scene, kind::store_failed},
    state::Subject,
};

/// So many changes are read at a time, and never more than these in all.
const PART: u32 = 500;
const MOST: usize = 10_000;

/// A part of the journal.
pub struct Log {
    pub changes: Vec<(String, Change)>,
    /// The position that it leads to.
    pub until: i64,
    pub has_more: bool,
}

/// What the state of all objects is a state of.
pub fn subject(scene: Scene<'_>, description: &Description) -> Subject {
    Subject::objects(description, scene)
}

/// The state of all objects of a kind.
pub async fn of_objects(scene: Scene<'_>, description: &Description) -> Result<State, MethodError> {
    of(scene, description, &subject(scene, description)).await
}

/// The state of `subject`, which is about objects of this kind.
pub async fn of(
    scene: Scene<'_>,
    description: &Description,
    subject: &Subject,
) -> Result<State, MethodError> {
    Ok(subject.state(&scene.app.hash_key, position(scene, description).await?))
}

/// The position of the last change to objects of a kind.
pub async fn position(scene: Scene<'_>, description: &Description) -> Result<i64, MethodError> {
    sealed(scene, description).await.map_err(|error| store_failed(&error))
}

async fn sealed(scene: Scene<'_>, description: &Description) -> Result<i64, StoreError> {
    seal_now(scene.app).await?;
    match description.journal {
        Some(kind) => journal::head(&scene.app.store, kind, scene.actor.tenant()).await,
        None => journal::end(&scene.app.store, scene.actor.tenant()).await,
    }
}

/// The position after changes to `touched`, and whether nothing else changed since `before`.
pub async fn after(
    scene: Scene<'_>,
    description: &Description,
    before: i64,
    touched: &[jmap::id::Id],
) -> Result<(i64, bool), StoreError> {
    let position = sealed(scene, description).await?;
    let Some(kind) = description.journal else { return Ok((position, false)) };
    let changes = journal::changes(&scene.app.store, kind, scene.actor.tenant(), before, PART).await?;
    let is_own = |id: &str| {
        wire_id(scene, description, id).is_none_or(|id| touched.iter().any(|own| own.as_str() == id))
    };
    let nobody_else =
        changes.is_some_and(|changes| !changes.has_more && changes.log.iter().all(|(id, _)| is_own(id)));
    Ok((position, nobody_else))
}

/// At most `most` changes since a position.
pub async fn log(
    scene: Scene<'_>,
    description: &Description,
    since: i64,
    most: u64,
) -> Result<Log, MethodError> {
    let unknown = || MethodError::from(MethodErrorType::CannotCalculateChanges);
    let kind = description.journal.ok_or_else(unknown)?;
    let failed = |error: StoreError| store_failed(&error);
    seal_now(scene.app).await.map_err(failed)?;
    let mut log = Log { changes: Vec::new(), until: since, has_more: true };
    let mut looked_at: usize = 0;
    while log.has_more && u64::try_from(log.changes.len()).unwrap_or(u64::MAX) < most {
        if looked_at >= MOST {
            return Err(unknown());
        }
        let left = most.saturating_sub(u64::try_from(log.changes.len()).unwrap_or(u64::MAX));
        let part = u32::try_from(left).unwrap_or(PART).min(PART);
        let changes = journal::changes(&scene.app.store, kind, scene.actor.tenant(), log.until, part).await;
        let changes = changes.map_err(failed)?.ok_or_else(unknown)?;
        looked_at = looked_at.saturating_add(changes.log.len());
        let told = changes.log.into_iter();
        log.changes.extend(told.filter_map(|(id, happened)| {
            Some((wire_id(scene, description, &id)?.to_owned(), change(happened)))
        }));
        log.until = changes.until;
        log.has_more = changes.has_more;
    }
    Ok(log)
}

/// The journal tells whose password it was; for JMAP everybody has one, called `singleton`. Nothing if it is somebody else's.
fn wire_id<'a>(scene: Scene<'_>, description: &Description, id: &'a str) -> Option<&'a str> {
    if !description.is_personal || description.multiplicity == Multiplicity::Many {
        return Some(id);
    }
    (id == scene.account.id.as_str()).then_some(SINGLETON)
}

const fn change(happened: Happened) -> Change {
    match happened {
        Happened::Created => Change::Created,
        Happened::Updated => Change::Updated,
        Happened::Destroyed => Change::Destroyed,
    }
}
