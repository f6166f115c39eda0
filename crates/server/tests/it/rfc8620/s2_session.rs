//! The session: RFC 8620 §2.

use serde_json::json;

use crate::world::{USING, World};

both! {
    async fn the_session_tells_limits_accounts_and_urls(world: World) {
        let session = world.admin_jmap().await.get_from("/jmap/session").await;
        let account_id = world.admin().await.id.to_string();
        let json = &session.is(200).json;
        assert_eq!(json["capabilities"][USING[0]]["maxCallsInRequest"], 16);
        assert_eq!(json["capabilities"][USING[0]]["maxObjectsInSet"], 500);
        assert_eq!(json["capabilities"][USING[1]], json!({}));
        assert_eq!(json["primaryAccounts"], json!({ USING[0]: account_id, USING[1]: account_id }));
        assert_eq!(json["accounts"][&account_id]["name"], "admin");
        assert_eq!(json["apiUrl"], format!("{}/jmap/", world.issuer()));
        assert_eq!(session.header("cache-control"), Some("no-store"));
    }

    async fn the_state_of_a_response_is_that_of_the_session(world: World) {
        let jmap = world.admin_jmap().await;
        let session = jmap.get_from("/jmap/session").await.is(200).text("state");
        assert_eq!(jmap.request(json!([])).await.is(200).text("sessionState"), session);
    }

    async fn the_well_known_address_leads_to_the_session(world: World) {
        let answer = world.get("/.well-known/jmap").send().await;
        assert_eq!(answer.is(307).header("location"), Some("/jmap/session"));
    }

    async fn below_a_path_everything_is_below_that_path(world: World) {
        let key = world.admin_key().await;
        world.restart_under("/id").await;
        for path in ["/.well-known/jmap", "/id/.well-known/jmap"] {
            assert_eq!(world.get(path).send().await.is(307).header("location"), Some("/id/jmap/session"));
        }
        let session = world.get("/id/jmap/session").bearer(&key).send().await;
        assert_eq!(session.is(200).text("apiUrl"), format!("{}/jmap/", world.issuer()));
        let schema = world.get("/id/api/schema").bearer(&key).send().await;
        assert!(schema.is(302).header("location").is_some_and(|to| to.starts_with("/id/api/schema/")));
        world.get("/.well-known/oauth-protected-resource/id").send().await.is(200);
    }
}
