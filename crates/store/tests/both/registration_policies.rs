//! Policies of registrations: in force at once where they are written, and soon everywhere else.

use std::time::Duration;

use domain::{
    client::Door,
    id::Id,
    registration::{
        bounds::Bounds,
        profile::{Mode, RegistrationPolicy},
    },
    time::Timestamp,
};
use store::{Store, registration_policies};

use crate::scene::{Migrated, batch};

fn policy() -> RegistrationPolicy {
    let now = Timestamp::from_millis(1);
    RegistrationPolicy {
        id: Id::new(now, 1, [1; 8]),
        description: "Nobody".to_owned(),
        member_tenant_id: None,
        door: Door::Anonymous,
        mode: Mode::Off,
        bounds: Bounds::default(),
        created_at: now,
        version: 1,
    }
}

/// The modes in force, after which they are remembered.
async fn modes(store: &Store) -> Vec<Mode> {
    let policies = registration_policies::in_force(store, None).await.expect("policies");
    policies.iter().map(|policy| policy.mode).collect()
}

async fn written(store: &Store) -> RegistrationPolicy {
    let policy = policy();
    let insert = registration_policies::insert(&policy).expect("a statement");
    assert!(store.commit(batch([insert])).await.expect("a policy").is_committed());
    policy
}

both! {
    async fn what_this_process_changes_of_a_policy_holds_at_once(store: Store) {
        assert_eq!(modes(&store).await, []);
        let policy = written(&store).await;
        assert_eq!(modes(&store).await, [Mode::Off]);
        let open = registration_policies::update(&RegistrationPolicy { mode: Mode::Open, ..policy.clone() });
        assert!(store.commit(batch([open.expect("a statement")])).await.expect("a change").is_committed());
        assert_eq!(modes(&store).await, [Mode::Open]);
        let gone = registration_policies::delete(&policy.id, 2);
        assert!(store.commit(batch([gone])).await.expect("a deletion").is_committed());
        assert_eq!(modes(&store).await, []);
    }

    async fn what_another_process_changes_of_a_policy_holds_within_a_second(scene: Migrated) {
        let Migrated(scene) = scene;
        assert_eq!(modes(&scene.store).await, []);
        let another = scene.another().await;
        written(&another).await;
        let seen = async {
            while modes(&scene.store).await.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), seen).await.expect("the policy is seen");
    }
}
