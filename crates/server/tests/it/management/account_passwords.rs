//! `x:AccountPassword`.

use domain::directory::access::KeyPermissions;
use serde_json::json;
use server::admin::account_keys::Draft;

use crate::world::{PASSWORD, World};

fn everything() -> Draft {
    Draft {
        description: "a key".to_owned(),
        permissions: KeyPermissions::Inherit,
        allowed_ips: Vec::new(),
        expires_at: None,
    }
}

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

    async fn an_app_that_shows_codes_is_set_and_removed_by_whoever_knows_the_password(world: World) {
        let account = world.account("alice", PASSWORD).await;
        let alice = world.jmap_of("alice", PASSWORD);
        let url = "otpauth://totp/x:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=x";
        let set = |members: serde_json::Value| alice.not_updated("x:AccountPassword/set", "singleton", members);
        let faults = [
            (json!({ "otpAuth": url }), "currentSecret"),
            (json!({ "otpAuth": url, "currentSecret": "wrong" }), "currentSecret"),
            (json!({ "otpAuth": "otpauth://totp/a?secret=GEZDGNBV", "currentSecret": PASSWORD }), "otpAuth"),
            (json!({ "otpAuth": url, "currentSecret": PASSWORD, "secret": "another password" }), "otpAuth"),
        ];
        for (members, property) in faults {
            assert_eq!(set(members).await["validationErrors"][0]["property"], property);
        }
        // What is not there is removed already; what is masked stays.
        alice.update("x:AccountPassword/set", "singleton", json!({ "currentSecret": PASSWORD, "secret": PASSWORD, "otpAuth": null })).await;
        alice.update("x:AccountPassword/set", "singleton", json!({ "currentSecret": PASSWORD, "otpAuth": url })).await;
        alice.get_from("/jmap/session").await.is(401);
        let key = world.api_key_with(&account, everything()).await;
        let by_key = world.jmap(&key);
        assert_eq!(by_key.get("x:AccountPassword/get", "singleton").await["otpAuth"], "****");
        let masked = json!({ "currentSecret": PASSWORD, "secret": PASSWORD, "otpAuth": "****" });
        by_key.update("x:AccountPassword/set", "singleton", masked).await;
        assert_eq!(by_key.get("x:AccountPassword/get", "singleton").await["otpAuth"], "****");
        // A key is no sign-in.
        let refused = by_key.not_updated("x:AccountPassword/set", "singleton", json!({ "currentSecret": PASSWORD, "otpAuth": null })).await;
        assert_eq!(refused["type"], "forbidden");
        assert!(refused["description"].as_str().is_some_and(|why| why.starts_with("sign in again")), "{refused}");
    }

    async fn an_error_never_repeats_a_secret(world: World) {
        world.account("alice", PASSWORD).await;
        let patch = json!({ "currentSecret": "wrong secret of alice", "secret": "x" });
        let answer = world.jmap_of("alice", PASSWORD).request(json!([["x:AccountPassword/set", { "update": { "singleton": patch } }, "0"]])).await;
        assert!(!String::from_utf8_lossy(&answer.is(200).body).contains("wrong secret of alice"));
    }
}
