//! `x:AccountPassword`.

use serde_json::json;

use crate::world::{PASSWORD, World};

both! {
    async fn whoever_knows_the_old_password_sets_a_new_one(world: World) {
        world.account("alice", PASSWORD).await;
        let alice = world.jmap_of("alice", PASSWORD);
        assert_eq!(alice.get("x:AccountPassword/get", "singleton").await, json!({ "id": "singleton", "otpAuth": null, "secret": "****" }));
        let wrong = alice.not_updated("x:AccountPassword/set", "singleton", json!({ "currentSecret": "wrong", "secret": "another password" })).await;
        assert_eq!((&wrong["type"], &wrong["validationErrors"][0]["property"]), (&json!("validationFailed"), &json!("currentSecret")));
        let without = alice.not_updated("x:AccountPassword/set", "singleton", json!({ "secret": "another password" })).await;
        assert_eq!(without["validationErrors"][0]["type"], "Required");
        alice.update("x:AccountPassword/set", "singleton", json!({ "currentSecret": PASSWORD, "secret": "another password" })).await;
        alice.get_from("/jmap/session").await.is(401);
        world.jmap_of("alice", "another password").get_from("/jmap/session").await.is(200);
    }

    async fn nobody_else_reads_or_changes_a_password_here(world: World) {
        let alice = world.account("alice", PASSWORD).await.id.to_string();
        let admin = world.admin_jmap().await;
        assert_eq!(admin.error("x:AccountPassword/get", json!({ "accountId": alice })).await, "forbidden");
        let patch = json!({ "currentSecret": PASSWORD, "secret": "another password" });
        let set = admin.call("x:AccountPassword/set", json!({ "accountId": alice, "update": { "singleton": patch } })).await;
        assert_eq!(set["notUpdated"]["singleton"]["type"], "forbidden");
        world.jmap_of("alice", PASSWORD).get_from("/jmap/session").await.is(200);
    }

    async fn a_new_password_is_told_as_a_change_of_the_one_there_is(world: World) {
        world.account("alice", PASSWORD).await;
        world.account("bob", PASSWORD).await;
        let alice = world.jmap_of("alice", PASSWORD);
        let state = alice.call("x:AccountPassword/get", json!({})).await["state"].clone();
        let patch = |new: &str| json!({ "update": { "singleton": { "currentSecret": PASSWORD, "secret": new } } });
        world.jmap_of("bob", PASSWORD).call("x:AccountPassword/set", patch("password of bob")).await;
        let set = alice.call("x:AccountPassword/set", patch("new password of alice")).await;
        assert_eq!(set["updated"], json!({ "singleton": null }));
        let alice = world.jmap_of("alice", "new password of alice");
        let changes = alice.call("x:AccountPassword/changes", json!({ "sinceState": state })).await;
        assert_eq!(changes["updated"], json!(["singleton"]));
    }

    async fn an_error_never_repeats_a_secret(world: World) {
        world.account("alice", PASSWORD).await;
        let patch = json!({ "currentSecret": "wrong secret of alice", "secret": "x" });
        let answer = world.jmap_of("alice", PASSWORD).request(json!([["x:AccountPassword/set", { "update": { "singleton": patch } }, "0"]])).await;
        assert!(!String::from_utf8_lossy(&answer.is(200).body).contains("wrong secret of alice"));
    }
}
