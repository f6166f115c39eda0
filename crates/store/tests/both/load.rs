use store::{Outcome, Store};
use tokio::task::JoinSet;

use crate::scene::{Scene, batch, insert};

async fn insert_many(store: &Store, count: u32) -> Vec<Outcome> {
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let store = store.clone();
        tasks.spawn(async move { store.commit(batch([insert(format!("{number:05}"))])).await });
    }
    let outcomes = tasks.join_all().await;
    outcomes.into_iter().map(|outcome| outcome.expect("an outcome")).collect()
}

both! {
    async fn ten_thousand_inserts_at_once_are_all_there_afterwards(scene: Scene) {
        let outcomes = insert_many(&scene.store, 10_000).await;
        assert!(outcomes.iter().all(|outcome| outcome.is_committed()));
        assert_eq!(scene.names().await.len(), 10_000);
        scene.store.clone().close().await;
        let reopened = Scene { store: scene.another().await, ..scene };
        assert_eq!(reopened.names().await.len(), 10_000);
        reopened.store.close().await;
    }

    async fn closing_finishes_what_was_begun(scene: Scene) {
        let (store, closing) = (scene.store.clone(), scene.store.clone());
        let inserts = tokio::spawn(async move {
            let mut tasks = JoinSet::new();
            for number in 0..500 {
                let store = store.clone();
                tasks.spawn(async move { store.commit(batch([insert(format!("{number}"))])).await });
            }
            tasks.join_all().await
        });
        tokio::task::yield_now().await;
        closing.close().await;
        let told = inserts.await.expect("inserts").iter().filter(|outcome| outcome.is_ok()).count();
        let reopened = Scene { store: scene.another().await, ..scene };
        assert_eq!(reopened.names().await.len(), told);
        reopened.store.close().await;
    }
}
