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

    async fn an_error_never_repeats_a_secret(world: World) {
        world.account("alice", PASSWORD).await;
        let patch = json!({ "currentSecret": "wrong secret of alice", "secret": "x" });
        let answer = world.jmap_of("alice", PASSWORD).request(json!([["x:AccountPassword/set", { "update": { "singleton": patch } }, "0"]])).await;
        assert!(!String::from_utf8_lossy(&answer.is(200).body).contains("wrong secret of alice"));
    }
}
