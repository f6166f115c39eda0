use std::time::Duration;

use store::{Guard, Query, Statement, StoreError, Value};

use crate::scene::{Scene, client, insert};

/// Holds a write transaction open from outside of the store until it is dropped.
pub(crate) enum Holder {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Holder {
    pub(crate) async fn of(scene: &Scene) -> Self {
        let write = "UPDATE thing SET count = 99";
        if scene.url.file().is_some() {
            let connection = rusqlite::Connection::open(&scene.address).expect("a connection");
            connection.execute_batch(&format!("BEGIN IMMEDIATE; {write}")).expect("a write");
            Self::Sqlite(connection)
        } else {
            let client = client(&scene.address).await;
            client.batch_execute(&format!("BEGIN; {write}")).await.expect("a write");
            Self::Postgres(client)
        }
    }

    pub(crate) async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("COMMIT").expect("a commit"),
            Self::Postgres(client) => client.batch_execute("COMMIT").await.expect("a commit"),
        }
    }
}

both! {
    async fn reads_do_not_wait_for_a_long_write(scene: Scene) {
        let _ = scene.run([insert("a")]).await.expect("a row");
        let holder = Holder::of(&scene).await;
        let rows = scene.rows("SELECT count FROM thing").await;
        assert_eq!(rows[0].int(0), Ok(0));
        holder.release().await;
    }

    async fn what_somebody_else_commits_is_seen_soon(scene: Scene) {
        let _ = scene.run([insert("a")]).await.expect("a row");
        for count in 1..20_i64 {
            assert_eq!(scene.rows("SELECT count FROM thing").await[0].int(0), Ok(count - 1));
            let another = scene.another().await;
            let change = Statement::new("UPDATE thing SET count = $1", [Value::Int(count)]);
            assert!(another.commit(crate::scene::batch([change])).await.expect("a change").is_committed());
            let seen = async {
                while scene.rows("SELECT count FROM thing").await[0].int(0) != Ok(count) {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(1), seen).await.expect("it is seen");
        }
    }

    async fn a_reader_that_nobody_uses_does_not_keep_the_log_from_being_emptied(scene: Scene) {
        let _ = scene.run([insert("a")]).await.expect("a row");
        assert_eq!(scene.names().await, ["a"]);
        scene.another().await.close().await;
        let log = std::fs::metadata(format!("{}-wal", scene.address)).map_or(0, |log| log.len());
        assert_eq!(log, 0);
    }

    async fn a_commit_that_meets_a_foreign_writer_waits_for_it(scene: Scene) {
        let _ = scene.run([insert("a")]).await.expect("a row");
        let holder = Holder::of(&scene).await;
        let store = scene.store.clone();
        let count = Statement::new("UPDATE thing SET count = count + 1 WHERE name = 'a'", []);
        let waiting = tokio::spawn(async move { store.commit(crate::scene::batch([count])).await });
        scene.store.ping().await.expect("reads go on");
        holder.release().await;
        assert!(waiting.await.expect("joined").expect("an outcome").is_committed());
        assert_eq!(scene.rows("SELECT count FROM thing").await[0].int(0), Ok(100));
    }

    async fn a_read_sees_every_commit_answered_before(scene: Scene) {
        for number in 0..50_usize {
            let _ = scene.run([insert(format!("{number:02}"))]).await.expect("a row");
            assert_eq!(scene.names().await.len(), number + 1);
        }
    }

    async fn a_read_cannot_write(scene: Scene) {
        let sneaky = Query::new("INSERT INTO thing (name) VALUES ('x') RETURNING name", []);
        assert!(scene.store.read(sneaky).await.is_err());
        assert!(scene.names().await.is_empty());
    }

    async fn parameters_go_where_they_belong(scene: Scene) {
        let insert = Statement::new(
            "INSERT INTO thing (name, count, ready) SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BOOLEAN)
             WHERE NOT EXISTS (SELECT 1 FROM thing WHERE name = $1)",
            [Value::from("a"), Value::Int(7), Value::Bool(true)],
        );
        let twice = [insert.clone().guarded(Guard::Exactly(1)), insert.guarded(Guard::Exactly(0))];
        assert!(scene.run(twice).await.expect("an outcome").is_committed());
        let query = Query::new("SELECT name FROM thing WHERE ready = $1 AND count = $2", [true.into(), 7_i64.into()]);
        let row = scene.store.read_one(query).await.expect("rows").expect("one");
        assert_eq!(row.text(0), Ok("a".to_owned()));
    }

    async fn null_fits_into_every_type(scene: Scene) {
        let nulls = Statement::new(
            "INSERT INTO thing (name, count, ready) VALUES ($1, $2, $3)",
            ["a".into(), None::<i64>.into(), None::<bool>.into()],
        );
        let _ = scene.run([nulls]).await.expect("a row");
        let rows = scene.rows("SELECT count, ready FROM thing").await;
        assert_eq!(rows[0].opt_int(0), Ok(None));
        assert!(matches!(rows[0].bool(1), Err(StoreError::Corrupt { .. })));
    }

    async fn text_with_a_nul_is_never_found_and_never_stored(scene: Scene) {
        let query = Query::new("SELECT name FROM thing WHERE name <> $1", ["a\0b".into()]);
        let _ = scene.run([insert("a")]).await.expect("a row");
        assert_eq!(scene.store.read_one(query).await.expect("an answer").map(|_| ()), None);
        assert_eq!(scene.run([insert("b"), insert("b\0")]).await, Err(StoreError::Nul));
        assert_eq!(scene.names().await, ["a"]);
    }

    async fn text_keeps_every_character(scene: Scene) {
        let name = "naïve \u{1f980} '); DROP TABLE thing; -- \u{202e}";
        let _ = scene.run([insert(name)]).await.expect("a row");
        assert_eq!(scene.names().await, [name]);
    }
}
