//! What the journal says of what happened on a real server.

mod acts;
mod flows;
mod refusals;
mod retention;
mod secrets;
mod tenants;

use domain::journal::{EventKind, ObjectKind, Sealed};
use server::admin::journal::seal_now;
use store::journal::{self, Filter, Page, Verdict};

use crate::world::World;

/// Everything that happened, oldest first; and it holds.
pub(crate) async fn all(world: &World) -> Vec<Sealed> {
    let app = world.app();
    seal_now(&app).await.expect("sealed");
    let page = Page { after: None, offset: 0, limit: 10_000 };
    let mut found = journal::query(&app.store, &Filter::default(), page).await.expect("events");
    assert!(matches!(journal::verify(&app.store).await, Ok(Verdict::Holds { .. })));
    found.reverse();
    found
}

/// The events of this kind, oldest first.
pub(crate) async fn of_kind(world: &World, kind: EventKind) -> Vec<Sealed> {
    all(world).await.into_iter().filter(|sealed| sealed.event.kind == kind).collect()
}

/// The one event of this kind.
#[track_caller]
pub(crate) fn one(found: &[Sealed]) -> &Sealed {
    assert_eq!(found.len(), 1, "{found:?}");
    &found[0]
}

/// What happened to objects of this kind, oldest first.
pub(crate) async fn to(world: &World, kind: ObjectKind) -> Vec<Sealed> {
    let is_of = |sealed: &Sealed| sealed.event.object.as_ref().is_some_and(|(object, _)| *object == kind);
    all(world).await.into_iter().filter(is_of).collect()
}

pub(crate) fn kinds(found: &[Sealed]) -> Vec<EventKind> {
    found.iter().map(|sealed| sealed.event.kind).collect()
}
