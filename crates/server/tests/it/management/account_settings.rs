//! `x:AccountSettings`.

use serde_json::json;

use crate::world::{PASSWORD, World};

both! {
    async fn people_say_how_they_are_called_and_which_language_they_read(world: World) {
        let id = world.account("alice", PASSWORD).await.id.to_string();
        let alice = world.jmap_of("alice", PASSWORD);
        let before = alice.call("x:AccountSettings/get", json!({ "ids": null })).await;
        assert_eq!(before["list"], json!([{ "id": "singleton", "description": null, "locale": null, "timeZone": null }]));
        let patch = json!({ "description": "Alice", "locale": "de-CH", "timeZone": "Europe/Zurich" });
        alice.update("x:AccountSettings/set", "singleton", patch).await;
        let account = world.admin_jmap().await.get("x:Account/get", &id).await;
        assert_eq!((&account["description"], &account["locale"], &account["timeZone"]), (&json!("Alice"), &json!("de-CH"), &json!("Europe/Zurich")));
        let changes = alice.call("x:AccountSettings/changes", json!({ "sinceState": before["state"] })).await;
        assert_eq!(changes["updated"], json!(["singleton"]));
    }

    async fn what_is_no_language_or_time_zone_is_refused_by_its_name(world: World) {
        world.account("alice", PASSWORD).await;
        let alice = world.jmap_of("alice", PASSWORD);
        for (name, value) in [("locale", "<b>"), ("timeZone", "Nowhere/At All!"), ("description", "two\nlines")] {
            let error = alice.not_updated("x:AccountSettings/set", "singleton", json!({ name: value })).await;
            assert_eq!(error["validationErrors"][0]["property"], name, "{error}");
        }
    }

    async fn nobody_else_reads_or_changes_them_here(world: World) {
        let id = world.account("alice", PASSWORD).await.id.to_string();
        let admin = world.admin_jmap().await;
        assert_eq!(admin.error("x:AccountSettings/get", json!({ "accountId": id })).await, "forbidden");
        let update = json!({ "singleton": { "description": "Mallory" } });
        let set = admin.call("x:AccountSettings/set", json!({ "accountId": id, "update": update })).await;
        assert_eq!(set["notUpdated"]["singleton"]["type"], "forbidden");
        assert_eq!(admin.get("x:Account/get", &id).await["description"], json!(null));
    }
}
