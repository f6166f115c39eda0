use store::{Batch, Outcome, Statement, StoreError, Value};

use crate::scene::{Scene, batch, insert};

fn part_of(thing: &str) -> Statement {
    Statement::new("INSERT INTO part (name, thing) VALUES ($1, $2)", [Value::from("part"), thing.into()])
}

both! {
    async fn all_of_a_batch_is_stored(scene: Scene) {
        let outcome = scene.run([insert("a"), part_of("a")]).await;
        assert_eq!(outcome, Ok(Outcome::Committed));
        assert_eq!(scene.names().await, ["a"]);
        assert_eq!(scene.rows("SELECT name FROM part").await.len(), 1);
    }

    async fn nothing_of_a_batch_is_stored_when_a_later_statement_fails(scene: Scene) {
        let outcome = scene.run([insert("a"), insert("b"), insert("a")]).await;
        assert_eq!(outcome, Err(StoreError::Conflict));
        assert!(scene.names().await.is_empty());
    }

    async fn a_reference_to_nothing_is_a_conflict(scene: Scene) {
        assert_eq!(scene.run([part_of("nobody")]).await, Err(StoreError::Conflict));
    }

    async fn an_empty_batch_is_committed(scene: Scene) {
        assert_eq!(scene.store.commit(Batch::new()).await, Ok(Outcome::Committed));
    }

    async fn a_conflict_leaves_its_neighbours_in_the_group_alone(scene: Scene) {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..400_u32 {
            let store = scene.store.clone();
            // Every fourth task inserts the same name.
            let name = if number % 4 == 0 { "same".to_owned() } else { format!("own{number}") };
            tasks.spawn(async move { store.commit(batch([insert(name)])).await });
        }
        let outcomes = tasks.join_all().await;
        let committed = outcomes.iter().filter(|outcome| **outcome == Ok(Outcome::Committed)).count();
        let conflicts = outcomes.iter().filter(|outcome| **outcome == Err(StoreError::Conflict)).count();
        assert_eq!((committed, conflicts), (301, 99));
        assert_eq!(scene.names().await.len(), 301);
    }

    async fn a_statement_that_the_database_does_not_know_is_a_defect_of_its_own(scene: Scene) {
        let wrong = scene.run([Statement::new("DELETE FROM nowhere", [])]).await;
        assert!(matches!(wrong, Err(StoreError::Statement(_))), "{wrong:?}");
        assert_eq!(scene.run([insert("a")]).await, Ok(Outcome::Committed));
    }

    async fn a_closed_store_takes_no_more(scene: Scene) {
        let kept = scene.store.clone();
        scene.store.close().await;
        let refused = kept.commit(batch([insert("a")])).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))));
        assert!(matches!(kept.ping().await, Err(StoreError::Unavailable(_))));
    }
}
