//! `x:Passkey`.

use serde_json::json;

use crate::world::{PASSWORD, World};

both! {
    async fn the_own_passkeys_are_listed_renamed_and_deleted_and_their_keys_not_shown(world: World) {
        let account = world.account("alice", PASSWORD).await;
        world.device_of(&account).await;
        let alice = world.jmap_of("alice", PASSWORD);
        let state = alice.call("x:Passkey/get", json!({})).await["state"].clone();
        let id = alice.find("x:Passkey/query", json!({ "text": "phone" })).await.remove(0);
        let passkey = alice.get("x:Passkey/get", &id).await;
        let mut names: Vec<_> = passkey.as_object().expect("an object").keys().cloned().collect();
        names.sort_unstable();
        assert_eq!(names, ["createdAt", "description", "id", "lastUsedAt"]);
        alice.update("x:Passkey/set", &id, json!({ "description": "an old phone" })).await;
        assert_eq!(alice.get("x:Passkey/get", &id).await["description"], "an old phone");
        let changes = alice.call("x:Passkey/changes", json!({ "sinceState": state })).await;
        assert_eq!(changes["updated"], json!([id]));
        let set = alice.call("x:Passkey/set", json!({ "destroy": [id] })).await;
        assert_eq!(set["destroyed"], json!([id]));
        assert!(alice.find("x:Passkey/query", json!({})).await.is_empty());
    }

    async fn a_passkey_is_not_made_without_its_device_and_not_touched_by_others(world: World) {
        let account = world.account("alice", PASSWORD).await;
        world.device_of(&account).await;
        let alice = world.jmap_of("alice", PASSWORD);
        assert_eq!(alice.not_created("x:Passkey/set", json!({ "description": "x" })).await["type"], "forbidden");
        let id = alice.find("x:Passkey/query", json!({})).await.remove(0);
        world.account("bob", PASSWORD).await;
        let bob = world.jmap_of("bob", PASSWORD);
        assert_eq!(bob.call("x:Passkey/get", json!({ "ids": [id] })).await["notFound"], json!([id]));
        assert_eq!(bob.not_updated("x:Passkey/set", &id, json!({ "description": "x" })).await["type"], "notFound");
        let admin = world.admin_jmap().await;
        assert_eq!(admin.error("x:Passkey/get", json!({ "accountId": account.id.as_str() })).await, "forbidden");
    }
}
