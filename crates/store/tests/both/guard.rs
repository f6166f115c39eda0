use store::{Batch, Guard, Outcome, Statement, Store};
use tokio::task::JoinSet;

use crate::scene::{Scene, batch, insert, take};

async fn contend(store: Store) -> Outcome {
    let taken = take("prize").guarded(Guard::Exactly(1));
    store.commit(batch([taken])).await.expect("an outcome")
}

both! {
    async fn a_refused_guard_names_its_step_and_changes_nothing(scene: Scene) {
        let mut batch = Batch::new();
        batch.push(insert("a"));
        let step = batch.push(take("nobody").guarded(Guard::Exactly(1)));
        batch.push(insert("b"));
        assert_eq!(scene.store.commit(batch).await, Ok(Outcome::Refused { step }));
        assert!(scene.names().await.is_empty());
    }

    async fn the_first_of_two_problems_is_the_answer(scene: Scene) {
        let mut batch = Batch::new();
        let step = batch.push(take("nobody").guarded(Guard::Exactly(1)));
        batch.push(insert("a"));
        batch.push(insert("a"));
        assert_eq!(scene.store.commit(batch).await, Ok(Outcome::Refused { step }));
    }

    async fn at_most_refuses_what_touches_more(scene: Scene) {
        let _ = scene.run([insert("a"), insert("b")]).await.expect("two rows");
        let all = || Statement::new("UPDATE thing SET count = count + 1", []);
        let refused = scene.run([all().guarded(Guard::AtMost(1))]).await;
        assert!(matches!(refused, Ok(Outcome::Refused { .. })));
        assert_eq!(scene.run([all().guarded(Guard::AtMost(2))]).await, Ok(Outcome::Committed));
        assert_eq!(scene.rows("SELECT name FROM thing WHERE count = 1").await.len(), 2);
    }

    async fn of_64_contenders_exactly_one_wins(scene: Scene) {
        let _ = scene.run([insert("prize")]).await.expect("a prize");
        let other = scene.another().await;
        let mut contenders = JoinSet::new();
        for number in 0..64 {
            let store = if number % 2 == 0 { &scene.store } else { &other };
            contenders.spawn(contend(store.clone()));
        }
        let outcomes = contenders.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_committed()).count(), 1);
        other.close().await;
    }

    async fn refusals_leave_good_batches_of_their_group_alone(scene: Scene) {
        let mut tasks = JoinSet::new();
        for number in 0..200_u32 {
            let store = scene.store.clone();
            tasks.spawn(async move {
                let guard = if number % 3 == 0 { Guard::Exactly(9) } else { Guard::Exactly(1) };
                store.commit(batch([insert(format!("n{number}")).guarded(guard)])).await
            });
        }
        let outcomes = tasks.join_all().await;
        let committed = outcomes.iter().filter(|outcome| **outcome == Ok(Outcome::Committed)).count();
        assert_eq!((committed, scene.names().await.len()), (133, 133));
        assert!(outcomes.iter().all(Result::is_ok));
    }

    async fn batches_that_lock_the_same_rows_in_opposite_order_all_commit(scene: Scene) {
        let _ = scene.run([insert("a"), insert("b")]).await.expect("two rows");
        let mut tasks = JoinSet::new();
        for number in 0..100 {
            let store = scene.store.clone();
            let count = |name: &str| {
                Statement::new("UPDATE thing SET count = count + 1 WHERE name = $1", [name.into()])
                    .guarded(Guard::Exactly(1))
            };
            let order = if number % 2 == 0 { [count("a"), count("b")] } else { [count("b"), count("a")] };
            tasks.spawn(async move { store.commit(batch(order)).await });
        }
        let outcomes = tasks.join_all().await;
        assert!(outcomes.iter().all(|outcome| *outcome == Ok(Outcome::Committed)), "{outcomes:?}");
        assert_eq!(scene.rows("SELECT name FROM thing WHERE count = 100").await.len(), 2);
    }
}
