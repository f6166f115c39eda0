//! Administrative acts: who did it, and what was before and after.

use domain::journal::{CredentialKind, EventKind, ObjectKind};
use serde_json::json;
use server::{
    admin::{actor::Actor, signing_keys},
    clock,
};

use super::{kinds, one, to};
use crate::world::World;

both! {
    async fn a_changed_setting_tells_what_it_was_and_what_it_is(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(7)).await;
        let found = to(&world, ObjectKind::OidcProvider).await;
        let event = &one(&found).event;
        assert_eq!(event.before, Some(json!({ "authCodeMaxAttempts": 3 })));
        assert_eq!(event.after, Some(json!({ "authCodeMaxAttempts": 7 })));
        assert_eq!(event.actor.credential_kind, Some(CredentialKind::Host));
        assert_eq!(event.object, Some((ObjectKind::OidcProvider, "singleton".to_owned())));
    }

    async fn a_setting_that_stays_as_it_is_tells_nothing(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(3)).await;
        assert!(to(&world, ObjectKind::OidcProvider).await.is_empty());
    }

    async fn the_keys_of_the_first_start_and_their_successors_are_told(world: World) {
        let app = world.app();
        let (sealer, actor) = (&app.key_sealer, Actor::host());
        let rotated = signing_keys::rotate(&app.store, sealer, true, &actor, &app.chance, clock::now());
        let made = rotated.await.expect("new keys");
        let found = to(&world, ObjectKind::SigningKey).await;
        let told = kinds(&found);
        assert_eq!(told.iter().filter(|kind| **kind == EventKind::Created).count(), 4);
        assert_eq!(told.iter().filter(|kind| **kind == EventKind::Updated).count(), 2);
        assert!(made.iter().all(|key| found.iter().any(|event| event.event.object.as_ref().is_some_and(|(_, id)| *id == key.id))));
    }

    async fn a_revoked_key_is_told_with_its_successor(world: World) {
        let app = world.app();
        let kid = store::signing_keys::all(&app.store).await.expect("keys")[0].id.clone();
        let (sealer, actor) = (&app.key_sealer, Actor::host());
        let revoked = signing_keys::revoke(&app.store, sealer, &kid, &actor, &app.chance, clock::now());
        revoked.await.expect("a revocation");
        let found = to(&world, ObjectKind::SigningKey).await;
        assert_eq!(kinds(&found)[2..], [EventKind::Destroyed, EventKind::Created]);
        assert_eq!(found[2].event.object, Some((ObjectKind::SigningKey, kid)));
    }
}
