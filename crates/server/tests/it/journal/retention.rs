//! The journal is kept for as long as the setting says.

use std::time::Duration;

use domain::journal::ObjectKind;
use serde_json::json;
use store::journal::{self, Verdict};

use super::{all, to};
use crate::world::World;

const PATIENCE: Duration = Duration::from_secs(10);

/// Makes everything that happened so far two days older, whatever the chain says to that.
async fn grow_old(world: &World) {
    all(world).await;
    world.sql("UPDATE journal SET happened_at = happened_at - 172800000", []).await;
}

both! {
    async fn what_is_older_than_the_setting_says_is_forgotten_at_the_next_sweep(world: World) {
        world.settings("OidcProvider.journalRetention", json!("1d")).await;
        grow_old(&world).await;
        world.restart().await;
        let is_there = async || !to_rows(&world).await.is_empty();
        let gone = async { while is_there().await { tokio::task::yield_now().await } };
        tokio::time::timeout(PATIENCE, gone).await.expect("forgotten");
        world.public_client().await;
        assert_eq!(to(&world, ObjectKind::OAuthClient).await.len(), 1);
    }

    async fn by_default_it_is_kept_for_more_than_a_year(world: World) {
        assert_eq!(world.app().live().settings.journal_retention, Duration::from_hours(400 * 24));
        grow_old(&world).await;
        world.restart().await;
        assert!(!to_rows(&world).await.is_empty());
    }

    async fn an_edited_event_is_noticed(world: World) {
        world.settings("OidcProvider.authCodeMaxAttempts", json!(7)).await;
        all(&world).await;
        world.sql("UPDATE journal SET value_after = '{}' WHERE object_kind = 'OidcProvider'", []).await;
        assert!(matches!(journal::verify(&world.app().store).await, Ok(Verdict::Broken(_))));
    }
}

async fn to_rows(world: &World) -> Vec<store::Row> {
    world.rows("SELECT position FROM journal WHERE object_kind = 'SigningKey'", []).await
}
