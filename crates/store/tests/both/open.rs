use std::path::Path;

use store::{DatabaseUrl, Outcome, Query, Store, StoreError};

use crate::scene::{TABLES, batch, insert};

async fn refusal(path: &Path) -> Option<String> {
    match Store::open(&DatabaseUrl::of_file(path)).await {
        Err(StoreError::Configuration(message)) => Some(message),
        Ok(_) | Err(_) => None,
    }
}

#[tokio::test]
async fn a_file_in_a_directory_that_does_not_exist_is_refused_and_nothing_is_made() {
    let directory = tempfile::tempdir().expect("a directory");
    let missing = directory.path().join("missing");
    let message = refusal(&missing.join("a.db")).await.expect("a refusal");
    assert!(message.contains("does not exist"), "{message}");
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_file_that_is_something_else_is_refused_and_left_as_it_was() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("notes.txt");
    let notes = "not a database, but long enough to be looked at ".repeat(40);
    std::fs::write(&path, &notes).expect("notes");
    let message = refusal(&path).await.expect("a refusal");
    assert!(message.contains("not a SQLite database"), "{message}");
    assert_eq!(std::fs::read_to_string(&path).expect("notes"), notes);
}

#[tokio::test]
async fn a_directory_is_no_database() {
    let directory = tempfile::tempdir().expect("a directory");
    assert!(refusal(directory.path()).await.is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.db");
    let store = Store::open(&DatabaseUrl::of_file(&path)).await.expect("a store");
    let mode = std::fs::metadata(&path).expect("metadata").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_closing_everything_is_in_the_file_and_the_log_is_empty() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = DatabaseUrl::of_file(directory.path().join("a.db"));
    let store = Store::open(&url).await.expect("a store");
    store.migrate_with(TABLES).await.expect("tables");
    assert_eq!(store.commit(batch([insert("a")])).await, Ok(Outcome::Committed));
    store.ping().await.expect("a reader is open");
    store.close().await;
    let log = std::fs::metadata(directory.path().join("a.db-wal"));
    assert_eq!(log.map_or(0, |log| log.len()), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_begins_again_while_somebody_reads_all_the_time() {
    const MEBIBYTE: u64 = 1024 * 1024;
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::open(&DatabaseUrl::of_file(directory.path().join("a.db"))).await.expect("a store");
    store.migrate_with(TABLES).await.expect("tables");
    let reading = tokio::spawn({
        let store = store.clone();
        async move { while store.read(Query::new("SELECT name FROM thing LIMIT 1", [])).await.is_ok() {} }
    });
    let length = |name| std::fs::metadata(directory.path().join(name)).map_or(0, |file| file.len());
    let mut longest = 0;
    for number in 0..160 {
        let rows = (0..20).map(|row| insert(format!("{number} {row} {}", "x".repeat(15_000))));
        assert_eq!(store.commit(batch(rows)).await, Ok(Outcome::Committed));
        longest = longest.max(length("a.db-wal"));
    }
    assert!(!reading.is_finished(), "it reads all the time");
    store.close().await;
    reading.await.expect("the reader ends with the store");
    assert!(length("a.db") > 96 * MEBIBYTE, "much was written: {}", length("a.db"));
    assert!(longest < 48 * MEBIBYTE, "the log had {longest} bytes");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let url = DatabaseUrl::parse("postgres://nobody@127.0.0.1:1/none").expect("a URL");
    let opened = Store::open(&url).await;
    assert!(matches!(opened, Err(StoreError::Unavailable(_))), "{opened:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_stores_in_one_program_do_not_keep_their_files_open() {
    let directory = tempfile::tempdir().expect("a directory");
    for number in 0..200 {
        let url = DatabaseUrl::of_file(directory.path().join(format!("{number}.db")));
        let store = Store::open(&url).await.expect("a store");
        store.ping().await.expect("it answers");
        store.close().await;
    }
    let open = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    assert!(open < 150, "{open} files are open");
}
