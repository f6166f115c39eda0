//! Of first starts at the same moment, each with a directory of its own, one makes the master key of the database.

use server::{
    config::Config,
    start::{Database, StartError, open_store},
};

use crate::world::World;

/// A configuration like that of `world`, with an empty directory.
fn beside(world: &World, data: &tempfile::TempDir) -> Config {
    Config { data: data.path().to_owned(), ..world.app().config.clone() }
}

async fn start(config: &Config) -> Result<(), StartError> {
    let (store, _) = open_store(config, Database::MayBeNew).await?;
    store.close().await;
    Ok(())
}

both! {
    async fn the_one_that_comes_second_hears_which_key_it_needs_and_keeps_none(world: World) {
        world.sql("DELETE FROM settings WHERE name = 'masterKeyFingerprint'", []).await;
        let directories = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
        let [one, two] = directories.each_ref().map(|data| beside(&world, data));
        let (first, second) = tokio::join!(start(&one), start(&two));
        let (loser, refusal) = match (first, second) {
            (Ok(()), Err(refusal)) => (two, refusal),
            (Err(refusal), Ok(())) => (one, refusal),
            other => panic!("{other:?}"),
        };
        assert!(refusal.to_string().starts_with("data: this database was made with a master key that is not in "), "{refusal}");
        assert!(!loser.data.join("master.key").exists());
    }

    async fn a_directory_without_the_key_of_the_database_gets_no_other(world: World) {
        let data = tempfile::tempdir().expect("a directory");
        let refusal = start(&beside(&world, &data)).await.expect_err("a refusal").to_string();
        assert!(refusal.contains("copy master.key there"), "{refusal}");
        assert!(!data.path().join("master.key").exists());
    }
}
