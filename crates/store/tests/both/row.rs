use store::{Row, StoreError};

use crate::scene::{Scene, insert};

async fn first(scene: &Scene) -> Row {
    let _ = scene.run([insert("a")]).await.expect("a row");
    scene.rows("SELECT name, count, ready FROM thing").await.remove(0)
}

fn is_corrupt<T>(read: &Result<T, StoreError>) -> bool {
    matches!(read, Err(StoreError::Corrupt { .. }))
}

both! {
    async fn a_column_reads_as_what_it_is(scene: Scene) {
        let row = first(&scene).await;
        assert_eq!(row.text(0), Ok("a".to_owned()));
        assert_eq!(row.int(1), Ok(0));
        assert_eq!(row.bool(2), Ok(false));
    }

    async fn a_column_of_the_wrong_type_is_corrupt(scene: Scene) {
        let row = first(&scene).await;
        assert!(is_corrupt(&row.int(0)));
        assert!(is_corrupt(&row.id(0)));
        assert!(is_corrupt(&row.bool(0)));
        assert!(is_corrupt(&row.text(1)));
        assert!(is_corrupt(&row.text(3)));
    }

    async fn a_type_that_is_none_of_ours_is_corrupt(scene: Scene) {
        let read = scene.store.read(store::Query::new("SELECT CAST(1.5 AS DOUBLE PRECISION)", [])).await;
        assert!(is_corrupt(&read));
    }
}
