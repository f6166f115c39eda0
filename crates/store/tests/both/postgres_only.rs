//! What can only go wrong when the database is another machine.

use store::{Outcome, StoreError};

use crate::scene::{Scene, batch, insert, on_postgres, sql};

const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Commits until it is known to be stored: after a lost answer the name may exist already.
async fn insist(scene: &Scene, name: &str) {
    loop {
        match scene.run([insert(name)]).await {
            Ok(_) | Err(StoreError::Conflict) => return,
            Err(StoreError::Unavailable(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

async fn connections_that_were_killed_come_back(scene: Scene) {
    for name in ["0", "1", "2", "3", "4"] {
        sql(&scene.address, KILL).await;
        scene.store.ping().await.expect("a read finds a new connection");
        insist(&scene, name).await;
    }
    assert_eq!(scene.names().await, ["0", "1", "2", "3", "4"]);
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
    assert!(other.clone().all(|error| matches!(error, StoreError::Unavailable(_))));
}

async fn a_lock_that_is_held_for_too_long_makes_a_commit_unavailable(scene: Scene) {
    let holder = crate::scene::client(&scene.address).await;
    holder.batch_execute("BEGIN; LOCK TABLE thing").await.expect("a lock");
    let blocked = scene.run([insert("a")]).await;
    assert!(matches!(blocked, Err(StoreError::Unavailable(_))), "{blocked:?}");
    holder.batch_execute("ROLLBACK").await.expect("no lock");
    assert_eq!(scene.run([insert("a")]).await, Ok(Outcome::Committed));
}

async fn a_server_that_may_lose_what_it_confirmed_is_refused_unless_that_is_allowed(scene: Scene) {
    let address = format!("{}?options=-c%20synchronous_commit%3Doff", scene.address);
    let url = store::DatabaseUrl::parse(&address).expect("a URL");
    let refused = store::Store::open(&url).await;
    assert!(
        matches!(&refused, Err(StoreError::Configuration(why)) if why.contains("synchronous_commit is off")),
        "{refused:?}"
    );
    let store = store::Store::open(&url.with_unsafe_durability(true)).await.expect("a store");
    store.close().await;
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
    a_server_that_may_lose_what_it_confirmed_is_refused_unless_that_is_allowed
}
