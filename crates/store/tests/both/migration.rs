use store::{Migration, StoreError};

use crate::scene::{Scene, TABLES};

const LATER: &[Migration] =
    &[TABLES[0], Migration::new("0002_later", "CREATE TABLE later (name TEXT NOT NULL PRIMARY KEY);")];
const CHANGED: &[Migration] = &[Migration::new("0001_things", "CREATE TABLE thing (name TEXT);")];
const BROKEN: &[Migration] = &[
    TABLES[0],
    Migration::new("0002_broken", "CREATE TABLE half (name TEXT); CREATE TABLE thing (name TEXT);"),
];

fn is_refused(migrated: &Result<Vec<String>, StoreError>, because: &str) -> bool {
    matches!(migrated, Err(StoreError::Configuration(message)) if message.contains(because))
}

/// What a database says that somebody else writes to at this moment.
async fn while_locked(scene: &Scene, known: &'static [Migration]) -> Result<Vec<String>, StoreError> {
    let holder = crate::read::Holder::of(scene).await;
    let migrated = scene.store.migrate_with(known).await;
    holder.release().await;
    migrated
}

async fn give_up_soon(scene: Scene) {
    #[expect(clippy::disallowed_methods, reason = "how long it waits is what is tested")]
    let began = std::time::Instant::now();
    let migrated = while_locked(&scene, LATER).await;
    assert!(matches!(migrated, Err(StoreError::Unavailable(_))), "{migrated:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(15));
}

/// SQLite has one lock for all writers, and a migration meets it. PostgreSQL locks rows, and creating a table meets none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_of_a_locked_file_gives_up_within_seconds() {
    crate::scene::on_sqlite(give_up_soon).await;
}

both! {
    async fn where_nothing_is_to_be_done_no_lock_is_taken(scene: Scene) {
        assert_eq!(while_locked(&scene, TABLES).await, Ok(vec![]));
    }

    async fn what_was_applied_is_not_applied_again(scene: Scene) {
        assert_eq!(scene.store.migrate_with(TABLES).await, Ok(vec![]));
        assert_eq!(scene.store.migrate_with(LATER).await, Ok(vec!["0002_later".to_owned()]));
        assert_eq!(scene.store.migrate_with(LATER).await, Ok(vec![]));
    }

    async fn of_two_nodes_that_start_together_one_migrates(scene: Scene) {
        let other = scene.another().await;
        let (ours, theirs) = tokio::join!(scene.store.migrate_with(LATER), other.migrate_with(LATER));
        let mut applied = ours.expect("ours");
        applied.extend(theirs.expect("theirs"));
        assert_eq!(applied, ["0002_later"]);
        other.close().await;
    }

    async fn a_newer_database_is_refused(scene: Scene) {
        scene.store.migrate_with(LATER).await.expect("migrated");
        let refused = scene.store.migrate_with(TABLES).await;
        assert!(is_refused(&refused, "0002_later"), "{refused:?}");
    }

    async fn a_migration_whose_text_changed_is_refused(scene: Scene) {
        let refused = scene.store.migrate_with(CHANGED).await;
        assert!(is_refused(&refused, "0001_things"), "{refused:?}");
    }

    async fn a_migration_that_fails_leaves_no_half_behind(scene: Scene) {
        let refused = scene.store.migrate_with(BROKEN).await;
        assert!(is_refused(&refused, "0002_broken"), "{refused:?}");
        let read = scene.store.read(store::Query::new("SELECT name FROM half", [])).await;
        assert!(matches!(read, Err(StoreError::Statement(_))));
        assert_eq!(scene.store.migrate_with(LATER).await, Ok(vec!["0002_later".to_owned()]));
    }

    async fn our_own_migrations_apply_to_an_empty_database(store: store::Store) {
        assert_eq!(store.migrate().await, Ok(vec![]));
    }
}
