//! What can only go wrong when the database is another machine.

use store::{Outcome, StoreError};

use crate::scene::{Scene, batch, insert, on_postgres, sql};

const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn connections_that_were_killed_come_back(scene: Scene) {
    for round in 0..3_usize {
        sql(&scene.address, KILL).await;
        scene.store.ping().await.expect("a read finds a new connection");
        let name = format!("{round}");
        // A commit that was on its way may be lost, but never twice.
        while scene.store.commit(batch([insert(name.clone())])).await == Err(StoreError::Conflict) {}
    }
    let told = scene.store.commit(batch([insert("last")])).await;
    assert_eq!(told, Ok(Outcome::Committed));
    assert!(scene.names().await.contains(&"last".to_owned()));
}

async fn what_was_confirmed_before_a_kill_is_there_after_it(scene: Scene) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..2000 {
        let store = scene.store.clone();
        tasks.spawn(async move {
            let name = format!("{number:04}");
            let told = store.commit(batch([insert(name.clone())])).await;
            (name, told)
        });
    }
    sql(&scene.address, KILL).await;
    let told = tasks.join_all().await;
    let names = scene.names().await;
    let confirmed = told.iter().filter(|(_, told)| told.is_ok());
    assert!(confirmed.clone().all(|(name, _)| names.contains(name)));
    let other = told.iter().filter_map(|(_, told)| told.as_ref().err());
    assert!(
        other
            .clone()
            .all(|error| matches!(error, StoreError::Unavailable(_)))
    );
}

async fn a_lock_that_is_held_for_too_long_makes_a_commit_unavailable(scene: Scene) {
    let holder = crate::scene::client(&scene.address).await;
    holder
        .batch_execute("BEGIN; LOCK TABLE thing")
        .await
        .expect("a lock");
    let blocked = scene.run([insert("a")]).await;
    assert!(matches!(blocked, Err(StoreError::Unavailable(_))), "{blocked:?}");
    holder.batch_execute("ROLLBACK").await.expect("no lock");
    assert_eq!(scene.run([insert("a")]).await, Ok(Outcome::Committed));
}

macro_rules! on_postgres_only {
    ($($name:ident)*) => {
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::on_postgres(super::$name).await;
            })*
        }
    };
}

on_postgres_only! {
    connections_that_were_killed_come_back
    what_was_confirmed_before_a_kill_is_there_after_it
    a_lock_that_is_held_for_too_long_makes_a_commit_unavailable
}
