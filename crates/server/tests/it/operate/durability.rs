//! A database that may lose what it confirmed is not served from, unless the boot file says so.

use server::start::start;

use crate::world::{Place, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_an_unsafe_setting_is_used_only_where_the_boot_file_allows_it() {
    let place = Place::on_postgres().await;
    let mut config = place.config(0);
    config.database.push_str("?options=-c%20synchronous_commit%3Doff");
    let refusal = start(config.clone(), None).await.expect_err("a refusal").to_string();
    assert!(
        refusal.contains("synchronous_commit is off") && refusal.contains("allow_unsafe_durability"),
        "{refusal}"
    );
    let world = World::start(place).await;
    world
        .restart_with(|changed| {
            changed.database = config.database;
            changed.allow_unsafe_durability = true;
        })
        .await;
    world.get("/healthz/ready").send().await.is(200);
    world.end().await;
}
